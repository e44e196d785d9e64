#include "os/semaphore.hpp"

#include <time.h>

#include <cerrno>

#include "os/monotonic_clock.hpp"
#include "os/timespec.hpp"

namespace isotherm::os {

// Fails only for a first value that is too large: sem_init(3), ERRORS.
Semaphore::Semaphore() noexcept : semaphore_{} { ::sem_init(&semaphore_, 0, 0); }

Semaphore::~Semaphore() { ::sem_destroy(&semaphore_); }

void Semaphore::post() noexcept { ::sem_post(&semaphore_); }

bool Semaphore::wait_for(core::Nanoseconds timeout) noexcept {
  const core::MonotonicTime until = MonotonicClock{}.now() + timeout;
  const timespec limit = to_timespec(until.time_since_epoch());
  // On the monotonic clock: with sem_timedwait(3) a step of the wall clock would move the limit.
  while (::sem_clockwait(&semaphore_, CLOCK_MONOTONIC, &limit) == -1) {
    if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

}  // namespace isotherm::os
