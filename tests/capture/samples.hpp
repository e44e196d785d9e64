// Samples for the tests of captures: seeded random ones of many shapes, and plausible lateness.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "capture/chunk.hpp"
#include "core/sample.hpp"

namespace isotherm::test {

inline core::Sample sample_at(std::uint64_t slot, double value, std::uint64_t lateness_ns = 0,
                              core::Fault fault = core::Fault::None,
                              std::uint32_t dropped_total = 0) {
  core::Sample sample{};
  sample.slot = slot & (core::kSlotLimit - 1);
  sample.lateness_ns = lateness_ns & (core::kSlotLimit - 1);
  sample.fault_code = static_cast<std::uint16_t>(fault);
  sample.value = value;
  sample.dropped_total = dropped_total;
  return sample;
}

inline capture::Origin origin_of(const std::string& name = "inlet") {
  capture::Origin origin;
  origin.reader = 1;
  origin.sensor = 2;
  origin.period = std::chrono::milliseconds{1};
  origin.start = core::MonotonicTime{std::chrono::seconds{100}};
  for (std::size_t i = 0; i < origin.boot_id.size(); ++i) {
    origin.boot_id.at(i) = static_cast<std::uint8_t>(i * 16 + 1);
  }
  origin.name = name;
  origin.unit = "degC";
  return origin;
}

// How late a thread of SCHED_OTHER wakes up: 50 us of timer slack and the way out of the kernel,
// log-normal around 60 us, and one in a hundred behind somebody else, up to milliseconds.
class PlausibleLateness {
 public:
  explicit PlausibleLateness(double sigma = 0.25) : body_(std::log(60e3), sigma) {}

  std::uint64_t next() {
    const double ns = chance_(random_) < 0.01 ? 60e3 + tail_(random_) : body_(random_);
    return static_cast<std::uint64_t>(ns);
  }

 private:
  std::mt19937_64 random_{20260101};
  std::lognormal_distribution<double> body_;
  std::exponential_distribution<double> tail_{1.0 / 400e3};
  std::uniform_real_distribution<double> chance_{0.0, 1.0};
};

// Which bits of a value are the same, so that -0.0 and NaN count, too.
inline std::uint64_t bits(double value) { return std::bit_cast<std::uint64_t>(value); }

}  // namespace isotherm::test
