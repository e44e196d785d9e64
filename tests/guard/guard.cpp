#include "guard/guard.hpp"

#include <dlfcn.h>
#include <execinfo.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>

namespace isotherm::guard {
namespace {

constexpr int kFrames = 64;
constexpr std::size_t kThreadNameBytes = 16;  // PR_GET_NAME(2const)

void say(const char* text) noexcept {
  // Whoever reads this has the backtrace or has not; there is nobody to tell of a failed write.
  const auto written = ::write(STDERR_FILENO, text, std::strlen(text));
  static_cast<void>(written);
}

void say_backtrace() noexcept {
  std::array<void*, kFrames> frames{};
  const int count = ::backtrace(frames.data(), kFrames);
  ::backtrace_symbols_fd(frames.data(), count, STDERR_FILENO);
}

// The first backtrace loads libgcc, with files and memory: better now than in the thread that is
// about to be ended (backtrace(3), NOTES).
[[gnu::constructor]] void load_unwinder() noexcept {
  std::array<void*, 1> frame{};
  static_cast<void>(::backtrace(frame.data(), 1));
}

}  // namespace

void end_for(const char* called) noexcept {
  // From here on this thread samples no more, and may call what it needs to say so.
  core::realtime_phase = core::RealtimePhase::Outside;
  std::array<char, kThreadNameBytes> thread{};
  ::prctl(PR_GET_NAME, thread.data(), 0UL, 0UL, 0UL);
  say("isotherm: real-time guard: ");
  say(thread.data());
  say(" called ");
  say(called);
  say(" while sampling, from:\n");
  say_backtrace();
  std::abort();
}

void* Original::look_up() const noexcept {
  void* address = version_ == nullptr ? nullptr : ::dlvsym(RTLD_NEXT, name_, version_);
  if (address == nullptr) {
    address = ::dlsym(RTLD_NEXT, name_);
  }
  if (address == nullptr) {
    say("isotherm: real-time guard: the C library here has no ");
    say(name_);
    say("\n");
    std::abort();
  }
  return address;
}

}  // namespace isotherm::guard
