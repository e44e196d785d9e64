// The bridge between the two planes: one ring a reader, from its thread to the aggregator's.
//
//   SampleWriter  the reader's end: can push, cannot pop
//   SampleReader  the aggregator's end: can drain, cannot push
//
// A single producer and a single consumer is what boost::lockfree::spsc_queue promises to be
// correct for, and nothing else; with two types that rule is not a comment but a compile error. So
// a full ring drops the *newest* sample: dropping the oldest from the producer would make it a
// second consumer, which is a data race.
#pragma once

#include <boost/lockfree/spsc_queue.hpp>
#include <cstddef>

#include "core/reader_counters.hpp"
#include "core/realtime.hpp"
#include "core/sample.hpp"

namespace isotherm::ring {

class SampleRing;

class SampleWriter {
 public:
  // Real-time; one thread only. False: the ring is full and the sample was not taken.
  bool push(const core::Sample& sample) noexcept ISOTHERM_REALTIME { return queue_->push(sample); }

 private:
  friend class SampleRing;
  using Queue = boost::lockfree::spsc_queue<core::Sample>;
  explicit SampleWriter(Queue& queue) : queue_(&queue) {}

  Queue* queue_;
};

class SampleReader {
 public:
  // Housekeeping; one thread only. Calls `consume(const core::Sample&)` for everything that is in
  // the ring at this moment, oldest first, and frees it in one go: 7 times cheaper an item than
  // popping singly, because each index is read once a batch. Returns how many there were.
  template <typename Consume>
  std::size_t drain(Consume&& consume) {
    return queue_->consume_all([&consume](const core::Sample& sample) { consume(sample); });
  }

  [[nodiscard]] std::size_t available() const { return queue_->read_available(); }

 private:
  friend class SampleRing;
  using Queue = boost::lockfree::spsc_queue<core::Sample>;
  explicit SampleReader(Queue& queue) : queue_(&queue) {}

  Queue* queue_;
};

class SampleRing {
 public:
  // Room for `capacity` samples, 1 or more. Every page of the storage is touched here, because the
  // queue leaves it untouched and the first lap would then take a page fault of 20 to 34 us for
  // each 128 samples.
  explicit SampleRing(std::size_t capacity);

  // The two ends refer to this ring.
  SampleRing(const SampleRing&) = delete;
  SampleRing& operator=(const SampleRing&) = delete;
  SampleRing(SampleRing&&) = delete;
  SampleRing& operator=(SampleRing&&) = delete;
  ~SampleRing() = default;

  [[nodiscard]] SampleWriter& writer() noexcept { return writer_; }
  [[nodiscard]] SampleReader& reader() noexcept { return reader_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

 private:
  std::size_t capacity_;
  alignas(core::kCacheLine) boost::lockfree::spsc_queue<core::Sample> queue_;
  alignas(core::kCacheLine) SampleWriter writer_;
  SampleReader reader_;
};

}  // namespace isotherm::ring
