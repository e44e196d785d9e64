#include "capture/sample_capture.hpp"

#include <algorithm>
#include <utility>

namespace isotherm::capture {
namespace {

// One half of the buffer is for samples, the other for chunks that wait for the disk.
CaptureSettings with_half_the_buffer(CaptureSettings settings) {
  settings.buffer /= 2;
  return settings;
}

std::string path_of(const CapturePlace& place) {
  return place.single_file.empty() ? place.directory.path()
                                   : place.directory.path() + "/" + place.single_file;
}

}  // namespace

SampleCapture::SampleCapture(const CaptureSettings& settings,
                             const std::vector<std::vector<Origin>>& readers, CapturePlace place,
                             const core::WallClock& clock, core::HelperThreads& threads,
                             Notices notify)
    : path_(path_of(place)),
      limit_(static_cast<std::size_t>(settings.buffer / 2 / sizeof(core::Sample))),
      sensors_(readers),
      writer_(with_half_the_buffer(settings), sensors_.origins, std::move(place), clock,
              std::move(notify)),
      threads_(threads) {
  for (const std::vector<Origin>& sensors : readers) {
    waiting_.push_back({{}, std::vector<std::uint64_t>(sensors.size(), 0)});
  }
  writer_.open_or_refuse(path_);
}

SampleCapture::~SampleCapture() { finish(); }

void SampleCapture::begin(core::MonotonicTime origin) {
  writer_.begin(origin);
  thread_ = threads_.start("iso-capture", [this](const std::stop_token& stop) { run(stop); });
}

void SampleCapture::take(std::size_t reader, std::span<const core::Sample> samples) {
  bool half_full = false;
  {
    const std::lock_guard lock(mutex_);
    Handover& handover = waiting_[reader];
    // Once it is full, nothing more is taken until all of it is passed on: so the order holds.
    const std::size_t room = std::min(limit_ - waiting_samples_, samples.size());
    handover.samples.insert(handover.samples.end(), samples.begin(),
                            samples.begin() + static_cast<std::ptrdiff_t>(room));
    for (const core::Sample& lost : samples.subspan(room)) {
      ++handover.dropped[lost.sensor];
    }
    const std::size_t before = std::exchange(waiting_samples_, waiting_samples_ + room);
    half_full = before < limit_ / 2 && waiting_samples_ >= limit_ / 2;
  }
  if (half_full) {
    changed_.notify_one();
  }
}

CaptureOutcome SampleCapture::finish() {
  thread_.reset();
  return outcome_;
}

void SampleCapture::run(const std::stop_token& stop) {
  std::vector<Handover> taken = waiting_;  // the other set of buffers; both keep their storage
  bool last = false;
  while (!last) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, stop, kInterval, [this] { return waiting_samples_ >= limit_ / 2; });
      last = stop.stop_requested();
      std::swap(taken, waiting_);
      waiting_samples_ = 0;
    }
    pass_on(taken);
    if (!last) {
      writer_.tick();
    }
  }
  outcome_.path = path_;
  outcome_.counts = writer_.finish();
  outcome_.files_deleted = writer_.files().files_deleted();
  outcome_.last_error = outcome_.counts.last_status.text;
}

void SampleCapture::pass_on(std::vector<Handover>& taken) {
  for (std::size_t reader = 0; reader < taken.size(); ++reader) {
    Handover& handover = taken[reader];
    const std::size_t first = sensors_.first[reader];
    for (const core::Sample& sample : handover.samples) {
      writer_.add(first + sample.sensor, sample);
    }
    handover.samples.clear();
    for (std::size_t i = 0; i < handover.dropped.size(); ++i) {
      writer_.drop(first + i, std::exchange(handover.dropped[i], 0));
    }
  }
}

}  // namespace isotherm::capture
