// A recorded series as a sensor: line k of a CSV file is the value of the sensor's slot k, or a
// recording of full-rate samples (core/recording.hpp) gives its slots again, faults and all.
//
// The CSV file has the header `timestamp,value` and one line a slot. The time stamps are not looked
// at: the values come at the reader's rate. The whole file is read at set-up, 8 bytes a line, so
// that replaying touches no disk.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "core/recording.hpp"
#include "core/sensor.hpp"
#include "sensor/conditioning.hpp"
#include "sensor/sensor_settings.hpp"

namespace isotherm::sensor {

// 128 MB of values; at 1 kHz four and a half hours.
inline constexpr std::size_t kReplayLineLimit = 16'000'000;

// The values of a file. Throws SetupError (where: file and line) for a file that cannot be read, a
// wrong header, a line that is not two fields with a finite number as the second, no line at all,
// and more than `line_limit` lines. Empty lines at the end are ignored, and so are the CR of CRLF
// lines and a byte order mark.
[[nodiscard]] std::vector<double> load_replay(const std::string& file, const std::string& where,
                                              std::size_t line_limit = kReplayLineLimit);

// The values of a CSV file; at() is real-time.
class ValueSeries : public core::Recording {
 public:
  explicit ValueSeries(std::vector<double> values) : values_(std::move(values)) {}

  [[nodiscard]] core::RecordedSlot at(std::uint64_t ordinal) noexcept override;
  [[nodiscard]] std::uint64_t slots() const noexcept override { return values_.size(); }

 private:
  std::vector<double> values_;
};

class ReplaySensor : public core::Sensor {
 public:
  // Of a CSV file. Throws SetupError as load_replay does.
  explicit ReplaySensor(const SensorSettings& settings);
  ReplaySensor(const SensorSettings& settings, std::unique_ptr<core::Recording> recording);

  // Real-time if the recording is. A slot without a sample, and past the end: Absent; with `loop`
  // the first slot comes after the last.
  [[nodiscard]] core::Reading read(const core::SlotInfo& slot) noexcept override;
  [[nodiscard]] core::Nanoseconds declared_worst_case() const noexcept override;

  // What read() goes by. As there, one thread only.
  [[nodiscard]] core::RecordedSlot recorded(std::uint64_t ordinal) noexcept;
  [[nodiscard]] std::uint64_t slots() const noexcept { return recording_->slots(); }
  [[nodiscard]] bool loops() const noexcept { return loop_; }

 private:
  std::unique_ptr<core::Recording> recording_;
  bool loop_;
  Conditioning conditioning_;
};

}  // namespace isotherm::sensor
