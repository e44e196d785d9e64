// What an extra adds to a slot of the real reader: the same slots with it and without it, in turns.
//
// A slot reads four sensors that do nothing, by the real clock, and sleeps for no time: what is
// left is the reader's own work. Its rings are emptied between the blocks on another core, as
// housekeeping does in service, so that each line of them has to come back over when the reader
// writes it again.
#include <array>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>

#include "acquire/reader.hpp"
#include "acquire/reader_trace.hpp"
#include "os/monotonic_clock.hpp"
#include "os/this_thread.hpp"
#include "other_core.hpp"
#include "paired.hpp"

namespace isotherm::bench {
namespace {

constexpr std::size_t kSensors = 4;
constexpr std::uint64_t kSlots = 1000;  // a step; a second of a reader at 1 kHz
constexpr std::size_t kRoom = kSlots * (kSensors + 2);

// The real time, and no sleep.
class SleeplessClock : public core::Clock {
 public:
  [[nodiscard]] core::MonotonicTime now() const noexcept override { return clock_.now(); }
  bool sleep_until(core::MonotonicTime) const noexcept override { return true; }

 private:
  os::MonotonicClock clock_;
};

class IdleSensor : public core::Sensor {
 public:
  [[nodiscard]] core::Reading read(const core::SlotInfo& slot) noexcept override {
    return core::Reading::good(static_cast<double>(slot.ordinal));
  }
  [[nodiscard]] core::Nanoseconds declared_worst_case() const noexcept override {
    return core::Nanoseconds{0};
  }
};

// Runs what it is given somewhere else, or here where there is one core only.
using Place = std::function<void(const std::function<void()>&)>;

// An arm: a reader with all that belongs to it. `prepare` adds to it what is to be measured.
class Slots {
 public:
  Slots(std::function<void(acquire::Reader&)> prepare, std::function<void()> empty)
      : prepare_(std::move(prepare)), empty_(std::move(empty)) {}

  // kSlots slots, timed; then everything is emptied elsewhere, not timed.
  Cost step(const Place& elsewhere) {
    acquire::Reader reader(settings(), sensors(), ring_.writer(), clock_, counters_);
    prepare_(reader);
    // All slots lie ahead, so none is ever missed.
    const core::MonotonicTime origin = clock_.now() + std::chrono::hours{1};
    const Cost cost = timed(kSlots, [&] { reader.run(origin, kSlots); });
    elsewhere([this] {
      drained_ += ring_.reader().drain([](const core::Sample& sample) { keep(sample); });
      empty_();
    });
    steps_ += 1;
    return cost;
  }

  [[nodiscard]] bool lost_none() const { return drained_ == steps_ * kSlots * kSensors; }

 private:
  static acquire::ReaderSettings settings() {
    acquire::ReaderSettings settings;
    settings.period = std::chrono::milliseconds{1};
    return settings;
  }
  std::vector<acquire::ReaderSensor> sensors() {
    std::vector<acquire::ReaderSensor> sensors;
    for (IdleSensor& sensor : sensors_) {
      sensors.push_back({&sensor, 1});
    }
    return sensors;
  }

  std::function<void(acquire::Reader&)> prepare_;
  std::function<void()> empty_;
  SleeplessClock clock_;
  std::array<IdleSensor, kSensors> sensors_;
  ring::SampleRing ring_{kRoom};
  core::ReaderCounters counters_{kSensors};
  std::uint64_t drained_ = 0;
  std::uint64_t steps_ = 0;
};

void require(bool held, const char* what) {
  if (!held) {
    std::fprintf(stderr, "slot_cost_paired: %s\n", what);
    std::terminate();
  }
}

void run() {
  const auto cores = os::this_thread_cores().cores();
  os::pin_this_thread({cores.back()});
  std::unique_ptr<OtherCore> other;
  Place elsewhere = [](const std::function<void()>& work) { work(); };
  if (cores.size() > 1) {
    other = std::make_unique<OtherCore>(cores.front());
    elsewhere = [&other](const std::function<void()>& work) { other->run(work); };
  }

  Slots plain([](acquire::Reader&) {}, [] {});
  acquire::TraceLane lane(kRoom);
  acquire::ReaderTrace trace(lane);
  std::uint64_t records = 0;
  Slots traced(
      [&trace](acquire::Reader& reader) { reader.trace_to(trace); },
      [&] { records += lane.drain([](const core::TraceRecord& record) { keep(record); }); });
  print("slot_traced_over_plain", measure_pairs([&] { return traced.step(elsewhere); },
                                                [&] { return plain.step(elsewhere); }));
  require(plain.lost_none() && traced.lost_none(), "samples are missing");
  require(records == lane.made() && lane.dropped() == 0, "trace records are missing");
}

}  // namespace
}  // namespace isotherm::bench

int main() {
  isotherm::bench::run();
  return 0;
}
