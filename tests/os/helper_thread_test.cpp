#include "os/helper_thread.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>

#include "core/setup_error.hpp"
#include "os/probes.hpp"
#include "os/this_thread.hpp"
#include "os/thread_scheduling.hpp"

namespace isotherm::os {
namespace {

using core::CpuSet;
using core::SetupError;

PosixHelperThreads threads_on_one_core() {
  return PosixHelperThreads{CpuSet{test::allowed_core()}};
}

TEST(HelperThreadTest, BodySeesItsNameItsCoresAndAnOrdinaryPolicy) {
  auto threads = threads_on_one_core();
  std::string name;
  CpuSet cores;
  ThreadScheduling scheduling;
  {
    const auto thread = threads.start("iso-log", [&](const std::stop_token&) {
      name = this_thread_name();
      cores = this_thread_cores();
      scheduling = this_thread_scheduling();
    });
  }
  EXPECT_EQ(name, "iso-log");
  EXPECT_EQ(cores, CpuSet{test::allowed_core()});
  EXPECT_EQ(scheduling.kernel_policy, SCHED_OTHER);
}

TEST(HelperThreadTest, DestructorAsksTheBodyToStopAndJoinsIt) {
  auto threads = threads_on_one_core();
  std::mutex mutex;
  std::condition_variable_any wake;
  bool stopped = false;
  {
    const auto thread = threads.start("iso-log", [&](const std::stop_token& stop) {
      std::unique_lock lock(mutex);
      wake.wait(lock, stop, [] { return false; });
      stopped = stop.stop_requested();
    });
  }
  EXPECT_TRUE(stopped);
}

TEST(HelperThreadTest, SignalsForHousekeepingAreBlockedAndFaultsAreNot) {
  auto threads = threads_on_one_core();
  sigset_t blocked;
  ::sigemptyset(&blocked);
  {
    const auto thread = threads.start("iso-log", [&](const std::stop_token&) {
      ::pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    });
  }
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGALRM, SIGPIPE, SIGWINCH}) {
    EXPECT_EQ(::sigismember(&blocked, signal), 1) << "signal " << signal;
  }
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
    EXPECT_EQ(::sigismember(&blocked, signal), 0) << "signal " << signal;
  }
}

TEST(HelperThreadTest, StackIsAtLeastAsLargeAsAskedAndNotTheSystemsDefault) {
  if (test::kSanitized) {
    GTEST_SKIP() << "sanitizers enlarge stacks";
  }
  auto threads = threads_on_one_core();
  std::size_t bytes = 0;
  {
    const auto thread = threads.start("iso-log", [&](const std::stop_token&) {
      pthread_attr_t attributes;
      ASSERT_EQ(::pthread_getattr_np(::pthread_self(), &attributes), 0);
      ::pthread_attr_getstacksize(&attributes, &bytes);
      ::pthread_attr_destroy(&attributes);
    });
  }
  EXPECT_GE(bytes, kHelperStackBytes);
  EXPECT_LE(bytes, 2 * kHelperStackBytes);
}

TEST(HelperThreadTest, NameThatIsTooLongStartsNothing) {
  auto threads = threads_on_one_core();
  std::atomic<bool> started{false};
  EXPECT_THROW(static_cast<void>(threads.start("iso-far-too-long-a-name",
                                               [&](const std::stop_token&) { started = true; })),
               SetupError);
  EXPECT_FALSE(started.load());
}

TEST(HelperThreadTest, CoreThatDoesNotExistIsReportedWithTheThreadsName) {
  if (!test::absent_core_is_absent()) {
    GTEST_SKIP() << "this machine has more than 1023 cores";
  }
  PosixHelperThreads threads{CpuSet{test::kAbsentCore}};
  try {
    static_cast<void>(threads.start("iso-log", [](const std::stop_token&) {}));
    FAIL() << "nothing was thrown";
  } catch (const SetupError& error) {
    EXPECT_THAT(error.where(), testing::HasSubstr("iso-log"));
    EXPECT_THAT(error.where(), testing::HasSubstr("1023"));
    EXPECT_FALSE(error.mend().empty());
  }
}

}  // namespace
}  // namespace isotherm::os
