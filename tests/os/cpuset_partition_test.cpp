#include "os/cpuset_partition.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "core/setup_error.hpp"
#include "support/fake_control_groups.hpp"

namespace isotherm::os {
namespace {

using core::CpuSet;
using testing::AnyOf;
using testing::Eq;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::string kTop = test::FakeControlGroups::kTop;
const std::string kSlice = kTop + "/system.slice";
const std::string kService = kSlice + "/isotherm.service";
constexpr int kNumber = 77;

class CpusetPartitionTest : public testing::Test {
 protected:
  [[nodiscard]] CpusetSite site() const {
    return std::get<CpusetSite>(find_cpuset_site(files_, groups_));
  }
  [[nodiscard]] CpusetPartition::Result make(const CpuSet& cores = {3}, int number = kNumber) {
    return CpusetPartition::make(files_, groups_, site(), cores, number);
  }
  [[nodiscard]] std::unique_ptr<CpusetPartition> made(const CpuSet& cores = {3},
                                                      int number = kNumber) {
    CpusetPartition::Result result = make(cores, number);
    if (const auto* refusal = std::get_if<CpusetRefusal>(&result)) {
      ADD_FAILURE() << refusal->what;
      return nullptr;
    }
    return std::get<std::unique_ptr<CpusetPartition>>(std::move(result));
  }
  [[nodiscard]] CpusetRefusal refused() {
    CpusetPartition::Result result = make();
    const auto* refusal = std::get_if<CpusetRefusal>(&result);
    if (refusal == nullptr) {
      ADD_FAILURE() << "not refused";
      return {};
    }
    EXPECT_THAT(refusal->mend, testing::Not(IsEmpty()));
    return *refusal;
  }
  void be_a_service() {
    groups_.set(kTop + "/cgroup.subtree_control", "cpuset cpu");
    groups_.add_group(kSlice);
    groups_.set(kSlice + "/cgroup.subtree_control", "cpuset cpu");
    groups_.add_group(kService);
    groups_.set_own("/system.slice/isotherm.service");
  }
  void be_a_shell() {
    groups_.add_group(kTop + "/session.scope");
    groups_.set_own("/session.scope");
  }
  [[nodiscard]] std::string text(const std::string& file) const {
    return files_.text(file).value_or("(none)");
  }
  // Lets each call of the set-up fail in turn; after each the tree is what it was.
  void each_failure_is_undone() {
    const auto before = groups_.snapshot();
    std::size_t steps = 0;
    {
      const std::size_t first = groups_.calls();
      const auto partition = made();
      steps = groups_.calls() - first;
    }
    ASSERT_EQ(groups_.snapshot(), before);
    ASSERT_GE(steps, 4U);
    for (std::size_t step = 0; step < steps; ++step) {
      groups_.fail_call(groups_.calls() + step, EIO);
      EXPECT_THAT(refused().what, HasSubstr("Input/output error")) << step;
      EXPECT_EQ(groups_.snapshot(), before) << step;
    }
  }

