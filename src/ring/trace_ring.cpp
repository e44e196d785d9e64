#include "ring/trace_ring.hpp"

namespace isotherm::ring {

TraceRing::TraceRing(std::size_t capacity) : queue_(capacity) {
  // Two laps: the queue keeps one place free, so a single lap of `capacity` leaves one untouched.
  for (int lap = 0; lap < 2; ++lap) {
    while (queue_.push(core::TraceRecord{})) {
    }
    queue_.consume_all([](const core::TraceRecord&) {});
  }
}

}  // namespace isotherm::ring
