#include "os/crash_guard.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <thread>

namespace isotherm::os {
namespace {

// Each in a process of its own (a death test), because a guarded thread that died stays parked.

[[noreturn]] void exit_when_seen(const char* thread_name, const char* cause) {
  for (;;) {
    if (const auto crash = crash_seen()) {
      const bool right = crash->thread == thread_name && crash->cause.rfind(cause, 0) == 0;
      std::_Exit(right ? 70 : 1);
    }
    std::this_thread::yield();
  }
}

[[noreturn]] void die_guarded(int signal, const char* cause) {
  install_crash_guard();
  std::thread([signal] {
    guard_this_thread("iso-fast");
    std::raise(signal);
  }).detach();
  exit_when_seen("iso-fast", cause);
}

TEST(CrashGuardDeathTest, AnInvalidAccessOfAGuardedThreadIsSeenAndTheProcessLivesOn) {
  EXPECT_EXIT(die_guarded(SIGSEGV, "SIGSEGV"), testing::ExitedWithCode(70), "");
}

TEST(CrashGuardDeathTest, SoIsAFailedAssertion) {
  EXPECT_EXIT(die_guarded(SIGABRT, "SIGABRT"), testing::ExitedWithCode(70), "");
}

TEST(CrashGuardDeathTest, AThreadThatIsNotGuardedStillEndsTheProcess) {
  EXPECT_EXIT(
      {
        install_crash_guard();
        std::raise(SIGABRT);
      },
      testing::KilledBySignal(SIGABRT), "");
}

TEST(CrashGuardTest, NothingIsSeenWhileAllLive) { EXPECT_EQ(crash_seen(), std::nullopt); }

}  // namespace
}  // namespace isotherm::os
