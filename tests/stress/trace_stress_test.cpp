// The real reader on one thread and the trace's recorder on another, with rings that are often full
// and a disk that fills up: every event and every slot is in exactly one count. Built with
// ThreadSanitizer in the `tsan` preset.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "acquire/reader.hpp"
#include "acquire/reader_trace.hpp"
#include "diagnose/trace_recorder.hpp"
#include "stress/late_clock.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_log_directory.hpp"
#include "support/scripted_sensor.hpp"

namespace isotherm {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t kTracedSlots = 50'000;

diagnose::TraceOutcome run_with(std::size_t lane_capacity, std::uint64_t limit,
                                std::uint64_t disk) {
  const test::LateClock clock;
  const test::FakeClock wall_clock;
  test::FakeLogDirectory directory;
  directory.set_capacity(disk);
  diagnose::TraceRecorder recorder(
      {.process = "p", .version = "v", .process_id = 1, .limit = limit}, directory, "run.json",
      clock, wall_clock, [](const std::string&) {});
  acquire::ReaderTrace trace(
      recorder.add_lane({.thread = "iso-fast", .sensors = {"a", "b"}}, lane_capacity));
  ring::SampleRing ring(16);
  core::ReaderCounters counters(2);
  test::ScriptedSensor sensor([](const core::SlotInfo&) { return core::Reading::good(20.0); });
  acquire::ReaderSettings settings;
  settings.period = milliseconds{1};
  acquire::Reader reader(settings, {{&sensor, 1}, {&sensor, 3}}, ring.writer(), clock, counters);
  reader.trace_to(trace);
  recorder.start();
  const core::MonotonicTime origin = clock.now();

  std::thread thread([&] { reader.run(origin, kTracedSlots); });
  while (!counters.finished.load(std::memory_order_acquire)) {
    recorder.work();
  }
  thread.join();
  diagnose::TraceOutcome outcome = recorder.finish();
  outcome.threads.front().slots.made = counters.slots.load() + counters.missed_slots.load();
  return outcome;
}

TEST(TraceStressTest, EveryEventAndEverySlotIsInExactlyOneCount) {
  constexpr std::uint64_t kMuch = std::uint64_t{1} << 30U;
  for (const std::size_t capacity : {1U, 7U, 256U, 4096U}) {
    for (const auto& [limit, disk] :
         {std::pair{kMuch, kMuch}, std::pair{diagnose::TraceFile::kLimitLeast, kMuch},
          std::pair{kMuch, std::uint64_t{100'000}}}) {
      const diagnose::TraceOutcome outcome = run_with(capacity, limit, disk);
      EXPECT_TRUE(outcome.accounted_for()) << "capacity " << capacity;
      EXPECT_EQ(outcome.threads.front().slots.made, kTracedSlots);
      EXPECT_GT(outcome.events().written, 0U);
    }
  }
}

}  // namespace
}  // namespace isotherm
