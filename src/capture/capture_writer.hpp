// Takes samples, makes chunks of them and writes those. One housekeeping thread, which waits for
// the disk; memory is bounded by the settings, and what there was no room for is counted.
//
// A power cut costs the samples of the last flush interval, and the last chunk may be torn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "capture/capture_settings.hpp"
#include "capture/chunk.hpp"
#include "capture/file_series.hpp"
#include "core/clock.hpp"
#include "core/log_directory.hpp"

namespace isotherm::capture {

// taken = written + dropped + waiting, at any time; waiting is 0 after finish().
struct CaptureCounts {
  std::uint64_t taken = 0;
  std::uint64_t written = 0;  // in chunks that the file took
  std::uint64_t dropped = 0;  // the disk did not take them in time, or the cap is reached
  std::uint64_t chunks = 0;
  std::uint64_t bytes = 0;         // of those chunks
  std::uint64_t syncs_failed = 0;  // of what was written until then, samples may be gone
  bool was_away = false;           // the disk did not take chunks for a time
  core::LogStatus last_status{};   // the last that failed, a write or a sync
};

// The sensors of all readers in one row, as the writer has them.
struct SensorRow {
  explicit SensorRow(const std::vector<std::vector<Origin>>& readers);

  std::vector<Origin> origins;
  std::vector<std::size_t> first;  // of each reader
};

class CaptureWriter {
 public:
  // `sensors` are all that samples will come from. Their `every` and `period` are not 0, the
  // chunk's samples are within their limits; else SetupError with ExitCode::Config. The place's
  // directory and `clock` outlive this. Nothing is written yet.
  CaptureWriter(const CaptureSettings& settings, std::vector<Origin> sensors, CapturePlace place,
                const core::WallClock& clock, Notices notify);
  // Writes nothing: that is finish()'s.
  ~CaptureWriter() = default;
  CaptureWriter(const CaptureWriter&) = delete;
  CaptureWriter& operator=(const CaptureWriter&) = delete;
  CaptureWriter(CaptureWriter&&) = delete;
  CaptureWriter& operator=(CaptureWriter&&) = delete;

  // Finds out whether there is a file to write to.
  [[nodiscard]] core::LogStatus open() { return files_.open(); }
  // The same, for a start: throws SetupError with ExitCode::Io about `path` where there is none.
  void open_or_refuse(const std::string& path);
  // Before the first sample: when slot 0 of all sensors is, where the origins did not know.
  void begin(core::MonotonicTime start);

  // The next sample of a sensor, by its place in `sensors`. Slots ascend; one that does not is
  // dropped and counted. A full chunk is packed here; the disk is not touched.
  void add(std::size_t sensor, const core::Sample& sample);
  // So many samples of a sensor did not come this far. They are behind those that were added.
  void drop(std::size_t sensor, std::uint64_t samples);
  // Writes the chunks that wait; about once a second. Once a flush interval closes all chunks and
  // syncs, too.
  void tick();
  // Closes all chunks, writes what the disk takes, syncs. What it does not take is dropped.
  [[nodiscard]] CaptureCounts finish();

  [[nodiscard]] const CaptureCounts& counts() const noexcept { return counts_; }
  [[nodiscard]] const FileSeries& files() const noexcept { return files_; }
  // Bytes in memory: samples that fill chunks, and chunks that wait.
  [[nodiscard]] std::uint64_t memory() const noexcept;

 private:
  // How many a chunk will hold: memory goes with the rate of a sensor.
  [[nodiscard]] std::size_t expected_samples(const Origin& origin) const;

  struct Filling {
    Origin origin;
    std::vector<core::Sample> samples;
    std::uint64_t slots_from = 0;  // the next slot is not before this
    std::uint64_t packed = 0;      // samples in chunks that were not dropped
    std::uint64_t dropped = 0;
  };
  struct Waiting {
    std::string bytes;
    std::uint32_t samples = 0;
    Dated last{};
  };

  void close_chunk(Filling& filling);
  void write_waiting();
  void sync();

  CaptureSettings settings_;
  const core::WallClock& clock_;
  FileSeries files_;
  Notices notify_;
  ChunkCoder coder_;
  std::vector<Filling> filling_;
  std::deque<Waiting> waiting_;
  std::uint64_t waiting_bytes_ = 0;
  core::MonotonicTime flushed_{};
  CaptureCounts counts_;
  bool away_ = false;
  bool sync_failing_ = false;
};

}  // namespace isotherm::capture
