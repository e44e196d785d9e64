#include "app/latency_child.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

#include "acquire/reader.hpp"
#include "core/reader_counters.hpp"
#include "os/child_process.hpp"
#include "os/helper_thread.hpp"
#include "os/monotonic_clock.hpp"
#include "os/perf_counters.hpp"
#include "os/process_memory.hpp"
#include "os/realtime_thread.hpp"
#include "os/scratch_file.hpp"
#include "os/this_thread.hpp"
#include "os/thread_usage.hpp"
#include "ring/sample_ring.hpp"

namespace isotherm::app {
namespace {

using diagnose::BlockOutcome;
using diagnose::BlockResult;

// From the last preparation to slot 0.
constexpr core::Nanoseconds kLead = std::chrono::milliseconds{5};
constexpr core::Nanoseconds kDrainInterval = std::chrono::milliseconds{20};
// Holds what the fastest reader makes in a second.
constexpr std::size_t kRingSamples = 20'000;
// The share of a period that SCHED_DEADLINE sets aside: what `isotherm run` asks for by default.
constexpr int kDeadlineShare = 5;

// Takes no time, so that lateness is the kernel's alone.
class NothingSensor final : public core::Sensor {
 public:
  [[nodiscard]] core::Reading read(const core::SlotInfo& /*slot*/) noexcept override {
    return core::Reading::good(0.0);
  }
  [[nodiscard]] core::Nanoseconds declared_worst_case() const noexcept override {
    return core::Nanoseconds{0};
  }
};

// The station's reader, once from slot 0 to `slots`; a reader cannot begin again, so there is one
// for each part of a block.
class Part {
 public:
  Part(const LatencyTask& task, ring::SampleWriter& writer, std::uint64_t slots)
      : slots_(slots), reader_(settings(task), {{&sensor_, 1}}, writer, clock_, counters_) {
    counters_.lateness.reset();
    counters_.busy.reset();
  }

  void run() noexcept {
    if (slots_ > 0) {
      reader_.run(clock_.now() + kLead, slots_);
    }
  }
  [[nodiscard]] const core::ReaderCounters& counters() const noexcept { return counters_; }

 private:
  static acquire::ReaderSettings settings(const LatencyTask& task) {
    acquire::ReaderSettings settings;
    settings.period = task.shape.period;
    settings.spin = task.arm.spin;
    return settings;
  }

  std::uint64_t slots_;
  os::MonotonicClock clock_;
  NothingSensor sensor_;
  core::ReaderCounters counters_{1};
  acquire::Reader reader_;
};

// What the measuring thread does, and what it leaves for others to read once it has ended.
struct Measurement {
  Measurement(const LatencyTask& task, ring::SampleWriter& writer)
      : warm_up(task, writer, task.shape.warm_up_slots),
        counted(task, writer, task.shape.counted_slots),
        measured(task, writer, task.shape.slots),
        counts(task.shape.counted_slots > 0) {}

  void run() {
    // Made by the thread that they count.
    std::optional<os::PerfCounter> instructions;
    std::optional<os::PerfCounter> misses;
    warm_up.run();
    if (counts) {
      instructions.emplace(os::PerfEvent::Instructions);
      misses.emplace(os::PerfEvent::CacheMisses);
      instructions->start();
      misses->start();
      counted.run();
      instructions->stop();
      misses->stop();
      instructions_counted = instructions->count();
      misses_counted = misses->count();
      user_only = instructions->user_only();
      instructions.reset();  // off, and out of the way of what is timed
      misses.reset();
    }
    before = os::thread_usage(os::this_thread_id());
    measured.run();
    after = os::thread_usage(os::this_thread_id());
  }

