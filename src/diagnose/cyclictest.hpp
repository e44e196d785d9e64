// cyclictest(8) of rt-tests as one more arm: how it is called, and what it says.
//
// It is run so that it measures what the arms measure. --verbose prints every wake-up, so that the
// first ones can be left out as they are in the arms (a histogram could not leave them out);
// --nsecs prints nanoseconds and not whole microseconds; --default-system keeps it from holding
// /dev/cpu_dma_latency, which would keep the processor awake for this arm alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/cpu_set.hpp"
#include "diagnose/latency_arm.hpp"
#include "diagnose/latency_block.hpp"

namespace isotherm::diagnose {

// Its arguments, without its own name. `beside` is where its main thread, which prints, runs.
[[nodiscard]] std::vector<std::string> cyclictest_arguments(const LatencyArm& arm,
                                                            const BlockShape& shape,
                                                            const core::CpuSet& beside);

// Its output; the first `warm_up` wake-ups are left out. Nothing if a wake-up is missing from it.
[[nodiscard]] std::optional<BlockResult> parse_cyclictest(std::string_view output,
                                                          const BlockShape& shape);

}  // namespace isotherm::diagnose
