// Where samples go besides into windows: whatever is to have all of them, at full rate.
#pragma once

#include <cstddef>
#include <span>

#include "core/sample.hpp"

namespace isotherm::core {

class SampleSink {
 public:
  virtual ~SampleSink() = default;

  // Housekeeping; one thread. The next samples of a reader (its place in the station), of all its
  // sensors, in the order in which they were pushed. Returns without waiting for a disk.
  virtual void take(std::size_t reader, std::span<const Sample> samples) = 0;
};

}  // namespace isotherm::core
