#include "os/crash_guard.hpp"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <memory>

#include "os/system_call.hpp"

namespace isotherm::os {
namespace {

// A signal handler is given nothing to work on, so what it needs is global. Both are lock-free,
// which makes them safe to use in a handler (signal-safety(7)).
std::atomic<const char*> crashed_thread{nullptr};
std::atomic<int> crash_signal{0};
thread_local const char* guarded_name = nullptr;

constexpr std::array kSignals = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
constexpr std::size_t kAlternateStackBytes = 16384;

const char* signal_word(int signal) {
  switch (signal) {
    case SIGSEGV:
      return "SIGSEGV (invalid memory access)";
    case SIGBUS:
      return "SIGBUS";
    case SIGFPE:
      return "SIGFPE";
    case SIGILL:
      return "SIGILL";
    case SIGABRT:
      return "SIGABRT (failed assertion or escaped exception)";
    default:
      return "a signal";
  }
}

extern "C" void on_crash(int signal) {
  if (guarded_name == nullptr) {
    // Not a reader: the default effect, now that the handler is gone.
    ::signal(signal, SIG_DFL);
    ::raise(signal);
    return;
  }
  const char* nobody = nullptr;
  crash_signal.store(signal, std::memory_order_relaxed);
  crashed_thread.compare_exchange_strong(nobody, guarded_name, std::memory_order_release);
  // Parked: returning would run into the same fault again. The process ends soon.
  for (;;) {
    ::pause();
  }
}

}  // namespace

void install_crash_guard() {
  struct sigaction action = {};
  action.sa_handler = on_crash;
  action.sa_flags = SA_ONSTACK;
  // Nothing else interrupts a parked thread.
  sigfillset(&action.sa_mask);
  for (const int signal : kSignals) {
    check_errno(::sigaction(signal, &action, nullptr), "sigaction");
  }
}

void guard_this_thread(const char* name) {
  // Owned by the thread, which outlives its use: it is freed when the thread ends.
  thread_local std::unique_ptr<std::array<char, kAlternateStackBytes>> stack;
  stack = std::make_unique<std::array<char, kAlternateStackBytes>>();
  stack_t alternate = {};
  alternate.ss_sp = stack->data();
  alternate.ss_size = stack->size();
  check_errno(::sigaltstack(&alternate, nullptr), "sigaltstack");
  guarded_name = name;
}

std::optional<Crash> crash_seen() {
  const char* thread = crashed_thread.load(std::memory_order_acquire);
  if (thread == nullptr) {
    return std::nullopt;
  }
  return Crash{thread, signal_word(crash_signal.load(std::memory_order_relaxed))};
}

}  // namespace isotherm::os
