// Stretches of consecutive windows in which slots had no good value, and why. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "core/fault.hpp"
#include "core/row.hpp"
#include "core/time.hpp"
#include "history/bucket.hpp"

namespace isotherm::query {

struct FaultStretch {
  std::size_t sensor = 0;
  core::WallTime from;  // start of its first window
  core::WallTime to;    // end of its last one
  std::uint64_t windows = 0;
  core::SlotCounts counts;  // of these windows, the good slots among them too
  core::FaultCounts faults{};
};

class FaultStretchFinder {
 public:
  // As LogSource::each_with_faults() passes them: those of a sensor in order of time.
  void add(std::size_t sensor, const history::Bucket& bucket);
  // In order of time.
  [[nodiscard]] std::vector<FaultStretch> finish();

 private:
  struct Track {
    bool open = false;
    FaultStretch stretch;
    bool seen = false;
    core::WallTime last;  // start of the bucket before
    std::uint64_t last_windows = 0;
    core::Nanoseconds window{0};  // the shortest that was seen; 0 until then
  };
  void close(Track& track, core::WallTime end);

  std::map<std::size_t, Track> tracks_;
  std::vector<FaultStretch> found_;
};

}  // namespace isotherm::query
