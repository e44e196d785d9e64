#include "query/fault_stretches.hpp"

#include <algorithm>

namespace isotherm::query {

using core::Nanoseconds;
using core::WallTime;

void FaultStretchFinder::close(Track& track, WallTime end) {
  if (track.open) {
    track.stretch.to = std::max(end, track.stretch.from);
    found_.push_back(track.stretch);
    track.open = false;
  }
}

void FaultStretchFinder::add(std::size_t sensor, const history::Bucket& bucket) {
  Track& track = tracks_[sensor];
  const auto end_of_last = [&track] {
    return track.last + track.window * static_cast<std::int64_t>(track.last_windows);
  };
  if (track.seen) {
    const Nanoseconds distance = bucket.time - track.last;
    const Nanoseconds window =
        distance / static_cast<std::int64_t>(std::max<std::uint64_t>(track.last_windows, 1));
    if (window > Nanoseconds{0} && (track.window == Nanoseconds{0} || window < track.window)) {
      track.window = window;
    }
    // The rows between are not there, or the clock was set back.
    if (bucket.time > end_of_last() + track.window / 2 || distance < Nanoseconds{0}) {
      close(track, end_of_last());
    }
  }
  if (bucket.counts.good == bucket.counts.scheduled) {
    close(track, bucket.time);
  } else {
    if (!track.open) {
      track.open = true;
      track.stretch = FaultStretch{sensor, bucket.time, bucket.time, 0, {}, {}};
    }
    track.stretch.windows += bucket.windows;
    track.stretch.counts += bucket.counts;
    for (std::size_t i = 0; i < core::kFaultCount; ++i) {
      track.stretch.faults.at(i) += bucket.faults.at(i);
    }
  }
  track.seen = true;
  track.last = bucket.time;
  track.last_windows = std::max<std::uint64_t>(bucket.windows, 1);
}

std::vector<FaultStretch> FaultStretchFinder::finish() {
  for (auto& [sensor, track] : tracks_) {
    close(track, track.last + track.window * static_cast<std::int64_t>(track.last_windows));
  }
  std::stable_sort(found_.begin(), found_.end(),
                   [](const FaultStretch& a, const FaultStretch& b) { return a.from < b.from; });
  return std::move(found_);
}

}  // namespace isotherm::query
