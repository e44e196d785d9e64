#include "core/fault.hpp"

namespace isotherm::core {
namespace {

constexpr std::array<std::string_view, kFaultCount> kWords = {
    "none",         "timeout", "nack",  "crc",      "open_circuit", "short_circuit",
    "out_of_range", "stuck",   "stale", "power_on", "absent",       "io",
};
static_assert(kWords[index_of(Fault::Crc)] == "crc");
static_assert(kWords[index_of(Fault::PowerOn)] == "power_on");
static_assert(kWords[index_of(Fault::Io)] == "io");

}  // namespace

std::string_view fault_word(Fault fault) noexcept { return kWords.at(index_of(fault)); }

std::optional<Fault> fault_from_word(std::string_view word) noexcept {
  for (std::size_t i = 1; i < kWords.size(); ++i) {
    if (kWords.at(i) == word) {
      return static_cast<Fault>(i);
    }
  }
  return std::nullopt;
}

}  // namespace isotherm::core
