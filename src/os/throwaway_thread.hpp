// A thread that lives for one question to the kernel: whether it grants a scheduling policy, or
// which cores it lets a thread use. The asking thread keeps its own scheduling and mask untouched.
#pragma once

#include <functional>

namespace isotherm::os {

// Runs `body` to its end on a new thread with a small stack, SCHED_OTHER to begin with, and the
// caller's CPU mask. `body` must not throw. Returns 0, or the error number with which the kernel
// refused the thread; `body` has not run then.
[[nodiscard]] int run_on_throwaway_thread(const std::function<void()>& body);

}  // namespace isotherm::os
