// From the ring to the row, against only taking the samples out of the queue: Aggregator::tick(),
// which drains, keeps window statistics and lateness, closes windows and makes rows, over
// spsc_queue::pop() into an array.
//
//   same_core     one thread fills and empties, so the samples are in its own cache
//   cross_core    another core fills, as a reader does: each sample has to come over
#include <cstdio>
#include <exception>
#include <functional>
#include <vector>

#include "os/this_thread.hpp"
#include "other_core.hpp"
#include "paired.hpp"
#include "pipeline.hpp"

namespace isotherm::bench {
namespace {

// `place` runs the filling, here or elsewhere.
using Place = std::function<void(const std::function<void()>&)>;

void measure(const char* name, std::size_t sensors, std::size_t batch, const Place& place) {
  Pipeline pipeline(sensors);
  RawQueue raw(kRingCapacity);
  pretouch(raw);
  std::vector<core::Sample> taken(kRingCapacity);
  std::uint64_t next = 0;
  const std::function<void()> fill_pipeline = [&] { pipeline.fill(batch); };
  const std::function<void()> fill_raw = [&] {
    for (std::size_t i = 0; i < batch; ++i) {
      raw.push(make_sample(next++, sensors));
    }
  };
  print(name, measure_pairs(
                  [&] {
                    place(fill_pipeline);
                    return timed(batch, [&] { pipeline.tick(); });
                  },
                  [&] {
                    place(fill_raw);
                    return timed(batch, [&] { keep(raw.pop(taken.data(), taken.size())); });
                  }));
  if (!pipeline.lost_none()) {
    std::fprintf(stderr, "%s: samples are missing from the rows\n", name);
    std::terminate();
  }
}

void run() {
  // A tick every 50 ms finds 50 samples of a sensor at 1 kHz, and 3200 of 64 sensors.
  constexpr std::size_t kManySensors = 64;
  constexpr std::size_t kBatch = 3200;
  const auto cores = os::this_thread_cores().cores();
  os::pin_this_thread({cores.front()});
  const Place here = [](const std::function<void()>& work) { work(); };
  measure("aggregate_same_core_1_sensor", 1, kBatch, here);
  measure("aggregate_same_core_64_sensors", kManySensors, kBatch, here);
  if (cores.size() > 1) {
    OtherCore other(cores.back());
    const Place there = [&other](const std::function<void()>& work) { other.run(work); };
    measure("aggregate_cross_core_1_sensor", 1, kBatch, there);
    measure("aggregate_cross_core_64_sensors", kManySensors, kBatch, there);
  }
}

}  // namespace
}  // namespace isotherm::bench

int main() {
  isotherm::bench::run();
  return 0;
}
