// One table of a TOML file, read key by key into settings. Each function below leaves its target as
// it is where the key is absent; where the value is wrong it reports that, with the line and with
// what would be right, and leaves the target too. So a file's reading never stops at a mistake.
//
// They return true where the key is there and its value was taken, so that checks that compare two
// keys run only on values that are good in themselves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"
#include "settings/diagnostic.hpp"
#include "settings/document.hpp"
#include "settings/keys.hpp"

namespace isotherm::settings {

template <typename T>
struct Limits {
  T low;
  T high;
};

// Of what is given in degrees: far beyond any sensor, and still exact in a double.
inline constexpr Limits<double> kCelsius{-1e6, 1e6};

template <typename E>
struct Choice {
  std::string_view word;
  E value;
};

class Section {
 public:
  // Reports the keys of the table that `keys` does not know.
  Section(const Node& table, const KeyList& keys, Findings& findings);

  [[nodiscard]] bool has(std::string_view key) const { return table_->find(key) != nullptr; }
  [[nodiscard]] const Node* find(std::string_view key) const { return table_->find(key); }
  // Of the key, or of the table where it has no such key.
  [[nodiscard]] unsigned line_of(std::string_view key) const;
  [[nodiscard]] unsigned line() const noexcept { return table_->line; }
  [[nodiscard]] Findings& findings() const noexcept { return *findings_; }

  // Reports a mistake about a key that the caller has found; `message` follows the key's name.
  void mistake(std::string_view key, const std::string& message, std::string mend) const;
  // Reports that a key must be there.
  void missing(std::string_view key, std::string mend) const;
  // Like `missing`, and false, if it is not there.
  bool require(std::string_view key, std::string_view mend) const;

  bool text(std::string_view key, std::string& target) const;
  // A text that may stand in a CSV field, a file name and a thread's name: letters, digits, '-',
  // '_' and '.', first a letter or digit, at most `limit` characters.
  bool name(std::string_view key, std::size_t limit, std::string& target) const;
  bool boolean(std::string_view key, bool& target) const;
  bool number(std::string_view key, Limits<double> limits, double& target) const;
  bool duration(std::string_view key, Limits<core::Nanoseconds> limits,
                core::Nanoseconds& target) const;
  // A frequency, as its period. One that is not a whole number of nanoseconds is noted.
  bool rate(std::string_view key, core::Nanoseconds& period) const;
  bool size(std::string_view key, Limits<std::uint64_t> limits, std::uint64_t& target) const;
  bool texts(std::string_view key, std::vector<std::string>& target) const;
  // Cores, each once, below core::kCoreLimit; empty arrays only where `may_be_empty`.
  bool cores(std::string_view key, bool may_be_empty, std::vector<unsigned>& target) const;
  // Slot ordinals, 0 or more.
  bool slots(std::string_view key, std::vector<std::uint64_t>& target) const;

  template <typename T>
  bool integer(std::string_view key, Limits<std::int64_t> limits, T& target) const {
    const auto value = checked_integer(key, limits);
    if (value) {
      target = static_cast<T>(*value);
    }
    return value.has_value();
  }

  template <typename E>
  bool choice(std::string_view key, std::span<const Choice<E>> choices, E& target) const {
    std::vector<std::string_view> words;
    for (const auto& choice : choices) {
      words.push_back(choice.word);
    }
    const auto index = checked_choice(key, words);
    if (index) {
      target = choices[*index].value;
    }
    return index.has_value();
  }

 private:
  const Node* of_kind(std::string_view key, Node::Kind kind, const std::string& mend) const;
  const Node* quantity_node(std::string_view key, std::string_view example,
                            std::string_view unit) const;
  std::optional<std::int64_t> checked_integer(std::string_view key,
                                              Limits<std::int64_t> limits) const;
  std::optional<std::size_t> checked_choice(std::string_view key,
                                            std::span<const std::string_view> words) const;
  // One element of an array of numbers.
  bool element(std::string_view key, const Node& node, std::int64_t high,
               std::string_view what) const;

  const Node* table_;
  Findings* findings_;
};

inline constexpr std::size_t kNameLimit = 64;

}  // namespace isotherm::settings
