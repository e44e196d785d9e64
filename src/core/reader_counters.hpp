// What a reader publishes about itself: written by its thread alone, read by housekeeping at any
// time. Relaxed atomics, except `next_slot`, whose release orders everything before it.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "core/fault.hpp"
#include "core/histogram.hpp"

namespace isotherm::core {

inline constexpr std::size_t kCacheLine = 64;

// Of one sensor of the reader. For the slots below `next_slot`:
// scheduled = good + faulty + missed + dropped.
struct SensorCounters {
  SingleWriterCounter scheduled;
  SingleWriterCounter good;     // pushed without a fault
  SingleWriterCounter faulty;   // pushed with a fault
  SingleWriterCounter missed;   // slots that passed while the reader was busy or asleep
  SingleWriterCounter dropped;  // read, but the ring was full
  std::array<SingleWriterCounter, kFaultCount> faults;  // of pushed samples, by index_of(Fault)
};

struct alignas(kCacheLine) ReaderCounters {
  explicit ReaderCounters(std::size_t sensor_count) : sensors(sensor_count) {}

  // The first slot that the reader has not finished yet. Stored with release after that slot's
  // samples were pushed: who loads it with acquire and then empties the ring has every sample of
  // the slots below it.
  std::atomic<std::uint64_t> next_slot{0};
  std::atomic<bool> finished{false};            // run() has returned; stored with release
  std::atomic<bool> stopped_by_overrun{false};  // overrun = "stop" ended it

  SingleWriterCounter slots;         // slots that were read
  SingleWriterCounter missed_slots;  // slots that were skipped
  SharedHistogram lateness;          // of each slot: its first read's start minus its slot time
  SharedHistogram busy;              // of each slot: from its first read's start to its last push
  std::vector<SensorCounters> sensors;
};

}  // namespace isotherm::core
