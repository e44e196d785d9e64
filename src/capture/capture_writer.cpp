#include "capture/capture_writer.hpp"

#include <algorithm>
#include <utility>

#include "core/setup_error.hpp"

namespace isotherm::capture {

SensorRow::SensorRow(const std::vector<std::vector<Origin>>& readers) {
  for (const std::vector<Origin>& sensors : readers) {
    first.push_back(origins.size());
    origins.insert(origins.end(), sensors.begin(), sensors.end());
  }
}

CaptureWriter::CaptureWriter(const CaptureSettings& settings, std::vector<Origin> sensors,
                             CapturePlace place, const core::WallClock& clock, Notices notify)
    : settings_(settings),
      clock_(clock),
      files_(settings, std::move(place), notify),
      notify_(std::move(notify)),
      flushed_(clock.read().monotonic) {
  const auto require = [](bool holds, const char* problem, const char* mend) {
    if (!holds) {
      throw core::SetupError(core::ExitCode::Config, problem, "[capture]", mend);
    }
  };
  require(settings.chunk_samples > 0 && settings.chunk_samples <= kChunkSamplesLimit,
          "the samples of a chunk are out of range", "give a number from 1 to 65536");
  require(settings.lateness.step_ns > 0 && settings.lateness.step_ns <= kLatenessStepLimitNs,
          "the step of the lateness is out of range", "give 1 ns to 1 ms");
  for (Origin& origin : sensors) {
    // Nor has one whose second reading would be in 292 years, beyond what nanoseconds count.
    require(origin.every > 0 && origin.period.count() > 0 &&
                origin.every <= core::Nanoseconds::max() / origin.period,
            "a sensor has no rate", "give its reader one");
    filling_.push_back({std::move(origin), {}, 0, 0, 0});
    filling_.back().samples.reserve(expected_samples(filling_.back().origin));
  }
}

void CaptureWriter::open_or_refuse(const std::string& path) {
  if (const auto opened = open(); !opened.ok()) {
    throw core::SetupError(core::ExitCode::Io, "the capture cannot be written: " + opened.text,
                           path,
                           opened.fault == core::LogFault::Busy
                               ? "give each station a file or a folder of its own for its captures"
                               : "name a file or a folder that can be written to");
  }
}

void CaptureWriter::begin(core::MonotonicTime start) {
  flushed_ = clock_.read().monotonic;
  for (Filling& filling : filling_) {
    filling.origin.start = start;
  }
}

// Of one flush interval, and some more for a flush that comes late.
std::size_t CaptureWriter::expected_samples(const Origin& origin) const {
  constexpr double kMargin = 1.25;
  constexpr double kSome = 16.0;
  const double step =
      static_cast<double>(origin.period.count()) * static_cast<double>(origin.every);
  const double samples = static_cast<double>(settings_.flush_interval.count()) / step;
  return static_cast<std::size_t>(
      std::min(static_cast<double>(settings_.chunk_samples), samples * kMargin + kSome));
}

std::uint64_t CaptureWriter::memory() const noexcept {
  std::uint64_t bytes = waiting_bytes_;
  for (const Filling& filling : filling_) {
    bytes += filling.samples.capacity() * sizeof(core::Sample);
  }
  return bytes;
}

void CaptureWriter::add(std::size_t sensor, const core::Sample& sample) {
  Filling& filling = filling_.at(sensor);
  ++counts_.taken;
  if (sample.slot < filling.slots_from) {
    ++filling.dropped;
    ++counts_.dropped;
    return;
  }
  filling.slots_from = sample.slot + 1U;
  filling.samples.push_back(sample);
  if (filling.samples.size() >= settings_.chunk_samples) {
    close_chunk(filling);
  }
}

void CaptureWriter::drop(std::size_t sensor, std::uint64_t samples) {
  if (samples == 0) {
    return;
  }
  Filling& filling = filling_.at(sensor);
  close_chunk(filling);
  filling.dropped += samples;
  counts_.taken += samples;
  counts_.dropped += samples;
}

void CaptureWriter::close_chunk(Filling& filling) {
  if (filling.samples.empty()) {
    return;
  }
  const core::ClockReading now = clock_.read();
  const core::WallTime wall_start = now.wall - (now.monotonic - filling.origin.start);
  std::string bytes =
      coder_.encode(filling.origin, {filling.packed, filling.dropped, wall_start, now.synced},
                    filling.samples, settings_.lateness);
  const auto count = static_cast<std::uint32_t>(filling.samples.size());
  filling.samples.clear();
  // The newest goes: those that wait are promised to the ones behind them by their counts.
  if (waiting_bytes_ + bytes.size() > settings_.buffer) {
    filling.dropped += count;
    counts_.dropped += count;
    return;
  }
  filling.packed += count;
  waiting_bytes_ += bytes.size();
  waiting_.push_back({std::move(bytes), count, {now.wall, now.synced}});
}

void CaptureWriter::write_waiting() {
  while (!waiting_.empty()) {
    const Waiting& next = waiting_.front();
    auto status = files_.append(next.bytes, next.last);
    if (!status.ok()) {
      if (!away_) {
        notify_("capture: " + status.text +
                "; samples are kept in memory as long as there is room");
      }
      away_ = true;
      counts_.was_away = true;
      counts_.last_status = std::move(status);
      return;
    }
    away_ = false;
    counts_.written += next.samples;
    counts_.bytes += next.bytes.size();
    ++counts_.chunks;
    waiting_bytes_ -= next.bytes.size();
    waiting_.pop_front();
  }
}

// After a sync that failed the kernel takes the pages for clean (fsync(2)): syncing again does not
// bring back what they held, and is no sign that all is well.
void CaptureWriter::sync() {
  auto status = files_.sync();
  if (status.ok()) {
    sync_failing_ = false;
    return;
  }
  ++counts_.syncs_failed;
  if (!sync_failing_) {
    notify_("capture: it cannot be synced: " + status.text +
            "; samples since the last sync may be lost in a power cut, or already be");
  }
  sync_failing_ = true;
  counts_.last_status = std::move(status);
}

void CaptureWriter::tick() {
  const core::ClockReading now = clock_.read();
  const bool due = now.monotonic - flushed_ >= settings_.flush_interval;
  if (due) {
    flushed_ = now.monotonic;
    for (Filling& filling : filling_) {
      close_chunk(filling);
    }
    files_.delete_older({now.wall, now.synced});
  }
  write_waiting();
  if (due) {
    sync();
  }
}

CaptureCounts CaptureWriter::finish() {
  for (Filling& filling : filling_) {
    close_chunk(filling);
  }
  write_waiting();
  for (const Waiting& lost : waiting_) {
    counts_.dropped += lost.samples;
  }
  waiting_.clear();
  waiting_bytes_ = 0;
  sync();
  return counts_;
}

}  // namespace isotherm::capture
