// A ring of trace records, from the one thread that makes them to the one that writes them out.
// Fixed: a record that finds it full is refused, which its owner counts.
#pragma once

#include <boost/lockfree/spsc_queue.hpp>
#include <cstddef>

#include "core/realtime.hpp"
#include "core/trace_record.hpp"

namespace isotherm::ring {

class TraceRing {
 public:
  // Room for `capacity` records, 1 or more. Touches every page of it, so that none faults later.
  explicit TraceRing(std::size_t capacity);

  // Real-time; one thread only. False: the ring is full and the record was not taken.
  bool push(const core::TraceRecord& record) noexcept ISOTHERM_REALTIME {
    return queue_.push(record);
  }

  // Housekeeping; one thread only. Calls `consume(const core::TraceRecord&)` for everything that is
  // in the ring at this moment, oldest first, and frees it in one go.
  template <typename Consume>
  std::size_t drain(Consume&& consume) {
    return queue_.consume_all([&consume](const core::TraceRecord& record) { consume(record); });
  }

 private:
  boost::lockfree::spsc_queue<core::TraceRecord> queue_;
};

}  // namespace isotherm::ring