  test::FakeFileTree files_;
  test::FakeControlGroups groups_{files_, {0, 1, 2, 3}};
};

TEST_F(CpusetPartitionTest, TakesTheCoresFromEverybodyElseAndGivesThemBack) {
  const auto before = groups_.snapshot();
  {
    const auto partition = made({2, 3});
    EXPECT_EQ(partition->directory(), kTop + "/isotherm-readers-77");
    EXPECT_EQ(partition->state(), "isolated");
    EXPECT_EQ(text(partition->directory() + "/cgroup.type"), "threaded");
    EXPECT_EQ(text(kTop + "/cpuset.cpus.effective"), "0-1");
    EXPECT_EQ(text(kTop + "/cpuset.cpus.isolated"), "2-3");
  }
  EXPECT_EQ(groups_.snapshot(), before);
}

TEST_F(CpusetPartitionTest, ThreadsAreBornInItAndTheirCreatorGoesBack) {
  const auto partition = made();
  partition->enter();
  EXPECT_EQ(groups_.thread_is_in(), partition->directory());
  EXPECT_EQ(groups_.process_is_in(), kTop);
  partition->leave();
  EXPECT_EQ(groups_.thread_is_in(), kTop);
}

TEST_F(CpusetPartitionTest, AThreadThatIsNotLetInIsAnErrorOfTheStart) {
  const auto partition = made();
  groups_.fail_write(partition->directory() + "/cgroup.threads", EACCES);
  EXPECT_THROW(partition->enter(), core::SetupError);
}

TEST_F(CpusetPartitionTest, InAServiceTheSlicesPassTheCoresDown) {
  be_a_service();
  groups_.set(kSlice + "/cpuset.cpus.exclusive", "1");
  const auto before = groups_.snapshot();
  {
    const auto partition = made();
    EXPECT_EQ(partition->directory(), kService + "/isotherm-readers-77");
    EXPECT_EQ(text(kSlice + "/cpuset.cpus.exclusive"), "1,3");
    EXPECT_EQ(text(kService + "/cpuset.cpus.exclusive"), "3");
    EXPECT_EQ(text(kService + "/cgroup.subtree_control"), "cpuset");
    EXPECT_EQ(groups_.process_is_in(), kService);
  }
  EXPECT_EQ(groups_.snapshot(), before);
}

TEST_F(CpusetPartitionTest, CoresThatAnAdministratorPassesDownStayPassedDown) {
  be_a_service();
  groups_.set(kSlice + "/cpuset.cpus.exclusive", "2-3");
  groups_.fail_write(kSlice + "/cpuset.cpus.exclusive", EACCES);
  made().reset();
  EXPECT_EQ(text(kSlice + "/cpuset.cpus.exclusive"), "2-3");
}

TEST_F(CpusetPartitionTest, InAServicesSubgroupAllGroupsAboveAreReadied) {
  be_a_service();
  groups_.add_group(kService + "/station");
  groups_.set_own("/system.slice/isotherm.service/station");
  const auto before = groups_.snapshot();
  {
    const auto partition = made();
    EXPECT_EQ(partition->directory(), kService + "/station/isotherm-readers-77");
    EXPECT_EQ(text(kService + "/station/cpuset.cpus.exclusive"), "3");
  }
  EXPECT_EQ(groups_.snapshot(), before);
}

TEST_F(CpusetPartitionTest, AShellsProcessMovesToTheTopAndBack) {
  be_a_shell();
  {
    const auto partition = made();
    EXPECT_EQ(groups_.process_is_in(), kTop);
  }
  EXPECT_EQ(groups_.process_is_in(), kTop + "/session.scope");
}

TEST_F(CpusetPartitionTest, EachFailureInTheTopmostGroupIsUndone) { each_failure_is_undone(); }

TEST_F(CpusetPartitionTest, EachFailureInAServiceIsUndone) {
  be_a_service();
  each_failure_is_undone();
}

TEST_F(CpusetPartitionTest, EachFailureInAShellIsUndone) {
  be_a_shell();
  each_failure_is_undone();
}

TEST_F(CpusetPartitionTest, APartitionThatTheKernelCallsInvalidIsRefusedWithItsReason) {
  const auto before = groups_.snapshot();
  groups_.answer("isolated invalid (Cpu list in cpuset.cpus not exclusive)");
  EXPECT_THAT(refused().what, HasSubstr("of 3: Cpu list in cpuset.cpus not exclusive"));
  EXPECT_EQ(groups_.snapshot(), before);
}

TEST_F(CpusetPartitionTest, AnAnswerWithoutReasonIsShownAsItIs) {
  groups_.answer("member");
  EXPECT_THAT(refused().what, HasSubstr("it says \"member\""));
}

TEST_F(CpusetPartitionTest, AKernelThatDoesNotKnowIsolatedPartitionsIsSaidToBeTooOld) {
  groups_.fail_write(kTop + "/isotherm-readers-77/cpuset.cpus.partition", EINVAL);
  EXPECT_THAT(refused().mend, HasSubstr("Linux 6.1"));
}

TEST_F(CpusetPartitionTest, AGroupThatIsThereAlreadyIsLeftAlone) {
  const auto first = made();
  const auto before = groups_.snapshot();
  EXPECT_THAT(refused().what, HasSubstr("File exists"));
  EXPECT_EQ(groups_.snapshot(), before);
}

TEST_F(CpusetPartitionTest, TwoStationsEndInAnyOrderWithoutHarmingEachOther) {
  const auto before = groups_.snapshot();
  auto first = made({2}, 1);
  auto second = made({3}, 2);
  first.reset();
  EXPECT_EQ(second->state(), "isolated");
  EXPECT_EQ(text(kTop + "/cpuset.cpus.isolated"), "3");
  EXPECT_THAT(text(kTop + "/cgroup.subtree_control"), HasSubstr("cpuset"));
  second.reset();
  auto after = groups_.snapshot();
  // Who enabled the controller was gone before the last who used it: that is left on.
  EXPECT_THAT(after[kTop + "/cgroup.subtree_control"], AnyOf("cpuset cpu memory", "cpu memory"));
  after[kTop + "/cgroup.subtree_control"] = "";
  auto expected = before;
  expected[kTop + "/cgroup.subtree_control"] = "";
  EXPECT_EQ(after, expected);
}

TEST_F(CpusetPartitionTest, AThreadThatHangsInItIsSentBackAtTheEnd) {
  auto partition = made();
  const std::string directory = partition->directory();
  groups_.set(directory + "/cgroup.threads", "4711");
  partition.reset();
  EXPECT_FALSE(groups_.exists(directory));
}

TEST_F(CpusetPartitionTest, AStartThatAnotherStationHoldsUpIsRefused) {
  groups_.hold(kTop);
  EXPECT_THAT(refused().what, HasSubstr("locked by another program"));
}

class LeftPartitionTest : public CpusetPartitionTest {
 protected:
  // What a killed station leaves behind.
  std::string leave_one(const std::string& parent, int number, const std::string& cores) {
    groups_.set(kTop + "/cgroup.subtree_control", "cpuset cpu memory");
    const std::string directory = parent + "/isotherm-readers-" + std::to_string(number);
    groups_.add_group(directory);
    groups_.set(directory + "/cpuset.cpus", cores);
    groups_.set(directory + "/cpuset.cpus.exclusive", cores);
    groups_.set(directory + "/cpuset.cpus.partition", "isolated");
    return directory;
  }
};

TEST_F(LeftPartitionTest, OfADeadStationIsFoundAndRemoved) {
  const std::string left = leave_one(kTop, 5, "3");
  const auto found = left_partitions(files_, groups_, site());
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].directory, left);
  EXPECT_EQ(found[0].cores, CpuSet{3});
  EXPECT_TRUE(groups_.exists(left)) << "looking alone must change nothing";
  EXPECT_THAT(remove_left_partitions(files_, groups_, site()), SizeIs(1));
  EXPECT_FALSE(groups_.exists(left));
  EXPECT_EQ(text(kTop + "/cpuset.cpus.effective"), "0-3");
}

