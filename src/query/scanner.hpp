// Reading a short text from its front, as the parsers of times do. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace isotherm::query {

// A text that is read from its front.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) { skip_space(); }

  [[nodiscard]] bool at_end() const { return text_.empty(); }
  [[nodiscard]] std::string_view rest() const { return text_; }

  void skip_space() {
    while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\t')) {
      text_.remove_prefix(1);
    }
  }
  [[nodiscard]] bool take(char c) {
    if (text_.empty() || text_.front() != c) {
      return false;
    }
    text_.remove_prefix(1);
    return true;
  }
  [[nodiscard]] bool take_word(std::string_view word) {
    if (!text_.starts_with(word) || (text_.size() > word.size() && is_letter(text_[word.size()]))) {
      return false;
    }
    text_.remove_prefix(word.size());
    return true;
  }
  // `least` to `most` digits.
  [[nodiscard]] std::optional<int> number(std::size_t least, std::size_t most) {
    std::size_t length = 0;
    int value = 0;
    while (length < text_.size() && length < most && is_digit(text_[length])) {
      value = value * 10 + (text_[length] - '0');
      ++length;
    }
    if (length < least || (length < text_.size() && is_digit(text_[length]))) {
      return std::nullopt;
    }
    text_.remove_prefix(length);
    return value;
  }
  [[nodiscard]] std::string_view digits() {
    return take_while([](char c) { return is_digit(c); });
  }
  [[nodiscard]] std::string_view letters() {
    return take_while([](char c) { return is_letter(c); });
  }

  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

 private:
  template <typename Wanted>
  [[nodiscard]] std::string_view take_while(Wanted wanted) {
    std::size_t length = 0;
    while (length < text_.size() && wanted(text_[length])) {
      ++length;
    }
    const std::string_view taken = text_.substr(0, length);
    text_.remove_prefix(length);
    return taken;
  }

  std::string_view text_;
};

}  // namespace isotherm::query
