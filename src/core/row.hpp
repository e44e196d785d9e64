// What a window becomes: one row of the temperature log.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/fault.hpp"
#include "core/time.hpp"

namespace isotherm::core {

enum class ClockState : std::uint8_t {
  Synced,    // the kernel says that the wall clock is synchronised
  Unsynced,  // it does not: `time` may be off by any amount
  Stepped,   // the wall clock was stepped during this window, or just before its first slot
};

// "synced", "unsynced", "stepped"; and the state of such a word.
[[nodiscard]] std::string_view clock_word(ClockState state) noexcept;
[[nodiscard]] std::optional<ClockState> clock_from_word(std::string_view word) noexcept;

// Every scheduled reading is one of the other four, exactly.
struct SlotCounts {
  std::uint64_t scheduled = 0;
  std::uint64_t good = 0;
  std::uint64_t faulty = 0;
  std::uint64_t missed = 0;
  std::uint64_t dropped = 0;

  [[nodiscard]] bool identity_holds() const noexcept {
    return scheduled == good + faulty + missed + dropped;
  }
  SlotCounts& operator+=(const SlotCounts& other) noexcept;
  friend bool operator==(const SlotCounts&, const SlotCounts&) = default;
};

// Of the good samples of a window, in the sensor's unit. A window without one has none of these.
struct WindowStatistics {
  double min = 0.0;
  double mean = 0.0;
  double max = 0.0;
  std::optional<double> stddev;  // sample standard deviation (n - 1); none for a single sample
  double last = 0.0;
};

// Of all samples of a window, good and faulty: read start minus slot time.
struct WindowLateness {
  Nanoseconds p99{0};  // upper edge of its histogram bucket, at most 3.2 % above the true value
  Nanoseconds max{0};  // exact

  friend bool operator==(const WindowLateness&, const WindowLateness&) = default;
};

struct Row {
  WallTime time;          // start of the window, UTC
  Nanoseconds uptime{0};  // start of the window on CLOCK_MONOTONIC
  std::string sensor;
  std::string unit;  // "degC"
  SlotCounts counts;
  std::optional<WindowStatistics> statistics;
  std::optional<WindowLateness> lateness;
  ClockState clock = ClockState::Unsynced;
  FaultCounts faults{};           // by index_of(Fault); faults[0] is always 0
  std::uint64_t merged_rows = 0;  // rows that could not be kept one by one and are summed up here
};

}  // namespace isotherm::core
