#include "os/crash_guard.hpp"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <vector>

#include "core/realtime_section.hpp"
#include "os/system_call.hpp"

namespace isotherm::os {
namespace {

// A signal handler is given nothing to work on, so what it needs is global. Both are lock-free,
// which makes them safe to use in a handler (signal-safety(7)).
std::atomic<const char*> crashed_thread{nullptr};
std::atomic<int> crash_signal{0};
thread_local const char* guarded_name = nullptr;

constexpr std::array kSignals = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

// A signal frame holds all registers, and how many there are depends on the CPU (SVE, AVX-512): the
// kernel tells the least that it needs (sysconf(3), _SC_MINSIGSTKSZ).
std::size_t alternate_stack_bytes() {
  constexpr long kUsual = 16384;
  return static_cast<std::size_t>(std::max(kUsual, 2 * ::sysconf(_SC_MINSIGSTKSZ)));
}

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
    // Not a reader: the default effect, as if there were no handler.
    ::signal(signal, SIG_DFL);
    ::raise(signal);
    return;
  }
  int none = 0;
  if (crash_signal.compare_exchange_strong(none, signal, std::memory_order_relaxed)) {
    crashed_thread.store(guarded_name, std::memory_order_release);
  }
  // What is left for it to do is no sampling, and nobody shall hold it to that.
  const core::RealtimeSection outside(core::RealtimePhase::Outside);
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
    check_errno([&] { return ::sigaction(signal, &action, nullptr); },
                SystemCall{"sigaction", "the handler of a reader's crash", ""});
  }
}

void guard_this_thread(const char* name) {
  // Owned by the thread, which outlives its use: it is freed when the thread ends.
  thread_local std::vector<char> stack;
  stack.resize(alternate_stack_bytes());
  stack_t alternate = {};
  alternate.ss_sp = stack.data();
  alternate.ss_size = stack.size();
  check_errno([&] { return ::sigaltstack(&alternate, nullptr); },
              SystemCall{"sigaltstack", std::string{"thread "} + name, ""});
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
