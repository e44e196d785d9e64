// The samples of a capture for other programs: CSV, JSON Lines, NumPy. Damaged chunks are left out
// and counted, never guessed.
//
//   CSV    time,uptime_s,sensor,unit,slot,value,lateness_us,fault,dropped_total
//   JSONL  objects with the same names; value null for a fault (or what JSON cannot say),
//          lateness_us null where it was not kept, fault "" for good samples
//   .npy   one sensor, a structured array: slot <u8, time_ns <i8 (UTC, since 1970),
//          monotonic_ns <i8, value <f8 (NaN for a fault), lateness_ns <i8 (-1: not kept),
//          dropped_total <u4, fault |u1 (core::Fault; 0: good); 45 bytes a sample
//
// Times are those at which the sample was due. `time` is UTC by ISO 8601 with nanoseconds, by the
// wall clock as it was when the chunk was made; uptime_s is CLOCK_MONOTONIC, 9 decimals;
// lateness_us has 3. A value is the shortest decimal number that reads back as the same double.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "capture/capture_reader.hpp"

namespace isotherm::capture {

enum class ExportFormat : std::uint8_t { Csv, JsonLines };

struct ExportResult {
  std::uint64_t samples = 0;         // written
  std::uint64_t samples_lost = 0;    // in chunks whose header is readable and whose samples are not
  std::vector<std::size_t> damaged;  // those chunks' places in the index
};

// Which sensors to take; none set: all.
using SensorChoice = std::function<bool(const Origin&)>;

// In the order of the index. Whether all was taken is `out`'s to say.
ExportResult export_text(CaptureReader& reader, ExportFormat format, const SensorChoice& choice,
                         std::ostream& out);

// NumPy's format version 1.0 (NEP 1). The choice must be of one sensor's chunks, since the array
// has no name in it. Reads every chunk twice, for the header has the count; so `out` may be a pipe.
ExportResult export_npy(CaptureReader& reader, const SensorChoice& choice, std::ostream& out);

// The names of the sensors in it, in order of appearance.
[[nodiscard]] std::vector<std::string> sensor_names(const CaptureIndex& index);

}  // namespace isotherm::capture
