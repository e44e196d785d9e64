// What the aggregator needs to know about a reader: where its samples come from and what they are.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/reader_counters.hpp"
#include "core/time.hpp"
#include "ring/sample_ring.hpp"

namespace isotherm::aggregate {

struct SensorFeed {
  std::string name;
  std::string unit;         // "degC"
  std::uint32_t every = 1;  // divisor of the reader's rate, 1 or more: due at slots 0, every, ...
};

struct ReaderFeed {
  ring::SampleReader* ring = nullptr;              // outlives the aggregator
  const core::ReaderCounters* counters = nullptr;  // likewise; one sensor each of `sensors`
  core::Nanoseconds period{0};                     // between slots, above 0
  std::vector<SensorFeed> sensors;                 // by core::Sample::sensor; at least one
};

}  // namespace isotherm::aggregate
