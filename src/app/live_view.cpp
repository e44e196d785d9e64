#include "app/live_view.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "app/words.hpp"

namespace isotherm::app {
namespace {

constexpr std::size_t kBarWidth = 30;

std::string fitted(std::string line, std::size_t width) {
  line.resize(std::min(line.size(), width));
  return line + "\n";
}

std::string reader_line(const LiveReader& reader) {
  std::string line = fmt::format("{:<11} core {:<3} {:>8} slots  worst {:>8}", reader.name,
                                 reader.cores, reader.slots, duration_words(reader.late_max));
  // Only where there are any, so that a terminal of 80 columns has room for the temperatures.
  if (reader.missed > 0) {
    line += fmt::format("  missed {}", reader.missed);
  }
  if (reader.dropped > 0) {
    line += fmt::format("  dropped {}", reader.dropped);
  }
  for (const auto& [sensor, celsius] : reader.temperatures) {
    line += celsius ? fmt::format("  {} {:.2f}", sensor, *celsius) : fmt::format("  {} --", sensor);
  }
  return line;
}

std::string progress_line(const LiveReader& reader) {
  const std::uint64_t limit = std::max<std::uint64_t>(reader.slot_limit.value_or(1), 1);
  const std::uint64_t done = std::min(reader.slots + reader.missed, limit);
  const std::size_t filled = static_cast<std::size_t>(done * kBarWidth / limit);
  return fmt::format("{:<11} core {:<3} [{}{}] {:>3} %", reader.name, reader.cores,
                     std::string(filled, '#'), std::string(kBarWidth - filled, '.'),
                     done * 100 / limit);
}

}  // namespace

std::string live_text(const std::vector<LiveReader>& readers, std::size_t width) {
  std::string text;
  for (const LiveReader& reader : readers) {
    text += fitted(reader_line(reader), width);
  }
  for (const LiveReader& reader : readers) {
    if (reader.slot_limit) {
      text += fitted(progress_line(reader), width);
    }
  }
  return text;
}

}  // namespace isotherm::app
