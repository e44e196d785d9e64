#include "os/fair_server.hpp"

#include <string>
#include <string_view>
#include <tuple>

#include "os/proc_text.hpp"

namespace isotherm::os {

// "Linux version 6.12.34+rpt-rpi-v8 (...": proc_version(5).
bool has_fair_server(const core::FileTree& files) {
  constexpr std::tuple kFirst{6U, 12U};
  constexpr std::string_view kDigits = "0123456789";
  const std::string text = files.text("/proc/version").value_or("");
  std::string_view rest = text;
  static_cast<void>(next_word(rest));
  static_cast<void>(next_word(rest));
  const std::string_view release = next_word(rest);
  const std::size_t dot = release.find('.');
  if (dot == std::string_view::npos) {
    return false;
  }
  const std::string_view after = release.substr(dot + 1);
  const auto major = parse_number<unsigned>(release.substr(0, dot));
  const auto minor = parse_number<unsigned>(after.substr(0, after.find_first_not_of(kDigits)));
  return major && minor && std::tuple{*major, *minor} >= kFirst;
}

}  // namespace isotherm::os
