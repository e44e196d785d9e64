// Characters of a terminal made of dots: 2 by 4 of them a character as Unicode's braille patterns
// (U+2800 to U+28FF), or one a character in ASCII. Internal to view/. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace isotherm::view {

struct CanvasSize {
  std::size_t columns = 0;  // of characters
  std::size_t rows = 0;
};

struct Dot {
  std::size_t x = 0;
  std::size_t y = 0;  // from the top
};

class DotCanvas {
 public:
  enum class Stroke : std::uint8_t { Band, Line };

  DotCanvas(CanvasSize size, bool unicode);

  [[nodiscard]] std::size_t dots_across() const noexcept { return size_.columns * across_; }
  [[nodiscard]] std::size_t dots_down() const noexcept { return size_.rows * down_; }
  [[nodiscard]] std::size_t row_of_dot(std::size_t y) const noexcept { return y / down_; }
  [[nodiscard]] std::size_t column_of_dot(std::size_t x) const noexcept { return x / across_; }

  // A dot of line number `owner`; the last line in a character gives it its colour or letter.
  void set(Dot dot, std::size_t owner, Stroke stroke);
  void line(Dot from, Dot to, std::size_t owner);
  // A letter in place of dots.
  void put(std::size_t column, std::size_t row, char letter, std::size_t owner);

  struct Character {
    std::string text;                  // " ", a braille pattern, a letter
    std::optional<std::size_t> owner;  // nothing where it is blank
    Stroke stroke = Stroke::Band;
  };
  // `letters`: one a line, for ASCII.
  [[nodiscard]] Character at(std::size_t column, std::size_t row, const std::string& letters) const;

 private:
  struct Cell {
    std::uint8_t dots = 0;
    std::optional<std::size_t> owner;
    Stroke stroke = Stroke::Band;
    char letter = '\0';
  };

  CanvasSize size_;
  bool unicode_;
  std::size_t across_;  // dots a character
  std::size_t down_;
  std::vector<Cell> cells_;
};

}  // namespace isotherm::view
