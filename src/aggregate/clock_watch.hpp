// Watches the wall clock beside the monotonic one, and tells what happens to it. Housekeeping;
// pure, one thread.
//
//   Stepped         it was set: wall minus monotonic time has changed by more than kOffsetTolerance
//                   since the last report, so that many small steps are told, too. Slewing
//                   (adjtime, NTP) changes both clocks alike (clock_gettime(2)) and is no step
//   Leap            a step of a second at the end of a June or a December in UTC, which is where
//                   the kernel inserts or deletes a leap second (adjtimex(2), STA_INS, STA_DEL)
//   Suspended       the machine slept: CLOCK_MONOTONIC stood still meanwhile, so the wall clock is
//                   ahead by the length of the sleep. No slot is scheduled in it
//   Synchronised    the kernel says from here on that the wall clock is right
//   Unsynchronised  it does not any more
//
// A step that comes together with the synchronisation, as on a board without a clock chip, is told
// first.
#pragma once

#include <cstdint>
#include <vector>

#include "core/time.hpp"

namespace isotherm::aggregate {

struct ClockChange {
  enum class Kind : std::uint8_t { Stepped, Leap, Suspended, Synchronised, Unsynchronised };

  Kind kind = Kind::Stepped;
  core::ClockReading reading;  // that it was found by: it happened since the one before
  core::Nanoseconds size{0};   // how far the wall clock was moved; for how long it was suspended
};

class ClockWatch {
 public:
  // `suspended`: for how long the machine has been since its boot.
  ClockWatch(const core::ClockReading& reading, core::Nanoseconds suspended);

  // What has happened since the call before; mostly nothing.
  [[nodiscard]] std::vector<ClockChange> observe(const core::ClockReading& reading,
                                                 core::Nanoseconds suspended);

 private:
  core::Nanoseconds offset_;  // wall minus monotonic, as of the last report
  core::Nanoseconds suspended_;
  bool synced_;
};

}  // namespace isotherm::aggregate
