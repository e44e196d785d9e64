// [reader.sensor.sim]: the simulated sensor's temperature, and its troubles.
#include <array>
#include <chrono>
#include <limits>
#include <map>
#include <utility>

#include "settings/section.hpp"
#include "settings/suggestion.hpp"
#include "settings/tables.hpp"

namespace isotherm::settings {

namespace {

using namespace std::chrono_literals;

constexpr Limits<double> kShare{0.0, 1.0};
constexpr Limits<double> kPositiveCelsius{0.0, 1e6};
constexpr Limits<core::Nanoseconds> kCycle{1ms, core::Nanoseconds{24h} * 366};
constexpr Limits<core::Nanoseconds> kStall{0ns, 10min};
constexpr Limits<std::int64_t> kSeed{0, std::numeric_limits<std::int64_t>::max()};
// Shares such as 0.1 are not exact in binary, so ten of them may add up to a little over 1.
constexpr double kSumTolerance = 1e-9;

std::vector<std::string_view> fault_words() {
  std::vector<std::string_view> words;
  for (std::size_t i = 1; i < core::kFaultCount; ++i) {
    words.push_back(core::fault_word(static_cast<core::Fault>(i)));
  }
  return words;
}

// A table whose keys are faults.
const Node* fault_table(const Section& sim, std::string_view key, std::string_view example) {
  const Node* const node = sim.find(key);
  if (node != nullptr && node->kind != Node::Kind::Table) {
    sim.mistake(key, "must be a table of faults",
                "write " + std::string(key) + " = " + std::string(example));
    return nullptr;
  }
  return node;
}

void read_fault_rates(const Section& sim, const KeyList& keys, sensor::SimSettings& target) {
  const Node* const node = fault_table(sim, "faults", "{ crc = 0.05 }");
  if (node == nullptr) {
    return;
  }
  const Section section(*node, keys, sim.findings());
  std::map<core::Fault, double> rates;
  double sum = 0.0;
  for (const std::string_view word : keys.keys) {
    double share = 0.0;
    if (section.number(word, kShare, share)) {
      rates[*core::fault_from_word(word)] = share;
      sum += share;
    }
  }
  if (sum > 1.0 + kSumTolerance) {
    sim.mistake("faults", "add up to more than 1",
                "each is the share of slots that fail that way, 0.05 is 5 %");
    return;
  }
  target.fault_rates = std::move(rates);
}

void read_fault_slots(const Section& sim, const KeyList& keys, sensor::SimSettings& target) {
  const Node* const node = fault_table(sim, "fault_slots", "{ timeout = [3, 4] }");
  if (node == nullptr) {
    return;
  }
  const Section section(*node, keys, sim.findings());
  for (const std::string_view word : keys.keys) {
    std::vector<std::uint64_t> slots;
    if (section.slots(word, slots)) {
      target.fault_slots[*core::fault_from_word(word)] = std::move(slots);
    }
  }
}

}  // namespace

void read_sim(const Node& table, Findings& findings, sensor::SimSettings& sim) {
  const Section section(table, kSimTable, findings);
  section.number("mean", kCelsius, sim.mean);
  section.number("swing", kCelsius, sim.swing);
  section.duration("cycle", kCycle, sim.cycle);
  section.number("noise", kPositiveCelsius, sim.noise);
  section.number("resolution", kPositiveCelsius, sim.resolution);
  section.integer("seed", kSeed, sim.seed);
  section.number("spike_rate", kShare, sim.spike_rate);
  section.number("spike", kCelsius, sim.spike);
  section.number("stall_rate", kShare, sim.stall_rate);
  section.slots("stall_slots", sim.stall_slots);
  section.duration("stall", kStall, sim.stall);

  const std::vector<std::string_view> words = fault_words();
  const KeyList keys{"the faults of a simulated sensor", words};
  read_fault_rates(section, keys, sim);
  read_fault_slots(section, keys, sim);
}

}  // namespace isotherm::settings
