#include "settings/keys.hpp"

#include <algorithm>

#include "settings/suggestion.hpp"

namespace isotherm::settings {

namespace {

bool has(const KeyList& table, std::string_view key) {
  return std::find(table.keys.begin(), table.keys.end(), key) != table.keys.end();
}

}  // namespace

std::string unknown_key_mend(std::string_view key, const KeyList& table) {
  if (&table == &kSensorTable && (key == "rate" || key == "period")) {
    return "a sensor is read at its reader's rate, or at a whole fraction of it: every = 10 reads "
           "it at each tenth slot";
  }
  if (const auto nearest = nearest_word(key, table.keys)) {
    return "did you mean " + in_quotes(*nearest) + "?";
  }
  const bool of_board =
      std::find(kBoardTables.begin(), kBoardTables.end(), &table) != kBoardTables.end();
  const std::span<const KeyList* const> family =
      of_board ? std::span<const KeyList* const>(kBoardTables) : kConfigurationTables;
  for (const KeyList* other : family) {
    if (other != &table && has(*other, key)) {
      return "it belongs to " + std::string(other->title);
    }
  }
  return "its keys are " + listed(table.keys);
}

}  // namespace isotherm::settings
