// The ring against its rivals: a push through SampleWriter, and, so that the test shows that it can
// tell a bad queue from a good one, through a std::deque behind a std::mutex.
#include <cstdio>
#include <deque>
#include <mutex>

#include "paired.hpp"
#include "pipeline.hpp"

namespace isotherm::bench {
namespace {

// Fills the ring, timed, and empties it again, not timed.
template <typename Push, typename Empty>
auto filling(Push push, Empty empty) {
  return [push, empty]() mutable {
    const core::Sample sample = make_sample(1, 1);
    const Cost cost = timed(kRingCapacity, [&] {
      for (std::size_t i = 0; i < kRingCapacity; ++i) {
        keep(push(sample));
      }
    });
    empty();
    return cost;
  };
}

class MutexQueue {
 public:
  bool push(const core::Sample& sample) {
    const std::lock_guard lock(mutex_);
    samples_.push_back(sample);
    return true;
  }
  void clear() {
    const std::lock_guard lock(mutex_);
    samples_.clear();
  }

 private:
  std::mutex mutex_;
  std::deque<core::Sample> samples_;
};

void run() {
  ring::SampleRing ring(kRingCapacity);
  RawQueue raw(kRingCapacity);
  MutexQueue mutex;
  pretouch(raw);

  ring::SampleWriter& writer = ring.writer();
  const auto through_writer =
      filling([&writer](const core::Sample& sample) { return writer.push(sample); },
              [&ring] { ring.reader().drain([](const core::Sample&) {}); });
  const auto raw_push = filling([&raw](const core::Sample& sample) { return raw.push(sample); },
                                [&raw] { raw.consume_all([](const core::Sample&) {}); });
  const auto locked = filling([&mutex](const core::Sample& sample) { return mutex.push(sample); },
                              [&mutex] { mutex.clear(); });

  print("ring_write_over_raw_push", measure_pairs(through_writer, raw_push));
  print("mutex_deque_over_ring_write", measure_pairs(locked, through_writer));
}

}  // namespace
}  // namespace isotherm::bench

int main() {
  isotherm::bench::run();
  return 0;
}
