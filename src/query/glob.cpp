#include "query/glob.hpp"

#include <algorithm>

#include "core/setup_error.hpp"

namespace isotherm::query {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::size_t kNamesShown = 40;

// Whether the set that begins behind the bracket at `at` has c; `at` moves behind it. A bracket
// that is not closed stands for itself, and `closed` says so.
bool set_has(std::string_view pattern, std::size_t& at, char c, bool& closed) {
  std::size_t i = at + 1;
  const bool inverted = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
  i += inverted ? 1 : 0;
  bool found = false;
  for (bool first = true; i < pattern.size(); first = false) {
    if (pattern[i] == ']' && !first) {
      closed = true;
      at = i + 1;
      return found != inverted;
    }
    const char low = pattern[i];
    char high = low;
    if (i + 2 < pattern.size() && pattern[i + 1] == '-' && pattern[i + 2] != ']') {
      high = pattern[i + 2];
      i += 2;
    }
    found = found || (low <= c && c <= high);
    ++i;
  }
  closed = false;
  return false;
}

// One character of the text against what stands at `at`, which moves behind it where they match.
bool one_matches(std::string_view pattern, std::size_t& at, char c) {
  if (pattern[at] == '?') {
    ++at;
    return true;
  }
  if (pattern[at] == '[') {
    bool closed = false;
    std::size_t behind = at;
    const bool has = set_has(pattern, behind, c, closed);
    if (closed) {
      at = has ? behind : at;
      return has;
    }
  }
  const bool escaped = pattern[at] == '\\' && at + 1 < pattern.size();
  const std::size_t literal = escaped ? at + 1 : at;
  if (pattern[literal] != c) {
    return false;
  }
  at = literal + 1;
  return true;
}

}  // namespace

// The last star takes one character more whenever what follows it does not match.
bool glob_matches(std::string_view pattern, std::string_view text) {
  std::size_t at = 0;
  std::size_t position = 0;
  std::size_t star = kNone;
  std::size_t star_position = 0;
  while (position < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = ++at;
      star_position = position;
    } else if (at < pattern.size() && one_matches(pattern, at, text[position])) {
      ++position;
    } else if (star != kNone) {
      at = star;
      position = ++star_position;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == kNone;
}

std::vector<history::SensorEntry> select_sensors(std::span<const history::SensorEntry> sensors,
                                                 std::span<const std::string> globs) {
  if (globs.empty()) {
    return {sensors.begin(), sensors.end()};
  }
  for (const std::string& glob : globs) {
    const auto matches = [&](const history::SensorEntry& one) {
      return glob_matches(glob, one.name);
    };
    if (std::none_of(sensors.begin(), sensors.end(), matches)) {
      std::string names;
      for (std::size_t i = 0; i < sensors.size() && i < kNamesShown; ++i) {
        names += (i == 0 ? "" : ", ") + sensors[i].name;
      }
      throw core::SetupError(
          core::ExitCode::Usage, "no sensor is called that", "--sensor " + glob,
          sensors.empty() ? "there is none in this log and this range"
                          : "there are " + names + (sensors.size() > kNamesShown ? ", ..." : ""));
    }
  }
  std::vector<history::SensorEntry> chosen;
  for (const history::SensorEntry& sensor : sensors) {
    if (std::any_of(globs.begin(), globs.end(),
                    [&](const std::string& glob) { return glob_matches(glob, sensor.name); })) {
      chosen.push_back(sensor);
    }
  }
  return chosen;
}

}  // namespace isotherm::query
