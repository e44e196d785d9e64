// A ring of plain records from one thread to another, for what is said beside the samples: the
// worst slots of a reader, the lanes of the trace. One thread pushes, one drains. As with
// SampleRing, a full ring does not take the newest, which its owner counts.
#pragma once

#include <boost/lockfree/spsc_queue.hpp>
#include <cstddef>
#include <type_traits>

#include "core/realtime.hpp"

namespace isotherm::ring {

inline constexpr std::size_t kCapacityWhenMade = 0;

// With a `kCapacity` of 1 or more the ring lies within its owner and allocates nothing; else its
// capacity is chosen when it is made.
template <typename Record, std::size_t kCapacity = kCapacityWhenMade>
class RecordRing {
  static_assert(std::is_trivially_copyable_v<Record>);
  static constexpr bool kFixed = kCapacity != kCapacityWhenMade;

 public:
  RecordRing() requires kFixed { touch(); }
  // Room for `capacity` records, 1 or more.
  explicit RecordRing(std::size_t capacity) requires(!kFixed) : queue_(capacity) { touch(); }

  // Real-time; one thread only. False: the ring is full and the record was not taken.
  bool push(const Record& record) noexcept ISOTHERM_REALTIME { return queue_.push(record); }

  // Housekeeping; one thread only. Calls `consume(const Record&)` for everything that is in the
  // ring at this moment, oldest first, and frees it in one go.
  template <typename Consume>
  std::size_t drain(Consume&& consume) {
    return queue_.consume_all([&consume](const Record& record) { consume(record); });
  }

 private:
  // Every page, so that none faults later. Two laps: the queue keeps one place free, so a single
  // lap leaves one untouched.
  void touch() {
    for (int lap = 0; lap < 2; ++lap) {
      while (push(Record{})) {
      }
      drain([](const Record&) {});
    }
  }

  using Queue =
      std::conditional_t<kFixed,
                         boost::lockfree::spsc_queue<Record, boost::lockfree::capacity<kCapacity>>,
                         boost::lockfree::spsc_queue<Record>>;
  Queue queue_;
};

}  // namespace isotherm::ring
