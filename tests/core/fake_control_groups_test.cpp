#include "support/fake_control_groups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace isotherm::test {
namespace {

const std::string kTop = FakeControlGroups::kTop;
constexpr std::chrono::milliseconds kAtOnce{0};

class FakeControlGroupsTest : public testing::Test {
 protected:
  [[nodiscard]] std::string text(const std::string& file) const {
    return files_.text(file).value_or("(none)");
  }
  FakeFileTree files_;
  FakeControlGroups groups_{files_, {0, 1, 2, 3}};
};

TEST_F(FakeControlGroupsTest, CpusetFilesComeAndGoWithTheController) {
  ASSERT_EQ(groups_.make(kTop + "/a"), 0);
  EXPECT_EQ(text(kTop + "/a/cgroup.type"), "domain");
  EXPECT_EQ(text(kTop + "/a/cpuset.cpus"), "(none)");
  ASSERT_EQ(groups_.write(kTop + "/cgroup.subtree_control", "+cpuset"), 0);
  EXPECT_EQ(text(kTop + "/a/cpuset.cpus"), "");
  ASSERT_EQ(groups_.write(kTop + "/cgroup.subtree_control", "-cpuset"), 0);
  EXPECT_EQ(text(kTop + "/a/cpuset.cpus"), "(none)");
}

TEST_F(FakeControlGroupsTest, APartitionTakesItsCoresFromTheTopmostGroup) {
  ASSERT_EQ(groups_.write(kTop + "/cgroup.subtree_control", "+cpuset"), 0);
  ASSERT_EQ(groups_.make(kTop + "/a"), 0);
  ASSERT_EQ(groups_.write(kTop + "/a/cpuset.cpus", "2-3"), 0);
  ASSERT_EQ(groups_.write(kTop + "/a/cpuset.cpus.partition", "isolated"), 0);
  EXPECT_EQ(text(kTop + "/cpuset.cpus.effective"), "0-1");
  EXPECT_EQ(text(kTop + "/a/cpuset.cpus.effective"), "2-3");
  ASSERT_EQ(groups_.remove(kTop + "/a"), 0);
  EXPECT_EQ(text(kTop + "/cpuset.cpus.effective"), "0-3");
}

TEST_F(FakeControlGroupsTest, AGroupWithAThreadInItCannotBeRemoved) {
  ASSERT_EQ(groups_.make(kTop + "/a"), 0);
  ASSERT_EQ(groups_.write(kTop + "/a/cgroup.threads", "0"), 0);
  EXPECT_EQ(groups_.thread_is_in(), kTop + "/a");
  EXPECT_EQ(groups_.remove(kTop + "/a"), EBUSY);
  ASSERT_EQ(groups_.write(kTop + "/cgroup.threads", "0"), 0);
  EXPECT_EQ(groups_.remove(kTop + "/a"), 0);
}

TEST_F(FakeControlGroupsTest, TheCallThatWasChosenFailsAndNoOther) {
  groups_.fail_call(1, EIO);
  EXPECT_EQ(groups_.make(kTop + "/a"), 0);
  EXPECT_EQ(groups_.make(kTop + "/b"), EIO);
  EXPECT_EQ(groups_.make(kTop + "/b"), 0);
}

TEST_F(FakeControlGroupsTest, WhatIsNotThereIsRefused) {
  EXPECT_EQ(groups_.write(kTop + "/nothing", "1"), ENOENT);
  EXPECT_EQ(groups_.make(kTop + "/nothing/a"), ENOENT);
  EXPECT_EQ(groups_.lock(kTop + "/nothing", kAtOnce), nullptr);
}

TEST_F(FakeControlGroupsTest, ALockIsHeldByOne) {
  auto held = groups_.lock(kTop, kAtOnce);
  EXPECT_EQ(groups_.lock(kTop, kAtOnce), nullptr);
  held.reset();
  EXPECT_NE(groups_.lock(kTop, kAtOnce), nullptr);
}

}  // namespace
}  // namespace isotherm::test
