// The capture of a running station: takes every sample from the aggregator without ever waiting for
// a disk, and packs and writes on a thread of its own, iso-capture. What does not fit in between is
// dropped here and counted here: the readers' accounting and the windows never hear of it.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "capture/capture_writer.hpp"
#include "core/helper_threads.hpp"
#include "core/sample_sink.hpp"

namespace isotherm::capture {

// How the capture of a run came out: counts.taken = counts.written + counts.dropped.
struct CaptureOutcome {
  std::string path;  // its file, or the folder of its files
  CaptureCounts counts{};
  std::uint64_t files_deleted = 0;  // the oldest, for the cap or their age
  std::string last_error;           // the kernel's words; empty if all went well

  // 0 while there is none.
  [[nodiscard]] double bytes_a_sample() const noexcept {
    return counts.written == 0
               ? 0.0
               : static_cast<double>(counts.bytes) / static_cast<double>(counts.written);
  }
};

class SampleCapture : public core::SampleSink {
 public:
  // How often iso-capture looks, if nothing wakes it: a reader's ring of the shortest stall budget
  // would hold longer.
  static constexpr core::Nanoseconds kInterval = std::chrono::milliseconds{250};

  // `readers` has the sensors of each reader. Throws SetupError: Io where no file can be begun or
  // gone on with. What is passed by reference outlives this. `notify` takes what an operator should
  // know, on iso-capture.
  SampleCapture(const CaptureSettings& settings, const std::vector<std::vector<Origin>>& readers,
                CapturePlace place, const core::WallClock& clock, core::HelperThreads& threads,
                Notices notify);
  ~SampleCapture() override;
  SampleCapture(const SampleCapture&) = delete;
  SampleCapture& operator=(const SampleCapture&) = delete;
  SampleCapture(SampleCapture&&) = delete;
  SampleCapture& operator=(SampleCapture&&) = delete;

  // Housekeeping, once, before the first sample: slot 0 of all readers is at `origin`. Starts
  // iso-capture.
  void begin(core::MonotonicTime origin);

  void take(std::size_t reader, std::span<const core::Sample> samples) override;

  // Housekeeping, after the last sample. Writes what there is, syncs, ends iso-capture. As long as
  // the disk is stalled (not full: stalled) this waits for it. Called again, says the same.
  CaptureOutcome finish();

 private:
  // Of one reader: what waits, and behind it, what did not fit.
  struct Handover {
    std::vector<core::Sample> samples;
    std::vector<std::uint64_t> dropped;  // by sensor
  };

  void run(const std::stop_token& stop);
  void pass_on(std::vector<Handover>& taken);

  std::string path_;
  std::size_t limit_;  // samples of all readers that may wait
  SensorRow sensors_;
  CaptureWriter writer_;  // iso-capture's alone while that runs
  core::HelperThreads& threads_;
  CaptureOutcome outcome_;  // written by iso-capture at its end

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<Handover> waiting_;  // guarded by mutex_, as is the next
  std::size_t waiting_samples_ = 0;
  std::unique_ptr<core::HelperThread> thread_;
};

}  // namespace isotherm::capture
