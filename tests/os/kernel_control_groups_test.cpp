#include "os/kernel_control_groups.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "os/temporary_tree.hpp"

namespace isotherm::os {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAtOnce{0};

// On a plain folder: that control groups themselves behave so is for the system test to show.
class KernelControlGroupsTest : public testing::Test {
 protected:
  test::TemporaryTree tree_;
  KernelControlGroups groups_;
  std::string group_ = tree_.root() + "/group";
};

TEST_F(KernelControlGroupsTest, MakesAGroupOnceAndRemovesIt) {
  EXPECT_EQ(groups_.make(group_), 0);
  EXPECT_EQ(groups_.make(group_), EEXIST);
  EXPECT_EQ(groups_.remove(group_), 0);
  EXPECT_FALSE(std::filesystem::exists(group_));
}

TEST_F(KernelControlGroupsTest, RemovingWhatIsNotThereIsNoFault) {
  EXPECT_EQ(groups_.remove(group_), 0);
}

TEST_F(KernelControlGroupsTest, AGroupBelowNothingIsRefused) {
  EXPECT_EQ(groups_.make(group_ + "/below"), ENOENT);
}

TEST_F(KernelControlGroupsTest, WritesIntoAFileThatIsThereAndMakesNone) {
  tree_.file("/cpuset.cpus", "");
  EXPECT_EQ(groups_.write(tree_.root() + "/cpuset.cpus", "2-3"), 0);
  std::ostringstream text;
  text << std::ifstream{tree_.root() + "/cpuset.cpus"}.rdbuf();
  EXPECT_EQ(text.str().substr(0, 3), "2-3");
  EXPECT_EQ(groups_.write(tree_.root() + "/nothing", "1"), ENOENT);
  EXPECT_FALSE(std::filesystem::exists(tree_.root() + "/nothing"));
}

TEST_F(KernelControlGroupsTest, TheErrorOfAWriteIsHandedOn) {
  EXPECT_EQ(groups_.write("/dev/full", "1"), ENOSPC);
}

TEST_F(KernelControlGroupsTest, SaysWhatKeepsItFromWriting) {
  EXPECT_EQ(groups_.write_problem(tree_.root()), 0);
  EXPECT_EQ(groups_.write_problem(tree_.root() + "/nothing"), ENOENT);
}

TEST_F(KernelControlGroupsTest, ALockIsHeldByOneAtATime) {
  auto first = groups_.lock(tree_.root(), kAtOnce);
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(groups_.lock(tree_.root(), milliseconds{5}), nullptr);
  first.reset();
  EXPECT_NE(groups_.lock(tree_.root(), kAtOnce), nullptr);
}

TEST_F(KernelControlGroupsTest, ThereIsNoLockOfNothing) {
  EXPECT_EQ(groups_.lock(tree_.root() + "/nothing", kAtOnce), nullptr);
}

TEST_F(KernelControlGroupsTest, TheLockOfAProcessThatWasKilledIsFree) {
  const std::string root = tree_.root();
  const pid_t child = ::fork();
  if (child == 0) {
    KernelControlGroups groups;
    const auto held = groups.lock(root, kAtOnce);
    if (held != nullptr) {
      ::kill(::getpid(), SIGKILL);
    }
    ::_exit(1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_NE(groups_.lock(root, kAtOnce), nullptr);
}

}  // namespace
}  // namespace isotherm::os
