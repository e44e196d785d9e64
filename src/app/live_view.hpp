// What a terminal shows while the station runs: one line a reader and, where the end is known, a
// progress bar a reader's core. Console draws it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/time.hpp"

namespace isotherm::app {

struct LiveReader {
  std::string name;
  std::string cores;  // "3"
  std::uint64_t slots = 0;
  std::uint64_t missed = 0;
  std::uint64_t dropped = 0;
  core::Nanoseconds late_max{0};
  std::optional<std::uint64_t> slot_limit;  // of the whole run, where --duration is given
  std::vector<std::pair<std::string, std::optional<double>>> temperatures;  // sensor, degC
};

// The block of lines for a terminal `width` columns wide: no line is longer, each ends with "\n".
[[nodiscard]] std::string live_text(const std::vector<LiveReader>& readers, std::size_t width);

}  // namespace isotherm::app
