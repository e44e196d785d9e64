#include "view/dot_canvas.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace isotherm::view {
namespace {

// The bits of a braille pattern, row by row (The Unicode Standard, block U+2800).
constexpr std::array<std::array<std::uint8_t, 2>, 4> kBrailleBits = {
    {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}};

std::string braille(std::uint8_t dots) {
  // U+2800 + dots as three bytes of UTF-8 (RFC 3629).
  std::string text = "\xE2";
  text += static_cast<char>(0xA0U + (dots >> 6U));
  text += static_cast<char>(0x80U + (dots & 0x3FU));
  return text;
}

}  // namespace

DotCanvas::DotCanvas(CanvasSize size, bool unicode)
    : size_{size},
      unicode_{unicode},
      across_{unicode ? std::size_t{2} : std::size_t{1}},
      down_{unicode ? std::size_t{4} : std::size_t{1}},
      cells_(size.columns * size.rows) {}

void DotCanvas::set(Dot dot, std::size_t owner, Stroke stroke) {
  if (dot.x >= dots_across() || dot.y >= dots_down()) {
    return;
  }
  Cell& cell = cells_[dot.y / down_ * size_.columns + dot.x / across_];
  cell.dots |= unicode_ ? kBrailleBits.at(dot.y % down_).at(dot.x % across_) : std::uint8_t{1};
  if (stroke == Stroke::Line || !cell.owner || cell.stroke == Stroke::Band) {
    cell.owner = owner;
    cell.stroke = stroke;
  }
}

// Bresenham 1965, in all directions.
void DotCanvas::line(Dot from, Dot to, std::size_t owner) {
  const auto across = static_cast<std::int64_t>(to.x) - static_cast<std::int64_t>(from.x);
  const auto down = static_cast<std::int64_t>(to.y) - static_cast<std::int64_t>(from.y);
  const std::int64_t steps = std::max(std::abs(across), std::abs(down));
  for (std::int64_t i = 0; i <= steps; ++i) {
    const auto along = [i, steps](std::size_t begin, std::int64_t distance) {
      const std::int64_t twice =
          steps == 0 ? 0 : 2 * i * distance + (distance < 0 ? -steps : steps);
      return static_cast<std::size_t>(static_cast<std::int64_t>(begin) +
                                      (steps == 0 ? 0 : twice / (2 * steps)));
    };
    set({.x = along(from.x, across), .y = along(from.y, down)}, owner, Stroke::Line);
  }
}

void DotCanvas::put(std::size_t column, std::size_t row, char letter, std::size_t owner) {
  if (column < size_.columns && row < size_.rows) {
    cells_[row * size_.columns + column] = {
        .dots = 0, .owner = owner, .stroke = Stroke::Line, .letter = letter};
  }
}

DotCanvas::Character DotCanvas::at(std::size_t column, std::size_t row,
                                   const std::string& letters) const {
  const Cell& cell = cells_[row * size_.columns + column];
  if (!cell.owner) {
    return {.text = " ", .owner = std::nullopt, .stroke = Stroke::Band};
  }
  std::string text;
  if (cell.letter != '\0') {
    text = std::string(1, cell.letter);
  } else if (unicode_) {
    text = braille(cell.dots);
  } else {
    text = cell.stroke == Stroke::Band ? "." : std::string(1, letters.at(*cell.owner));
  }
  return {.text = text, .owner = cell.owner, .stroke = cell.stroke};
}

}  // namespace isotherm::view
