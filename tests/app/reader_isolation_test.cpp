#include "app/reader_isolation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "support/fake_control_groups.hpp"

namespace isotherm::app {
namespace {

using acquire::Isolate;
using core::CpuSet;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::string kTop = test::FakeControlGroups::kTop;

PlannedReader reader(const std::string& name, const CpuSet& cores, Isolate isolate) {
  PlannedReader planned;
  planned.settings.name = name;
  planned.settings.where = "station.toml:" + name;
  planned.settings.isolate = isolate;
  planned.cores = cores;
  return planned;
}

StationPlan plan_of(std::vector<PlannedReader> readers) {
  StationPlan plan;
  plan.housekeeping = {0, 1};
  plan.readers = std::move(readers);
  return plan;
}

os::Topology machine(const CpuSet& isolated = {}) {
  os::Topology topology;
  topology.online = topology.present = topology.allowed = {0, 1, 2, 3};
  topology.isolated = isolated;
  return topology;
}

TEST(PartitionCoresTest, AreThoseOfTheReadersThatAskForIt) {
  const auto plan = plan_of({reader("a", {2}, Isolate::Boot), reader("b", {3}, Isolate::Cpuset)});
  EXPECT_EQ(partition_cores(plan, machine()), CpuSet{3});
}

TEST(PartitionCoresTest, LeaveOutAReaderWhoseCoresAreIsolatedSinceBoot) {
  const auto plan = plan_of({reader("a", {2}, Isolate::Cpuset), reader("b", {3}, Isolate::Cpuset)});
  EXPECT_EQ(partition_cores(plan, machine({3})), CpuSet{2});
  EXPECT_TRUE(partition_cores(plan, machine({2, 3})).empty());
}

TEST(PartitionCoresTest, HoldAllOfAReaderThatIsHalfIsolatedSinceBoot) {
  const auto plan = plan_of({reader("a", {2, 3}, Isolate::Cpuset)});
  EXPECT_EQ(partition_cores(plan, machine({3})), (CpuSet{2, 3}));
}

TEST(PartitionProblemsTest, HousekeepingCannotLoseItsOnlyCore) {
  auto plan = plan_of({reader("a", {1}, Isolate::Cpuset)});
  plan.housekeeping = {1};
  const auto problems = partition_problems(plan, {1});
  ASSERT_THAT(problems, SizeIs(1));
  EXPECT_EQ(problems[0].where, "station.toml:a");
  EXPECT_THAT(problems[0].what, HasSubstr("housekeeping needs core 1"));
}

TEST(PartitionProblemsTest, AnotherReaderCannotStandWithOneFootInside) {
  const auto plan =
      plan_of({reader("a", {3}, Isolate::Cpuset), reader("b", {2, 3}, Isolate::Boot)});
  const auto problems = partition_problems(plan, {3});
  ASSERT_THAT(problems, SizeIs(1));
  EXPECT_EQ(problems[0].where, "station.toml:b");
  EXPECT_EQ(problems[0].exit_code, core::ExitCode::Unavailable);
}

TEST(PartitionProblemsTest, TwoReadersMayShareAPartitionsCore) {
  const auto plan = plan_of({reader("a", {3}, Isolate::Cpuset), reader("b", {3}, Isolate::Boot)});
  EXPECT_THAT(partition_problems(plan, {3}), IsEmpty());
}

class ReaderIsolationTest : public testing::Test {
 protected:
  test::FakeFileTree files_;
  test::FakeControlGroups groups_{files_, {0, 1, 2, 3}};
  StationPlan plan_ = plan_of({reader("a", {3}, Isolate::Cpuset)});
  os::Topology topology_ = machine();
  std::vector<Problem> missing_;
  std::vector<std::string> notes_;
};

TEST_F(ReaderIsolationTest, ThePartitionsCoresCountAsIsolatedFromThenOn) {
  const auto before = groups_.snapshot();
  ReaderIsolation isolation(files_, groups_);
  isolation.set_up(plan_, topology_, missing_, notes_);
  EXPECT_THAT(missing_, IsEmpty());
  EXPECT_EQ(topology_.isolated, CpuSet{3});
  ASSERT_NE(isolation.partition(), nullptr);
  EXPECT_THAT(notes_, ElementsAre(HasSubstr("core 3 is isolated until the end")));
  EXPECT_THAT(notes_[0], HasSubstr("the kernel lists core 3 as isolated"));
  EXPECT_EQ(isolation.words_for({3}), "cpuset");
  EXPECT_EQ(isolation.words_for({2}), "none");
  isolation.undo();
  EXPECT_EQ(groups_.snapshot(), before);
}

TEST_F(ReaderIsolationTest, APartitionThatIsLostOnTheWayIsSaidInTheSummary) {
  ReaderIsolation isolation(files_, groups_);
  isolation.set_up(plan_, topology_, missing_, notes_);
  ASSERT_NE(isolation.partition(), nullptr);
  groups_.set(isolation.partition()->directory() + "/cpuset.cpus.partition",
              "isolated invalid (No cpu available due to hotplug)");
  EXPECT_THAT(isolation.words_for({3}), HasSubstr("lost: isolated invalid (No cpu available"));
}

TEST_F(ReaderIsolationTest, WithoutTheWishNothingIsTouched) {
  plan_.readers[0].settings.isolate = Isolate::Boot;
  ReaderIsolation isolation(files_, groups_);
  isolation.set_up(plan_, topology_, missing_, notes_);
  EXPECT_EQ(groups_.calls(), 0U);
  EXPECT_THAT(notes_, IsEmpty());
  EXPECT_EQ(isolation.partition(), nullptr);
}

TEST_F(ReaderIsolationTest, CoresIsolatedAtBootNeedNoPartition) {
  topology_ = machine({2, 3});
  ReaderIsolation isolation(files_, groups_);
  isolation.set_up(plan_, topology_, missing_, notes_);
  EXPECT_EQ(groups_.calls(), 0U);
  EXPECT_EQ(isolation.words_for({3}), "boot");
}

TEST_F(ReaderIsolationTest, ARefusalIsAMissingPrerequisiteWithItsLineAndItsMend) {
  groups_.forbid(kTop, EROFS);
  ReaderIsolation isolation(files_, groups_);
  isolation.set_up(plan_, topology_, missing_, notes_);
  ASSERT_THAT(missing_, SizeIs(1));
  EXPECT_EQ(missing_[0].exit_code, core::ExitCode::Unavailable);
  EXPECT_EQ(missing_[0].where, "station.toml:a");
  EXPECT_THAT(missing_[0].what, HasSubstr("core 3"));
  EXPECT_THAT(missing_[0].what, HasSubstr("mounted read-only"));
  EXPECT_TRUE(topology_.isolated.empty());
  EXPECT_EQ(isolation.words_for({3}), "none");
}

TEST_F(ReaderIsolationTest, AnInvalidPartitionIsAMissingPrerequisiteToo) {
  const auto before = groups_.snapshot();
  groups_.answer("isolated invalid (Parent is not a partition root)");
  ReaderIsolation isolation(files_, groups_);
  isolation.set_up(plan_, topology_, missing_, notes_);
  ASSERT_THAT(missing_, SizeIs(1));
  EXPECT_THAT(missing_[0].what, HasSubstr("Parent is not a partition root"));
  EXPECT_EQ(groups_.snapshot(), before);
}

TEST_F(ReaderIsolationTest, ACheckForetellsItAndChangesNothing) {
  const auto before = groups_.snapshot();
  const ReaderIsolation isolation(files_, groups_);
  isolation.foretell(plan_, topology_, missing_, notes_);
  EXPECT_THAT(notes_, Contains(HasSubstr("a run would isolate core 3")));
  EXPECT_EQ(topology_.isolated, CpuSet{3});
  EXPECT_EQ(groups_.snapshot(), before);
}

TEST_F(ReaderIsolationTest, ALeftPartitionIsSeenThroughByACheckAndRemovedByARun) {
  groups_.set(kTop + "/cgroup.subtree_control", "cpuset cpu memory");
  const std::string left = kTop + "/isotherm-readers-9";
  groups_.add_group(left);
  groups_.set(left + "/cpuset.cpus", "3");
  topology_.allowed = {0, 1, 2};
  topology_.isolated = {3};
  ReaderIsolation isolation(files_, groups_);
  const os::Topology seen = isolation.without_left(topology_);
  EXPECT_EQ(seen.allowed, (CpuSet{0, 1, 2, 3}));
  EXPECT_TRUE(seen.isolated.empty());
  EXPECT_TRUE(groups_.exists(left));
  EXPECT_THAT(isolation.remove_left(), ElementsAre(HasSubstr(left + " (core 3)")));
  EXPECT_FALSE(groups_.exists(left));
}

}  // namespace
}  // namespace isotherm::app
