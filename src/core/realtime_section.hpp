// Where a thread is a reader at work. ISOTHERM_REALTIME says what a function promises; this says,
// while the program runs, that the promise is due now. Two things look at it, in tests: the guard
// of tests/guard, in every call that a reader must not make, and clang's RealtimeSanitizer where
// the program was built with it (preset rtsan). They end the program there.
#pragma once

#include <atomic>
#include <cstdint>

#if defined(__has_feature)
#if __has_feature(realtime_sanitizer)
#define ISOTHERM_REALTIME_SANITIZER
#endif
#endif

namespace isotherm::core {

enum class RealtimePhase : std::uint8_t {
  Outside,   // any other thread, and a reader before its first slot and after its last
  Sampling,  // no allocation, no lock, no file, no formatting, no waiting
  Waiting,   // the same, but it may sleep until an absolute time
  Reading,   // the same as Sampling, but it may read what is open: a sensor's attribute, a bus
};

#ifdef ISOTHERM_REALTIME_SANITIZER
// Of the sanitizer's run-time library (compiler-rt/lib/rtsan/rtsan.h).
// NOLINTBEGIN(readability-identifier-naming): it has named them.
extern "C" {
void __rtsan_realtime_enter();
void __rtsan_realtime_exit();
void __rtsan_disable();
void __rtsan_enable();
}
// NOLINTEND(readability-identifier-naming)
#endif

// Global because the calls that are watched (malloc, ...) are given nothing to find it by; of each
// thread its own, and only RealtimeSection writes it.
inline constinit thread_local RealtimePhase realtime_phase = RealtimePhase::Outside;

// Real-time. The calling thread is in `phase` until the end of the block: two stores of a byte.
class RealtimeSection {
 public:
  explicit RealtimeSection(RealtimePhase phase) noexcept : before_(realtime_phase) {
    enter(phase);
#ifdef ISOTHERM_REALTIME_SANITIZER
    phase == RealtimePhase::Sampling ? __rtsan_realtime_enter() : __rtsan_disable();
#endif
  }
  ~RealtimeSection() {
#ifdef ISOTHERM_REALTIME_SANITIZER
    realtime_phase == RealtimePhase::Sampling ? __rtsan_realtime_exit() : __rtsan_enable();
#endif
    enter(before_);
  }
  RealtimeSection(const RealtimeSection&) = delete;
  RealtimeSection& operator=(const RealtimeSection&) = delete;
  RealtimeSection(RealtimeSection&&) = delete;
  RealtimeSection& operator=(RealtimeSection&&) = delete;

 private:
  static void enter(RealtimePhase phase) noexcept {
    // Compilers know malloc and its like to look at no variable of the program, and could move the
    // store past them. The fences are for the compiler alone and cost no instruction.
    std::atomic_signal_fence(std::memory_order_seq_cst);
    realtime_phase = phase;
    std::atomic_signal_fence(std::memory_order_seq_cst);
  }

  RealtimePhase before_;
};

}  // namespace isotherm::core
