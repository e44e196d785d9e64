// What the pieces cost, one by one, for finding out where time goes. No goal hangs on these: a time
// without a rival beside it says as much about the machine as about the program.
#include <benchmark/benchmark.h>

#include <vector>

#include "aggregate/running_statistics.hpp"
#include "aggregate/sensor_window.hpp"
#include "core/histogram.hpp"
#include "core/row_format.hpp"
#include "os/monotonic_clock.hpp"
#include "pipeline.hpp"
#include "sensor/sim.hpp"
#include "stand_in_tree.hpp"

namespace isotherm::bench {
namespace {

// Reads ahead of the loop, so that making a sample is no part of what is measured.
std::vector<core::Sample> samples(std::size_t count) {
  std::vector<core::Sample> made;
  for (std::uint64_t n = 0; n < count; ++n) {
    made.push_back(make_sample(n, 1));
  }
  return made;
}

void set_items(benchmark::State& state, std::size_t per_iteration) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(per_iteration));
}

void ring_push_and_drain(benchmark::State& state) {
  ring::SampleRing ring(kRingCapacity);
  const core::Sample sample = make_sample(1, 1);
  const auto batch = static_cast<std::size_t>(state.range(0));
  for ([[maybe_unused]] const auto _ : state) {
    for (std::size_t i = 0; i < batch; ++i) {
      benchmark::DoNotOptimize(ring.writer().push(sample));
    }
    ring.reader().drain([](const core::Sample& taken) { benchmark::DoNotOptimize(taken.value); });
  }
  set_items(state, batch);
}
BENCHMARK(ring_push_and_drain)->Arg(1)->Arg(64)->Arg(kRingCapacity);

void histogram_record(benchmark::State& state) {
  core::SharedHistogram histogram;
  std::int64_t n = 0;
  for ([[maybe_unused]] const auto _ : state) {
    histogram.record(core::Nanoseconds{5000 + (++n & 4095)});
  }
  benchmark::DoNotOptimize(histogram.max());
}
BENCHMARK(histogram_record);

void running_statistics_add(benchmark::State& state) {
  aggregate::RunningStatistics statistics;
  const std::vector<core::Sample> made = samples(kRingCapacity);
  for ([[maybe_unused]] const auto _ : state) {
    for (const core::Sample& sample : made) {
      statistics.add(sample.value);
    }
    benchmark::DoNotOptimize(statistics);
  }
  set_items(state, made.size());
}
BENCHMARK(running_statistics_add);

void sensor_window_of_1000(benchmark::State& state) {
  constexpr std::uint64_t kSlots = 1000;
  const std::vector<core::Sample> made = samples(kSlots);
  aggregate::SensorWindow window(1, kSlots);
  std::uint64_t begin = 0;
  for ([[maybe_unused]] const auto _ : state) {
    for (core::Sample sample : made) {
      sample.slot = (begin + sample.slot) & (core::kSlotLimit - 1);
      window.add(sample);
    }
    begin += kSlots;
    benchmark::DoNotOptimize(window.close(0, begin + kSlots));
  }
  set_items(state, kSlots);
}
BENCHMARK(sensor_window_of_1000);

void format_row_as_csv(benchmark::State& state) {
  core::Row row;
  row.time = core::WallTime{std::chrono::seconds{1767225600}};
  row.uptime = std::chrono::milliseconds{3600123};
  row.sensor = "inlet";
  row.unit = "degC";
  row.counts = {1000, 950, 50, 0, 0};
  row.statistics = core::WindowStatistics{20.9375, 21.003125, 21.125, 0.041234567, 21.0625};
  row.lateness = core::WindowLateness{core::Nanoseconds{14335}, core::Nanoseconds{91234}};
  row.faults[core::index_of(core::Fault::Crc)] = 50;
  for ([[maybe_unused]] const auto _ : state) {
    benchmark::DoNotOptimize(core::format_csv(row));
  }
}
BENCHMARK(format_row_as_csv);

void sim_read(benchmark::State& state) {
  const os::MonotonicClock clock;
  sensor::SensorSettings settings;
  settings.name = "ambient";
  sensor::SimSensor sensor(settings, clock);
  core::SlotInfo slot;
  for ([[maybe_unused]] const auto _ : state) {
    benchmark::DoNotOptimize(sensor.read(slot));
    ++slot.ordinal;
    slot.since_origin += std::chrono::milliseconds{1};
  }
}
BENCHMARK(sim_read);

void hwmon_read(benchmark::State& state) {
  StandInSensor sensor;
  for ([[maybe_unused]] const auto _ : state) {
    benchmark::DoNotOptimize(sensor.get().read({}));
  }
}
BENCHMARK(hwmon_read);

void clock_now(benchmark::State& state) {
  const os::MonotonicClock clock;
  for ([[maybe_unused]] const auto _ : state) {
    benchmark::DoNotOptimize(clock.now());
  }
}
BENCHMARK(clock_now);

}  // namespace
}  // namespace isotherm::bench
