#include "diagnose/cyclictest.hpp"

#include <algorithm>
#include <charconv>

namespace isotherm::diagnose {
namespace {

// Takes blanks, a number and, if there is one, a colon from the front of `line`.
std::optional<std::int64_t> take_number(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (error != std::errc{}) {
    return std::nullopt;
  }
  line.remove_prefix(static_cast<std::size_t>(end - line.data()));
  if (line.starts_with(':')) {
    line.remove_prefix(1);
  }
  return number;
}

}  // namespace

std::vector<std::string> cyclictest_arguments(const LatencyArm& arm, const BlockShape& shape,
                                              const core::CpuSet& beside) {
  const auto period = std::chrono::floor<std::chrono::microseconds>(shape.period);
  return {"--mlockall",
          "--priority=" + std::to_string(arm.priority),
          "--policy=fifo",
          "--affinity=" + arm.cores.text(),
          "--mainaffinity=" + beside.text(),
          "--threads=1",
          "--distance=0",
          "--interval=" + std::to_string(period.count()),
          "--loops=" + std::to_string(shape.slots + shape.warm_up_slots),
          "--nsecs",
          "--verbose",
          "--default-system"};
}

std::optional<BlockResult> parse_cyclictest(std::string_view output, const BlockShape& shape) {
  BlockResult result;
  std::uint64_t seen = 0;
  while (!output.empty()) {
    const auto end = std::min(output.find('\n'), output.size());
    std::string_view line = output.substr(0, end);
    output.remove_prefix(std::min(end + 1, output.size()));
    // "       0:      17:   12345": thread, wake-up, latency.
    const auto thread = take_number(line);
    const auto wake_up = take_number(line);
    const auto latency = take_number(line);
    if (thread != 0 || !wake_up || !latency || !line.empty()) {
      continue;
    }
    if (static_cast<std::uint64_t>(*wake_up) != seen) {
      return std::nullopt;
    }
    ++seen;
    if (seen > shape.warm_up_slots) {
      result.lateness.record(core::Nanoseconds{*latency});
      ++result.measured;
    }
  }
  if (result.measured != shape.slots) {
    return std::nullopt;
  }
  return result;
}

}  // namespace isotherm::diagnose
