#include "core/text_parts.hpp"

#include <chrono>

namespace isotherm::core {
namespace {

constexpr int kDecimalsLimit = 6;
// The longest double in fixed notation: 309 digits, sign, point and the decimals.
constexpr std::size_t kNumberLimit = 336;

}  // namespace

void append_time(std::string& out, WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::milliseconds>(time - day)};
  // WallTime ends in 2262 and begins in 1677, so the year has four digits.
  append_integer(out, static_cast<int>(date.year()), 4);
  out += '-';
  append_integer(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  append_integer(out, static_cast<unsigned>(date.day()), 2);
  out += 'T';
  append_integer(out, clock.hours().count(), 2);
  out += ':';
  append_integer(out, clock.minutes().count(), 2);
  out += ':';
  append_integer(out, clock.seconds().count(), 2);
  out += '.';
  append_integer(out, clock.subseconds().count(), 3);
  out += 'Z';
}

void append_value(std::string& out, double value) {
  std::array<char, kNumberLimit + kDecimalsLimit> digits{};
  char* const first = digits.data();
  char* const limit = first + digits.size();
  const auto shortest = std::to_chars(first, limit, value, std::chars_format::fixed);
  std::string_view text(first, shortest.ec == std::errc{}
                                   ? static_cast<std::size_t>(shortest.ptr - first)
                                   : std::size_t{0});
  const std::size_t point = text.find('.');
  // Also where 1e-300 did not fit the buffer at all.
  if (text.empty() || (point != std::string_view::npos &&
                       text.size() - point - 1 > static_cast<std::size_t>(kDecimalsLimit))) {
    const auto rounded =
        std::to_chars(first, limit, value, std::chars_format::fixed, kDecimalsLimit);
    text = std::string_view(first, static_cast<std::size_t>(rounded.ptr - first));
    text = text.substr(0, text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) {
      text.remove_suffix(1);
    }
  }
  out += text == "-0" ? std::string_view("0") : text;
}

void append_json_name(std::string& out, std::string_view name) {
  out += out.size() > 1 ? ",\"" : "\"";
  out += name;
  out += "\":";
}

}  // namespace isotherm::core
