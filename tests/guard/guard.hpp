// The guard of the real-time plane: it is linked into a program in front of the C library, and ends
// the program where a reader makes a call that it must not make once it has started.
//
//   isotherm: real-time guard: iso-fast called malloc while sampling, from:
//
// followed by a backtrace, and abort(3). A reader is sampling inside of Reader::run() (see
// core/realtime_section.hpp); all other threads, and a reader before and after, call what they
// like.
//
// What is guarded is in the files guarded_*.cpp, one line a function. Each defines the function
// itself, which the linker then prefers to the C library's for the program and for its shared
// libraries alike, looks at the phase, and hands over to the real one.
//
// What it cannot see: system calls that are made without the C library; what a header expands in
// place (fmt's formatting into a buffer of its own, an atomic's wait that spins); and functions
// that the C library calls inside of itself. tests/tidy/layering.py keeps the first two out of the
// real-time folders.
#pragma once

#include <atomic>

#include "core/realtime_section.hpp"

namespace isotherm::guard {

// Says which thread called what and from where, and aborts. Needs no memory.
[[noreturn]] void end_for(const char* called) noexcept;

// To be inlined into every guarded function: a load and a comparison where all is well.
inline void forbid_while_sampling(const char* called) noexcept {
  if (core::realtime_phase != core::RealtimePhase::Outside) {
    end_for(called);
  }
}

// The function of that name which the program would call if it were not guarded. Looked up at its
// first use, because guarded functions are called before any constructor of this program has run.
class Original {
 public:
  // Where a name has several versions, `version` is the one that programs are linked with today:
  // dlsym(3) of a C library before 2.36 gives the oldest (glibc bug 14932).
  constexpr explicit Original(const char* name, const char* version = nullptr) noexcept
      : name_(name), version_(version) {}

  template <typename Function>
  [[nodiscard]] Function as() noexcept {
    void* address = address_.load(std::memory_order_acquire);
    if (address == nullptr) {
      address = look_up();  // by two threads at once, they find the same
      address_.store(address, std::memory_order_release);
    }
    return reinterpret_cast<Function>(address);
  }

 private:
  [[nodiscard]] void* look_up() const noexcept;

  const char* name_;
  const char* version_;
  std::atomic<void*> address_{nullptr};
};

}  // namespace isotherm::guard

// NOLINTBEGIN(bugprone-macro-parentheses): types and lists of parameters cannot be put into them.

// Defines the C library's function `name` as one that no reader may call while it samples. It has
// another name in C++ and only the symbol of that one, so that the C library's headers, whose
// declarations carry attributes of their own, are not contradicted.
#define ISOTHERM_FORBIDDEN(result, name, parameters, arguments) \
  ISOTHERM_FORBIDDEN_OF_VERSION(result, name, nullptr, parameters, arguments)

#define ISOTHERM_FORBIDDEN_OF_VERSION(result, name, version, parameters, arguments) \
  result forbidden_##name parameters __asm__(#name);                                \
  result forbidden_##name parameters {                                              \
    static constinit ::isotherm::guard::Original original(#name, version);          \
    ::isotherm::guard::forbid_while_sampling(#name);                                \
    return original.as<result(*) parameters>() arguments;                           \
  }

// NOLINTEND(bugprone-macro-parentheses)
