#include "os/cpuset_site.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "support/fake_control_groups.hpp"

namespace isotherm::os {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kRoot = test::FakeControlGroups::kTop;

class CpusetSiteTest : public testing::Test {
 protected:
  [[nodiscard]] CpusetSite site() const {
    const CpusetSearch found = find_cpuset_site(files_, groups_);
    const auto* site = std::get_if<CpusetSite>(&found);
    if (site == nullptr) {
      ADD_FAILURE() << std::get<CpusetRefusal>(found).what;
      return {};
    }
    return *site;
  }
  [[nodiscard]] CpusetRefusal refusal() const {
    const CpusetSearch found = find_cpuset_site(files_, groups_);
    const auto* refusal = std::get_if<CpusetRefusal>(&found);
    if (refusal == nullptr) {
      ADD_FAILURE() << "not refused: " << std::get<CpusetSite>(found).parent;
      return {};
    }
    EXPECT_THAT(refusal->mend, HasSubstr("isolcpus"));
    return *refusal;
  }
  // A service below a slice; with Delegate=cpuset it has the controller.
  void be_a_service(bool delegated) {
    if (delegated) {
      groups_.set(kRoot + "/cgroup.subtree_control", "cpuset cpu memory");
    }
    groups_.add_group(kRoot + "/system.slice");
    groups_.set(kRoot + "/system.slice/cgroup.subtree_control", delegated ? "cpuset cpu" : "cpu");
    groups_.add_group(kRoot + "/system.slice/isotherm.service");
    groups_.set_own("/system.slice/isotherm.service");
  }

