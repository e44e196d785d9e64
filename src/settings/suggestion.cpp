#include "settings/suggestion.hpp"

#include <algorithm>
#include <vector>

namespace isotherm::settings {

namespace {

// Longer words are no misspelling of a key; this also bounds the work for a hostile file.
constexpr std::size_t kWordLimit = 64;
constexpr std::size_t kQuotedLimit = 40;

char small(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// A byte that continues a UTF-8 character (RFC 3629): text must not be cut in front of one.
bool continues_character(char c) noexcept {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

std::string separator(std::size_t position, std::size_t count, std::string_view last) {
  if (position == 0) {
    return "";
  }
  return position + 1 == count ? std::string(last) : ", ";
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Three rows of the usual matrix; the row before the last one is for swapped neighbours.
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) {
    row[j] = j;
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = last[j - 1] + (small(a[i - 1]) == small(b[j - 1]) ? 0 : 1);
      row[j] = std::min({replace, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && small(a[i - 1]) == small(b[j - 2]) &&
          small(a[i - 2]) == small(b[j - 1])) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
  }
  return row[b.size()];
}

std::optional<std::string_view> nearest_word(std::string_view word,
                                             std::span<const std::string_view> known) {
  std::optional<std::string_view> nearest;
  std::size_t shortest = 0;
  if (word.size() > kWordLimit) {
    return nearest;
  }
  for (const std::string_view candidate : known) {
    const std::size_t distance = edit_distance(word, candidate);
    const std::size_t allowed = std::max<std::size_t>(1, candidate.size() / 3);
    if (distance <= allowed && distance < candidate.size() && (!nearest || distance < shortest)) {
      nearest = candidate;
      shortest = distance;
    }
  }
  return nearest;
}

bool equal_but_for_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return small(x) == small(y); });
}

std::string in_quotes(std::string_view text) {
  std::size_t size = std::min(text.size(), kQuotedLimit);
  while (size < text.size() && size > 0 && continues_character(text[size])) {
    --size;
  }
  std::string out = "\"";
  for (const char c : text.substr(0, size)) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(byte < 0x20 || byte == 0x7F ? '?' : c);
  }
  return out + (size < text.size() ? "...\"" : "\"");
}

std::string alternatives(std::span<const std::string_view> words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    out += separator(i, words.size(), " or ") + in_quotes(words[i]);
  }
  return out;
}

std::string listed(std::span<const std::string_view> words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    out += separator(i, words.size(), " and ") + std::string(words[i]);
  }
  return out;
}

}  // namespace isotherm::settings