  Part warm_up;
  Part counted;
  Part measured;
  bool counts;
  std::optional<std::uint64_t> instructions_counted;
  std::optional<std::uint64_t> misses_counted;
  bool user_only = false;
  std::optional<os::ThreadUsage> before;
  std::optional<os::ThreadUsage> after;
};

diagnose::BlockUsage usage_between(const os::ThreadUsage& before, const os::ThreadUsage& after) {
  diagnose::BlockUsage usage{
      .voluntary_switches = after.voluntary_switches - before.voluntary_switches,
      .involuntary_switches = after.involuntary_switches - before.involuntary_switches,
      .minor_faults = after.minor_faults - before.minor_faults,
      .major_faults = after.major_faults - before.major_faults,
      .migrations = std::nullopt,
      .cpu_time = after.cpu_time - before.cpu_time};
  if (before.migrations && after.migrations) {
    usage.migrations = *after.migrations - *before.migrations;
  }
  return usage;
}

BlockResult result_of(const Measurement& measurement) {
  const core::ReaderCounters& counters = measurement.measured.counters();
  BlockResult result;
  result.scheduled = counters.next_slot.load(std::memory_order_acquire);
  result.measured = counters.slots.load();
  result.missed = counters.missed_slots.load();
  result.lateness.merge(counters.lateness);
  if (measurement.before && measurement.after) {
    result.usage = usage_between(*measurement.before, *measurement.after);
  }
  result.counted_slots = measurement.counted.counters().slots.load();
  result.instructions = measurement.instructions_counted;
  result.cache_misses = measurement.misses_counted;
  result.counted_user_only = measurement.user_only;
  return result;
}

os::ThreadSpec thread_spec(const LatencyTask& task) {
  os::ThreadSpec spec;
  spec.name = "iso-latency";
  spec.policy = task.arm.policy;
  spec.priority = task.arm.priority;
  spec.cores = task.arm.cores;
  spec.deadline = {task.shape.period / kDeadlineShare, task.shape.period, task.shape.period};
  // Reading /proc between the parts takes more than a reader's usual stack.
  spec.stack_bytes = os::kHelperStackBytes;
  return spec;
}

[[noreturn]] void load_cpu() {
  for (std::atomic<std::uint64_t> work{0};;) {
    work.store(work.load(std::memory_order_relaxed) * 2'862'933'555'777'941'757U + 3U,
               std::memory_order_relaxed);
  }
}

[[noreturn]] void load_memory() {
  // Beyond the last level's cache of any board, and not much of its memory.
  constexpr std::size_t kBytes = std::size_t{16} << 20U;
  std::vector<char> one(kBytes, 'a');
  std::vector<char> other(kBytes, 'b');
  for (std::atomic<char> seen{0};;) {
    std::memcpy(one.data(), other.data(), kBytes);
    seen.store(one[kBytes / 2], std::memory_order_relaxed);
    one.swap(other);
  }
}

core::ExitCode load_disk(const std::string& directory) {
  constexpr std::size_t kChunk = std::size_t{256} << 10U;
  constexpr std::uint64_t kChunks = 64;
  const std::vector<char> bytes(kChunk, 'x');
  os::ScratchFile file(directory);
  std::uint64_t turn = 0;
  while (file.write_and_sync(bytes, turn++ % kChunks * kChunk)) {
  }
  throw core::SetupError(core::ExitCode::Io, "the load's file cannot be written any more",
                         "folder " + directory, "name a disk with 16 MiB to spare: --load-dir");
}

}  // namespace

BlockResult measure_block(const LatencyTask& task) {
  // As `isotherm run` sets itself up, in the same order.
  static_cast<void>(os::tune_malloc());
  os::pin_this_thread(task.beside);
  if (task.arm.locked) {
    if (const auto failure = os::lock_memory()) {
      throw core::SetupError(core::ExitCode::Unavailable, failure->problem, "", failure->mend);
    }
  }
  ring::SampleRing ring(kRingSamples);
  Measurement measurement(task, ring.writer());
  const auto drain = [&ring] { ring.reader().drain([](const core::Sample& /*sample*/) {}); };
  os::RealtimeThread thread(thread_spec(task), [&measurement] { measurement.run(); });
  while (!thread.join_for(kDrainInterval)) {
    drain();
  }
  return result_of(measurement);
}

core::ExitCode run_latency_task(const LatencyTask& task) {
  os::end_with_parent(task.parent);
  if (task.kind == LatencyTask::Kind::Block) {
    BlockOutcome outcome;
    try {
      outcome.result = measure_block(task);
    } catch (const core::SetupError& error) {
      outcome = BlockOutcome::refused(error.problem() + "; " + error.mend());
    }
    std::fputs(outcome_text(outcome).c_str(), stdout);
    return core::ExitCode::Ok;
  }
  os::name_this_thread("iso-load");
  os::pin_this_thread(task.beside);
  switch (task.kind) {
    case LatencyTask::Kind::LoadCpu:
      load_cpu();
    case LatencyTask::Kind::LoadMemory:
      load_memory();
    default:
      return load_disk(task.directory);
  }
}

}  // namespace isotherm::app
