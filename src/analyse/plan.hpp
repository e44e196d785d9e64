// What there is to do for a report: which chunks belong to which sensor, and in portions of which
// size the workers get them. Made from the headers alone, and of nothing else, so that the same
// captures give the same portions with any number of workers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "capture/capture_reader.hpp"
#include "core/time.hpp"

namespace isotherm::analyse {

// What is asked of the samples besides the plain figures.
struct AnalysisSettings {
  std::uint64_t equal_min = 1000;  // equal values in a row are a stuck stretch
  double spike_noises = 6.0;       // see stretches.hpp
};

// Consecutive chunks of one run of a sensor that one worker takes at a time. Full chunks are
// portions by themselves; small ones (a slow sensor's, closed each flush interval) are together.
struct Portion {
  std::size_t series = 0;
  std::size_t place = 0;            // among the series' portions
  std::vector<std::size_t> chunks;  // of the index
};

// Samples of one sensor at one rate: a sensor whose rate was changed is two of them.
struct SeriesPlan {
  std::string name;
  std::string unit;
  core::Nanoseconds interval{0};   // between its slots
  std::size_t segment_length = 0;  // of the spectrum; 0: there are too few samples
  std::size_t portions = 0;
  std::uint64_t samples = 0;
  std::uint64_t chunks = 0;
  std::uint64_t repeated = 0;  // chunks that are there twice and are taken once
};

struct Plan {
  std::vector<SeriesPlan> series;  // in order of appearance
  std::vector<Portion> portions;   // in order of their first chunks
};

[[nodiscard]] Plan make_plan(const capture::CaptureIndex& index);

// Whether both are of one run of a station, so that their slots count from the same instant.
[[nodiscard]] bool same_run(const capture::Origin& one, const capture::Origin& other) noexcept;

}  // namespace isotherm::analyse
