// The drivers by the word of the configuration's key `driver`. Header-only, so that settings/ can
// use it without linking the drivers themselves.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "sensor/sensor_settings.hpp"

namespace isotherm::sensor {

struct DriverWord {
  DriverKind kind;
  std::string_view word;
};

inline constexpr std::array<DriverWord, 6> kDriverWords{{
    {DriverKind::Hwmon, "hwmon"},
    {DriverKind::Thermal, "thermal"},
    {DriverKind::Iio, "iio"},
    {DriverKind::W1, "w1"},
    {DriverKind::Sim, "sim"},
    {DriverKind::Replay, "replay"},
}};

[[nodiscard]] constexpr std::string_view driver_word(DriverKind kind) noexcept {
  for (const DriverWord& entry : kDriverWords) {
    if (entry.kind == kind) {
      return entry.word;
    }
  }
  return "unknown";
}

// The driver of a word; nothing if there is no such driver.
[[nodiscard]] constexpr std::optional<DriverKind> driver_from_word(std::string_view word) noexcept {
  for (const DriverWord& entry : kDriverWords) {
    if (entry.word == word) {
      return entry.kind;
    }
  }
  return std::nullopt;
}

}  // namespace isotherm::sensor
