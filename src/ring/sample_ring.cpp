#include "ring/sample_ring.hpp"

namespace isotherm::ring {

SampleRing::SampleRing(std::size_t capacity)
    : capacity_(capacity), queue_(capacity), writer_(queue_), reader_(queue_) {
  // Two laps: the queue keeps one slot free, so a single lap of `capacity` leaves one untouched.
  for (int lap = 0; lap < 2; ++lap) {
    while (writer_.push(core::Sample{})) {
    }
    reader_.drain([](const core::Sample&) {});
  }
}

}  // namespace isotherm::ring
