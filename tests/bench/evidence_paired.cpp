// What the evidence costs a reader: a slot of four sensors with its histograms and counters, and
// with the worst slots offered, against the same slot without.
//
//   evidence_worst_slots  Reader::run() with a WorstSlots, less Reader::run() without
//   evidence_all          histograms, counters and the offer of a slot, less a loop without them
//
// The clock of both arms is a count, so that reading it does not drown what is measured, and every
// slot differs in its lateness, as on a machine that does other things too.
#include <array>
#include <memory>
#include <vector>

#include "acquire/reader.hpp"
#include "paired.hpp"
#include "pipeline.hpp"

namespace isotherm::bench {
namespace {

constexpr std::uint64_t kSlots = 1000;
constexpr std::size_t kSensors = 4;
constexpr core::Nanoseconds kPeriod = std::chrono::milliseconds{1};

// Moves by itself: to a slot with a lateness of 4 to 8 us, and by 100 ns a reading.
class CountedClock : public core::Clock {
 public:
  [[nodiscard]] core::MonotonicTime now() const noexcept override {
    now_ += core::Nanoseconds{100};
    return now_;
  }
  bool sleep_until(core::MonotonicTime deadline) const noexcept override {
    random_ = random_ * 6364136223846793005U + 1442695040888963407U;  // Knuth's MMIX
    now_ = deadline + core::Nanoseconds{4000 + static_cast<std::int64_t>(random_ >> 52U)};
    return true;
  }

 private:
  mutable core::MonotonicTime now_;
  mutable std::uint64_t random_ = 1;
};

class CheapSensor : public core::Sensor {
 public:
  [[nodiscard]] core::Reading read(const core::SlotInfo& slot) noexcept override {
    return core::Reading::good(static_cast<double>(slot.ordinal));
  }
  [[nodiscard]] core::Nanoseconds declared_worst_case() const noexcept override {
    return core::Nanoseconds{0};
  }
};

// A reader whose run() reads kSlots slots; with or without the worst slots.
class Arm {
 public:
  explicit Arm(bool with_worst_slots) : worst_slots_(8, kPeriod), with_(with_worst_slots) {
    settings_.period = kPeriod;
    for (CheapSensor& sensor : sensors_) {
      acquired_.push_back({&sensor, 1});
    }
  }

  Cost operator()() {
    acquire::Reader reader(settings_, acquired_, ring_.writer(), clock_, counters_,
                           with_ ? &worst_slots_ : nullptr);
    const Cost cost = timed(kSlots, [&] { reader.run(core::MonotonicTime{}, kSlots); });
    ring_.reader().drain([](const core::Sample&) {});
    worst_slots_.drain([](const acquire::SlotRecord&) {});
    return cost;
  }

 private:
  acquire::ReaderSettings settings_;
  CountedClock clock_;
  std::array<CheapSensor, kSensors> sensors_;
  std::vector<acquire::ReaderSensor> acquired_;
  ring::SampleRing ring_{kSlots * kSensors};
  core::ReaderCounters counters_{kSensors};
  acquire::WorstSlots worst_slots_;
  bool with_;
};

// Both histograms, the counters of a slot and of four sensors, and the offer.
class AllEvidence {
 public:
  Cost operator()() {
    return timed(kSlots, [this] {
      for (std::uint64_t slot = 0; slot < kSlots; ++slot) {
        random_ = random_ * 6364136223846793005U + 1442695040888963407U;
        const core::Nanoseconds lateness{4000 + static_cast<std::int64_t>(random_ >> 52U)};
        counters_->slots.add(1);
        counters_->lateness.record(lateness);
        counters_->busy.record(core::Nanoseconds{9000});
        for (core::SensorCounters& sensor : counters_->sensors) {
          sensor.scheduled.add(1);
          sensor.good.add(1);
        }
        worst_slots_->offer({.slot = slots_offered_++,
                             .lateness = lateness,
                             .busy = core::Nanoseconds{9000},
                             .costliest = core::Nanoseconds{3000}});
        keep(*counters_);
      }
      worst_slots_->drain([](const acquire::SlotRecord&) {});
    });
  }

 private:
  std::uint64_t random_ = 1;
  std::uint64_t slots_offered_ = 0;
  std::shared_ptr<core::ReaderCounters> counters_ =
      std::make_shared<core::ReaderCounters>(kSensors);
  std::shared_ptr<acquire::WorstSlots> worst_slots_ =
      std::make_shared<acquire::WorstSlots>(8, kPeriod);
};

class Nothing {
 public:
  Cost operator()() {
    return timed(kSlots, [this] {
      for (std::uint64_t slot = 0; slot < kSlots; ++slot) {
        random_ = random_ * 6364136223846793005U + 1442695040888963407U;
        keep(random_);
      }
    });
  }

 private:
  std::uint64_t random_ = 1;
};

void run() {
  Arm with(true);
  Arm without(false);
  print("evidence_worst_slots",
        measure_pairs([&with] { return with(); }, [&without] { return without(); }));
  print("evidence_all", measure_pairs(AllEvidence{}, Nothing{}));
}

}  // namespace
}  // namespace isotherm::bench

int main() {
  isotherm::bench::run();
  return 0;
}
