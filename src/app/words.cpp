#include "app/words.hpp"

#include <spdlog/fmt/fmt.h>

#include <cmath>

#include "core/text_parts.hpp"

namespace isotherm::app {

std::string duration_words(core::Nanoseconds duration) {
  const auto ns = static_cast<double>(duration.count());
  if (ns < 1e3) {
    return fmt::format("{} ns", duration.count());
  }
  if (ns < 1e6) {
    return fmt::format("{:.1f} us", ns / 1e3);
  }
  if (ns < 1e9) {
    return fmt::format("{:.2f} ms", ns / 1e6);
  }
  return fmt::format("{:.2f} s", ns / 1e9);
}

std::string rate_words(core::Nanoseconds period) {
  const double hertz = 1e9 / static_cast<double>(period.count());
  if (hertz >= 1000.0) {
    return fmt::format("{:.6g} kHz", hertz / 1000.0);
  }
  return fmt::format("{:.6g} Hz", hertz);
}

std::string round_rate_words(core::Nanoseconds period) {
  const double hertz = 1e9 / static_cast<double>(period.count());
  return hertz >= 999.5 ? fmt::format("{:.3g} kHz", hertz / 1000.0)
                        : fmt::format("{:.3g} Hz", hertz);
}

std::string size_words(std::uint64_t bytes) {
  const auto size = static_cast<double>(bytes);
  if (size < 1024.0) {
    return fmt::format("{} B", bytes);
  }
  if (size < 1024.0 * 1024.0) {
    return fmt::format("{:.0f} KiB", size / 1024.0);
  }
  return fmt::format("{:.1f} MiB", size / (1024.0 * 1024.0));
}

std::string percent_words(double share) { return fmt::format("{:.3g} %", share * 100.0); }

std::string time_words(core::WallTime time) {
  std::string words;
  core::append_time(words, time);
  return words;
}

std::string second_words(core::WallTime time) {
  const std::string words = time_words(time);
  return words.substr(0, words.find('.')) + "Z";
}

std::string celsius_words(double celsius) { return fmt::format("{:.3f}", celsius); }

std::string fault_words(const core::FaultCounts& faults) {
  std::string words;
  for (std::size_t i = 1; i < faults.size(); ++i) {
    if (faults[i] > 0) {
      words += fmt::format("{}{}:{}", words.empty() ? "" : " ",
                           core::fault_word(static_cast<core::Fault>(i)), faults[i]);
    }
  }
  return words.empty() ? "-" : words;
}

}  // namespace isotherm::app
