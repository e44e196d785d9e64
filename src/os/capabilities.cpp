#include "os/capabilities.hpp"

#include <cstdint>
#include <string>

#include "os/proc_text.hpp"

namespace isotherm::os {

// "CapEff:\t000001ffffffffff", a bit for each.
bool has_capability(const core::FileTree& files, unsigned capability) {
  const std::string status = files.text("/proc/self/status").value_or("");
  const auto mask = proc_field(status, "CapEff");
  const auto bits = parse_number<std::uint64_t>(mask.value_or(""), 16).value_or(0);
  return ((bits >> capability) & 1U) != 0;
}

}  // namespace isotherm::os
