// A small ring of plain records from a reader's thread to one of housekeeping, for what is said
// beside the samples. Of fixed capacity, so that it lies within its owner and nothing is allocated.
// As with SampleRing, a full ring does not take the newest.
#pragma once

#include <boost/lockfree/spsc_queue.hpp>
#include <cstddef>
#include <type_traits>

#include "core/realtime.hpp"

namespace isotherm::ring {

template <typename Record, std::size_t kCapacity>
class RecordRing {
  static_assert(std::is_trivially_copyable_v<Record>);

 public:
  // Touches every page, so that the first lap takes no page fault.
  RecordRing() {
    for (int lap = 0; lap < 2; ++lap) {
      while (push(Record{})) {
      }
      drain([](const Record&) {});
    }
  }

  // Real-time; one thread only. False: the ring is full and the record was not taken.
  bool push(const Record& record) noexcept ISOTHERM_REALTIME { return queue_.push(record); }

  // Housekeeping; one thread only. Calls `consume(const Record&)` for all that is there, oldest
  // first.
  template <typename Consume>
  std::size_t drain(Consume&& consume) {
    return queue_.consume_all([&consume](const Record& record) { consume(record); });
  }

 private:
  boost::lockfree::spsc_queue<Record, boost::lockfree::capacity<kCapacity>> queue_;
};

}  // namespace isotherm::ring
