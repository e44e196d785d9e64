#include "os/child_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>

#include "core/setup_error.hpp"
#include "os/this_thread.hpp"

namespace isotherm::os {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr core::Nanoseconds kWatchdog = seconds{30};

ChildSpec shell(const std::string& script, core::CpuSet cores = {}) {
  return {.program = "/bin/sh", .arguments = {"sh", "-c", script}, .cores = std::move(cores)};
}

TEST(ChildProcessTest, ItsOutputsAndItsExitCodeAreTold) {
  ChildProcess child(shell("echo out; echo err >&2; exit 3"));
  const auto end = child.wait_for(kWatchdog);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->exit_code, 3);
  EXPECT_EQ(end->signal, 0);
  EXPECT_FALSE(end->well());
  EXPECT_EQ(end->words(), "exit code 3");
  EXPECT_EQ(child.output(), "out\n");
  EXPECT_EQ(child.errors(), "err\n");
}

TEST(ChildProcessTest, MoreOutputThanAPipeHoldsArrivesWhole) {
  ChildProcess child(shell("head -c 300000 /dev/zero; exit 0"));
  const auto end = child.wait_for(kWatchdog);
  ASSERT_TRUE(end);
  EXPECT_TRUE(end->well());
  EXPECT_EQ(child.output().size(), 300'000U);
}

TEST(ChildProcessTest, WhatIsSentComesBackFromCat) {
  ::signal(SIGPIPE, SIG_IGN);
  ChildProcess child(
      {.program = "/bin/cat", .arguments = {"cat"}, .cores = {}, .takes_input = true});
  ASSERT_TRUE(child.send("one\n"));
  std::string taken;
  const auto limit = std::chrono::steady_clock::now() + kWatchdog;
  const std::array<ChildProcess*, 1> children{&child};
  while (taken != "one\n" && std::chrono::steady_clock::now() < limit) {
    ChildProcess::wait_for_any(children, milliseconds{100});
    static_cast<void>(child.wait_for(core::Nanoseconds{0}));
    taken += child.take_output();
  }
  EXPECT_EQ(taken, "one\n");
  EXPECT_EQ(child.output(), "");
  ::kill(child.id(), SIGKILL);
  EXPECT_EQ(child.wait_for(kWatchdog)->signal, SIGKILL);
  EXPECT_FALSE(child.send("two\n"));
}

TEST(ChildProcessTest, ASignalThatEndedItIsTold) {
  ChildProcess child(shell("kill -TERM $$"));
  const auto end = child.wait_for(kWatchdog);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->signal, SIGTERM);
  EXPECT_EQ(end->words(), "signal 15");
}

TEST(ChildProcessTest, AProgramThatIsNotThereIsAnError) {
  try {
    const ChildProcess child({.program = "/nonexistent", .arguments = {"a"}, .cores = {}});
    FAIL();
  } catch (const core::SetupError& error) {
    EXPECT_THAT(error.what(), HasSubstr("/nonexistent"));
    EXPECT_THAT(error.what(), HasSubstr("No such file"));
  }
}

TEST(ChildProcessTest, WaitsNoLongerThanItWasTold) {
  ChildProcess child(shell("exec sleep 1000"));
  EXPECT_FALSE(child.wait_for(milliseconds{20}));
}

TEST(ChildProcessTest, ItEndsWithItsOwner) {
  pid_t id = 0;
  {
    const ChildProcess child(shell("exec sleep 1000"));
    id = child.id();
    EXPECT_EQ(::kill(id, 0), 0);
  }
  EXPECT_EQ(::kill(id, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

TEST(ChildProcessTest, CtrlCIsLeftToTheParent) {
  // 2 is SIGINT; the line has the ignored signals as a mask, with SIGINT as its second bit.
  ChildProcess child(shell("grep SigIgn /proc/self/status"));
  ASSERT_TRUE(child.wait_for(kWatchdog));
  const std::string mask = child.output().substr(child.output().find('\t') + 1);
  EXPECT_NE(std::stoull(mask, nullptr, 16) & (1ULL << (SIGINT - 1)), 0U) << mask;
  EXPECT_EQ(std::stoull(mask, nullptr, 16) & (1ULL << (SIGPIPE - 1)), 0U) << mask;
}

TEST(ChildProcessTest, ItStartsOnItsCores) {
  const unsigned core = this_thread_cores().cores().front();
  ChildProcess child(shell("grep Cpus_allowed_list /proc/self/status", {core}));
  ASSERT_TRUE(child.wait_for(kWatchdog));
  EXPECT_THAT(child.output(), HasSubstr("\t" + std::to_string(core) + "\n"));
}

TEST(ChildProcessTest, ItsInputIsEmpty) {
  ChildProcess child(shell("cat; echo end"));
  ASSERT_TRUE(child.wait_for(kWatchdog));
  EXPECT_EQ(child.output(), "end\n");
}

TEST(FindProgramTest, FindsWhatIsThereAndNothingElse) {
  EXPECT_TRUE(find_program("sh"));
  EXPECT_FALSE(find_program("isotherm-no-such-program"));
}

}  // namespace
}  // namespace isotherm::os
