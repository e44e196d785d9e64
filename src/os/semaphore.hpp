// POSIX's semaphore, for a wait with a time limit. std::counting_semaphore of libstdc++ 12 may
// sleep for ever (GCC bug 104928).
#pragma once

#include <semaphore.h>

#include "core/time.hpp"

namespace isotherm::os {

class Semaphore {
 public:
  Semaphore() noexcept;  // at 0
  ~Semaphore();
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;
  Semaphore(Semaphore&&) = delete;
  Semaphore& operator=(Semaphore&&) = delete;

  // Any thread.
  void post() noexcept;
  // Waits for a post at most for `timeout`. Whether there was one, which is then used up.
  [[nodiscard]] bool wait_for(core::Nanoseconds timeout) noexcept;

 private:
  sem_t semaphore_;
};

}  // namespace isotherm::os