TEST_F(LeftPartitionTest, OfALivingStationIsLeftAlone) {
  const auto partition = made();
  EXPECT_THAT(remove_left_partitions(files_, groups_, site()), IsEmpty());
  EXPECT_EQ(partition->state(), "isolated");
}

TEST_F(LeftPartitionTest, WithThreadsInItIsLeftAlone) {
  const std::string left = leave_one(kTop, 5, "3");
  groups_.set(left + "/cgroup.events", "populated 1\nfrozen 0");
  EXPECT_THAT(remove_left_partitions(files_, groups_, site()), IsEmpty());
  EXPECT_TRUE(groups_.exists(left));
}

TEST_F(LeftPartitionTest, OfAnotherNameIsLeftAlone) {
  groups_.add_group(kTop + "/isotherm.slice");
  groups_.add_group(kTop + "/other-readers-1");
  const auto before = groups_.snapshot();
  EXPECT_THAT(remove_left_partitions(files_, groups_, site()), IsEmpty());
  EXPECT_EQ(groups_.snapshot(), before);
}

TEST_F(LeftPartitionTest, OfAServiceAlsoGivesBackWhatTheSlicesPassedDown) {
  be_a_service();
  groups_.set(kService + "/cgroup.subtree_control", "cpuset");
  const std::string left = leave_one(kService, 5, "3");
  groups_.set(kSlice + "/cpuset.cpus.exclusive", "1,3");
  groups_.set(kService + "/cpuset.cpus.exclusive", "3");
  EXPECT_THAT(remove_left_partitions(files_, groups_, site()), SizeIs(1));
  EXPECT_EQ(text(kSlice + "/cpuset.cpus.exclusive"), "1");
  EXPECT_EQ(text(kService + "/cpuset.cpus.exclusive"), "");
}

TEST_F(LeftPartitionTest, IsNotJudgedWhileAnotherStationStarts) {
  const std::string left = leave_one(kTop, 5, "3");
  groups_.hold(kTop);
  EXPECT_THAT(remove_left_partitions(files_, groups_, site()), IsEmpty());
  EXPECT_TRUE(groups_.exists(left));
}

}  // namespace
}  // namespace isotherm::os