  test::FakeFileTree files_;
  test::FakeControlGroups groups_{files_, {0, 1, 2, 3}};
};

TEST_F(CpusetSiteTest, AProcessInTheTopmostGroupMakesItsPartitionRightThere) {
  const CpusetSite found = site();
  EXPECT_EQ(found.parent, kRoot);
  EXPECT_THAT(found.above, IsEmpty());
  EXPECT_FALSE(found.moves_process());
}

TEST_F(CpusetSiteTest, AShellOfRootMovesToTheTopmostGroup) {
  groups_.add_group(kRoot + "/user.slice");
  groups_.add_group(kRoot + "/user.slice/session-3.scope");
  groups_.set_own("/user.slice/session-3.scope");
  const CpusetSite found = site();
  EXPECT_EQ(found.parent, kRoot);
  EXPECT_EQ(found.own, kRoot + "/user.slice/session-3.scope");
  EXPECT_TRUE(found.moves_process());
}

TEST_F(CpusetSiteTest, AServiceThatWasGivenTheControllerStaysInItsOwnGroup) {
  be_a_service(true);
  const CpusetSite found = site();
  EXPECT_EQ(found.parent, kRoot + "/system.slice/isotherm.service");
  EXPECT_THAT(found.above,
              ElementsAre(kRoot + "/system.slice", kRoot + "/system.slice/isotherm.service"));
  EXPECT_FALSE(found.moves_process());
}

TEST_F(CpusetSiteTest, AServiceWithoutTheControllerIsToldHowToGetIt) {
  be_a_service(false);
  EXPECT_THAT(refusal().what, HasSubstr("was not given the cpuset controller"));
  EXPECT_THAT(refusal().mend, HasSubstr("Delegate=cpuset"));
}

TEST_F(CpusetSiteTest, AServiceOnAKernelWithoutRemotePartitionsIsRefused) {
  be_a_service(true);
  files_.remove(kRoot + "/system.slice/isotherm.service/cpuset.cpus.exclusive");
  EXPECT_THAT(refusal().mend, HasSubstr("Linux 6.7"));
}

TEST_F(CpusetSiteTest, AServiceWithoutTheRightToAdministrateIsRefused) {
  be_a_service(true);
  files_.set("/proc/self/status", "CapEff:\t0000000000804000\n");
  EXPECT_THAT(refusal().what, HasSubstr("CAP_SYS_ADMIN"));
}

TEST_F(CpusetSiteTest, ASliceThatMayNotBeChangedIsNamed) {
  be_a_service(true);
  groups_.forbid(kRoot + "/system.slice/cpuset.cpus.exclusive", EACCES);
  EXPECT_THAT(refusal().what, HasSubstr(kRoot + "/system.slice/cpuset.cpus.exclusive"));
  EXPECT_THAT(refusal().what, HasSubstr("Permission denied"));
}

TEST_F(CpusetSiteTest, ASliceThatPassesCoresDownAlreadyNeedsNoRight) {
  be_a_service(true);
  groups_.forbid(kRoot + "/system.slice/cpuset.cpus.exclusive", EACCES);
  groups_.set(kRoot + "/system.slice/cpuset.cpus.exclusive", "3");
  EXPECT_EQ(site().parent, kRoot + "/system.slice/isotherm.service");
}

TEST_F(CpusetSiteTest, AServicesSubgroupIsAsGoodAsTheServicesGroup) {
  be_a_service(true);
  groups_.add_group(kRoot + "/system.slice/isotherm.service/station");
  groups_.set_own("/system.slice/isotherm.service/station");
  const CpusetSite found = site();
  EXPECT_EQ(found.parent, kRoot + "/system.slice/isotherm.service/station");
  EXPECT_EQ(found.above.size(), 3U);
  EXPECT_FALSE(found.moves_process());
}

TEST_F(CpusetSiteTest, AShellInAUsersSessionIsNoService) {
  groups_.add_group(kRoot + "/user@0.service");
  groups_.add_group(kRoot + "/user@0.service/app.scope");
  groups_.set_own("/user@0.service/app.scope");
  EXPECT_EQ(site().parent, kRoot);
}

TEST_F(CpusetSiteTest, GroupsThatAreMountedReadOnlyAreSaidToBe) {
  groups_.forbid(kRoot, EROFS);
  EXPECT_THAT(refusal().what, HasSubstr("mounted read-only"));
  EXPECT_THAT(refusal().mend, HasSubstr("ProtectControlGroups=no"));
}

TEST_F(CpusetSiteTest, MissingRightsAreSaid) {
  groups_.forbid(kRoot, EACCES);
  EXPECT_THAT(refusal().what, HasSubstr("Permission denied"));
}

TEST_F(CpusetSiteTest, CpusetsOfVersionOneAreRefused) {
  files_.set("/proc/self/cgroup", "3:cpuset:/\n0::/");
  files_.set("/proc/self/mountinfo",
             "34 32 0:29 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"
             "36 32 0:31 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw");
  EXPECT_THAT(refusal().what, HasSubstr("version 1"));
  EXPECT_THAT(refusal().mend, HasSubstr("systemd.unified_cgroup_hierarchy=1"));
}

TEST_F(CpusetSiteTest, NoControlGroupsAreSaidToBeMissing) {
  files_.set("/proc/self/mountinfo", "");
  EXPECT_THAT(refusal().what, HasSubstr("no control groups are mounted"));
}

TEST_F(CpusetSiteTest, AKernelWithoutCpusetsIsSaidToBeOne) {
  groups_.set(kRoot + "/cgroup.controllers", "cpu memory pids");
  EXPECT_THAT(refusal().what, HasSubstr("no cpuset controller"));
}

TEST_F(CpusetSiteTest, AContainersOwnGroupIsNotTakenForTheTopmost) {
  files_.set(kRoot + "/cgroup.type", "domain");
  EXPECT_THAT(refusal().mend, HasSubstr("Linux 6.7"));
  files_.set(kRoot + "/cpuset.cpus.exclusive", "");
  const CpusetSite found = site();
  EXPECT_EQ(found.parent, kRoot);
}

TEST(HasWord, KnowsWholeWordsOnly) {
  EXPECT_TRUE(has_word("cpuset cpu io", "cpu"));
  EXPECT_FALSE(has_word("cpuset io", "cpu"));
  EXPECT_FALSE(has_word("", "cpu"));
}

}  // namespace
}  // namespace isotherm::os
