// Catches a reader that dies of a bug (a failed assertion, a segmentation fault, an escaped
// exception), so that the station can still stop the others, write what is in the rings and leave
// with exit code 70. The broken thread is parked where it stands and never runs on.
#pragma once

#include <optional>
#include <string>

namespace isotherm::os {

// Housekeeping, once, before any reader starts: takes over SIGSEGV, SIGBUS, SIGFPE, SIGILL and
// SIGABRT. In a thread that is not guarded they keep their default effect.
void install_crash_guard();

// Housekeeping or a reader before its first slot: from here on the calling thread is guarded.
// `name` must outlive the thread. An alternate signal stack is set up too, so that a stack overflow
// is caught as well.
void guard_this_thread(const char* name);

struct Crash {
  std::string thread;  // the name given to guard_this_thread
  std::string cause;   // "SIGSEGV (invalid memory access)"
};

// Any thread. The first guarded thread that died, and of what; nothing while all live.
[[nodiscard]] std::optional<Crash> crash_seen();

}  // namespace isotherm::os
