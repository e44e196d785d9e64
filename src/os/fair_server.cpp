#include "os/fair_server.hpp"

#include <string>
#include <string_view>

#include "os/kernel_name.hpp"
#include "os/proc_text.hpp"

namespace isotherm::os {

// "Linux version 6.12.34+rpt-rpi-v8 (...": proc_version(5).
bool has_fair_server(const core::FileTree& files) {
  const std::string text = files.text("/proc/version").value_or("");
  std::string_view rest = text;
  static_cast<void>(next_word(rest));
  static_cast<void>(next_word(rest));
  return release_at_least(next_word(rest), 6, 12);
}

}  // namespace isotherm::os
