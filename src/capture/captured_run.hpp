// What an index holds, by run and sensor: a capture may go over several starts of the station.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "capture/capture_reader.hpp"

namespace isotherm::capture {

struct CapturedSensor {
  Origin origin{};
  std::vector<std::size_t> chunks;  // places in the index, slots ascending
  std::uint64_t samples = 0;
  std::uint64_t bytes = 0;    // of those chunks
  std::uint64_t dropped = 0;  // by the capture, up to the last chunk
  std::uint64_t first_slot = 0;
  std::uint64_t last_slot = 0;

  // Between two of its readings.
  [[nodiscard]] core::Nanoseconds step() const noexcept { return origin.period * origin.every; }
  // Readings that were scheduled from the first sample to the last.
  [[nodiscard]] std::uint64_t scheduled() const noexcept {
    return (last_slot - first_slot) / origin.every + 1;
  }
};

struct CapturedRun {
  BootId boot_id{};
  core::MonotonicTime start{};  // slot 0
  core::WallTime wall_start{};  // slot 0, as the first chunk has it
  bool synced = false;          // likewise
  std::vector<CapturedSensor> sensors;

  // From slot 0 to the first and to behind the last sample of any sensor.
  [[nodiscard]] core::Nanoseconds begin() const noexcept;
  [[nodiscard]] core::Nanoseconds end() const noexcept;
};

// In the order of the index. A chunk whose slots do not follow those before it is left out.
[[nodiscard]] std::vector<CapturedRun> runs_of(const CaptureIndex& index);

}  // namespace isotherm::capture
