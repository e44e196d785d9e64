// Random numbers that are a function of a seed and a counter: the number for slot 1,000 is the same
// whether or not slot 999 was read. The mixing function is SplitMix64's (Steele, Lea, Flood: "Fast
// splittable pseudorandom number generators", OOPSLA 2014).
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

#include "core/realtime.hpp"

namespace isotherm::sensor {

class CounterRandom {
 public:
  explicit constexpr CounterRandom(std::uint64_t seed) noexcept : key_(mixed(seed)) {}

  // Real-time. 64 random bits; different `stream`s are independent of each other.
  [[nodiscard]] constexpr std::uint64_t bits(
      std::uint64_t counter, std::uint64_t stream) const noexcept ISOTHERM_REALTIME {
    return mixed(mixed(key_ + stream * kOdd) + counter * kGolden);
  }

  // Real-time. Evenly spread over [0, 1).
  [[nodiscard]] constexpr double uniform(std::uint64_t counter,
                                         std::uint64_t stream) const noexcept ISOTHERM_REALTIME {
    constexpr unsigned kDropped = 11;  // 53 bits are what a double holds
    return static_cast<double>(bits(counter, stream) >> kDropped) * 0x1.0p-53;
  }

  // Real-time. Normally distributed with mean 0 and standard deviation 1 (Box and Muller, 1958).
  // Uses `stream` and the next one.
  [[nodiscard]] double normal(std::uint64_t counter,
                              std::uint64_t stream) const noexcept ISOTHERM_REALTIME {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform(counter, stream)));
    return radius * std::cos(2.0 * std::numbers::pi * uniform(counter, stream + 1));
  }

  [[nodiscard]] static constexpr std::uint64_t mixed(std::uint64_t z) noexcept ISOTHERM_REALTIME {
    z += kGolden;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }

 private:
  static constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15U;
  static constexpr std::uint64_t kOdd = 0xD1B54A32D192ED03U;

  std::uint64_t key_;
};

}  // namespace isotherm::sensor
