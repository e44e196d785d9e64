#include "settings/quantity.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <limits>
#include <span>

#include "settings/suggestion.hpp"

namespace isotherm::settings {

namespace {

struct Unit {
  std::string_view word;
  std::uint64_t factor;  // nanoseconds, bytes, or for a frequency mHz
};

constexpr std::array kDurationUnits = {
    Unit{"ns", 1},
    Unit{"us", 1'000},
    Unit{"\u00b5s", 1'000},  // micro sign
    Unit{"\u03bcs", 1'000},  // Greek mu, which some keyboards give instead
    Unit{"ms", 1'000'000},
    Unit{"s", 1'000'000'000},
    Unit{"min", 60'000'000'000},
    Unit{"h", 3'600'000'000'000},
    Unit{"d", 86'400'000'000'000},
};
constexpr std::array kRateUnits = {Unit{"mHz", 1}, Unit{"Hz", 1'000}, Unit{"kHz", 1'000'000}};
constexpr std::array kSizeUnits = {
    Unit{"B", 1},
    Unit{"kB", 1'000},
    Unit{"MB", 1'000'000},
    Unit{"GB", 1'000'000'000},
    Unit{"TB", 1'000'000'000'000},
    Unit{"KiB", std::uint64_t{1} << 10U},
    Unit{"MiB", std::uint64_t{1} << 20U},
    Unit{"GiB", std::uint64_t{1} << 30U},
    Unit{"TiB", std::uint64_t{1} << 40U},
};

// What the three kinds say about themselves when something is wrong.
struct Kind {
  std::string_view noun;
  std::string_view units;
  std::string_view example;
  std::span<const Unit> table;
};

constexpr Kind kDuration{"a duration", "ns, us, ms, s, min, h or d", "\"10 ms\" or \"5 s\"",
                         kDurationUnits};
constexpr Kind kRate{"a frequency", "mHz, Hz or kHz", "\"100 Hz\" or \"1 kHz\"", kRateUnits};
constexpr Kind kSize{"a size", "B, kB, MB, GB, TB, KiB, MiB, GiB or TiB", "\"64 MB\" or \"1 MiB\"",
                     kSizeUnits};
constexpr std::array kKinds = {&kDuration, &kRate, &kSize};

// Far beyond what any unit can hold, and short enough for a message.
constexpr std::size_t kTextLimit = 64;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(" \t");
  if (from == std::string_view::npos) {
    return {};
  }
  return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

const Unit* find_unit(const Kind& kind, std::string_view word) {
  for (const Unit& unit : kind.table) {
    if (unit.word == word) {
      return &unit;
    }
  }
  return nullptr;
}

// A number without its decimal point: 12.50 is the digits 125 with one decimal.
struct Decimal {
  std::string digits;
  std::size_t decimals = 0;
};

struct Parsed {
  Decimal number;
  const Unit* unit = nullptr;
  std::string problem;
  std::string mend;
};

Parsed refused(std::string problem, std::string mend) {
  return {{}, nullptr, std::move(problem), std::move(mend)};
}

std::string write_it_as(const Kind& kind) {
  return "write for example " + std::string(kind.example);
}

Parsed wrong_unit(const Kind& kind, const std::string& written, std::string_view word) {
  for (const Kind* other : kKinds) {
    if (other != &kind && find_unit(*other, word) != nullptr) {
      return refused(
          written + " is " + std::string(other->noun) + ", not " + std::string(kind.noun),
          write_it_as(kind));
    }
  }
  std::string mend;
  for (const Unit& unit : kind.table) {
    if (mend.empty() && equal_but_for_case(unit.word, word)) {
      mend = "did you mean " + in_quotes(unit.word) + "? ";
    }
  }
  mend += "units are " + std::string(kind.units);
  return refused(written + " has an unknown unit " + in_quotes(word), mend);
}

// Splits "12.5 ms" into its number and its unit of that kind.
Parsed parse(const Kind& kind, std::string_view text) {
  text = trimmed(text);
  if (text.empty()) {
    return refused("an empty text is not " + std::string(kind.noun), write_it_as(kind));
  }
  if (text.size() > kTextLimit) {
    return refused(
        "a text of " + std::to_string(text.size()) + " characters is not " + std::string(kind.noun),
        write_it_as(kind));
  }
  const std::string written = in_quotes(text);
  if (text.front() == '-') {
    return refused(written + " is negative", std::string(kind.noun) + " is 0 or more");
  }
  Parsed parsed;
  std::size_t at = 0;
  const auto take_digits = [&] {
    const std::size_t from = at;
    while (at < text.size() && is_digit(text[at])) {
      ++at;
    }
    parsed.number.digits.append(text.substr(from, at - from));
    return at - from;
  };
  bool well_formed = take_digits() > 0;
  if (well_formed && at < text.size() && text[at] == '.') {
    ++at;
    parsed.number.decimals = take_digits();
    well_formed = parsed.number.decimals > 0;
  }
  if (!well_formed) {
    return refused(written + " is not " + std::string(kind.noun), write_it_as(kind));
  }
  const std::string_view word = trimmed(text.substr(at));
  if (word.empty()) {
    return refused(written + " has no unit", write_it_as(kind));
  }
  parsed.unit = find_unit(kind, word);
  if (parsed.unit == nullptr) {
    return wrong_unit(kind, written, word);
  }
  while (parsed.number.decimals > 0 && parsed.number.digits.back() == '0') {
    parsed.number.digits.pop_back();
    --parsed.number.decimals;
  }
  return parsed;
}

// The digits as a number; nothing if it is above `limit`.
std::optional<std::uint64_t> number_of(std::string_view digits, std::uint64_t limit) {
  std::uint64_t number = 0;
  for (const char c : digits) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (number > (limit - digit) / 10) {
      return std::nullopt;
    }
    number = number * 10 + digit;
  }
  return number;
}

// number * factor by the school's method, digit by digit from the right, so that nothing can
// overflow: the carry stays below the factor, and the largest factor is 8.64e13.
Decimal multiplied(const Decimal& number, std::uint64_t factor) {
  std::string reversed;
  std::uint64_t carry = 0;
  for (auto digit = number.digits.rbegin(); digit != number.digits.rend() || carry > 0;) {
    if (digit != number.digits.rend()) {
      carry += static_cast<std::uint64_t>(*digit - '0') * factor;
      ++digit;
    }
    reversed.push_back(static_cast<char>('0' + carry % 10));
    carry /= 10;
  }
  return {{reversed.rbegin(), reversed.rend()}, number.decimals};
}

template <typename T>
Quantity<T> failed(std::string problem, std::string mend) {
  return {std::nullopt, false, std::move(problem), std::move(mend)};
}

// Durations and sizes: a whole number of the smallest unit.
template <typename T>
Quantity<T> parse_whole(const Kind& kind, std::string_view text, std::uint64_t limit,
                        std::string_view smallest) {
  const Parsed parsed = parse(kind, text);
  if (parsed.unit == nullptr) {
    return failed<T>(parsed.problem, parsed.mend);
  }
  const std::string written = in_quotes(trimmed(text));
  const Decimal product = multiplied(parsed.number, parsed.unit->factor);
  const auto point = product.digits.size() - product.decimals;
  if (product.digits.find_first_not_of('0', point) != std::string::npos) {
    return failed<T>(written + " is not a whole number of " + std::string(smallest),
                     "write fewer decimals");
  }
  const auto number = number_of(std::string_view(product.digits).substr(0, point), limit);
  if (!number) {
    return failed<T>(written + " is too large", write_it_as(kind));
  }
  return {T(*number), false, {}, {}};
}

std::string with_decimals(std::uint64_t value, std::uint64_t factor) {
  std::string text = std::to_string(value / factor);
  std::uint64_t rest = value % factor;
  if (rest == 0) {
    return text;
  }
  text.push_back('.');
  for (std::uint64_t place = factor / 10; rest > 0; place /= 10) {
    text.push_back(static_cast<char>('0' + rest / place));
    rest %= place;
  }
  return text;
}

}  // namespace

Quantity<core::Nanoseconds> parse_duration(std::string_view text) {
  struct Count {
    explicit Count(std::uint64_t count) : duration(static_cast<std::int64_t>(count)) {}
    core::Nanoseconds duration;
  };
  constexpr auto kLimit = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  auto count = parse_whole<Count>(kDuration, text, kLimit, "nanoseconds");
  if (!count.ok()) {
    return failed<core::Nanoseconds>(std::move(count.problem), std::move(count.mend));
  }
  return {count.value->duration, false, {}, {}};
}

Quantity<std::uint64_t> parse_size(std::string_view text) {
  return parse_whole<std::uint64_t>(kSize, text, std::numeric_limits<std::uint64_t>::max(),
                                    "bytes");
}

Quantity<core::Nanoseconds> parse_rate(std::string_view text) {
  using Result = Quantity<core::Nanoseconds>;
  const Parsed parsed = parse(kRate, text);
  if (parsed.unit == nullptr) {
    return failed<core::Nanoseconds>(parsed.problem, parsed.mend);
  }
  const std::string written = in_quotes(trimmed(text));
  const Decimal mhz = multiplied(parsed.number, parsed.unit->factor);
  // Ten times a remainder must not overflow in the long division below.
  constexpr std::uint64_t kDivisorLimit = std::numeric_limits<std::uint64_t>::max() / 20;
  const auto divisor = number_of(mhz.digits, kDivisorLimit);
  if (!divisor) {
    return failed<core::Nanoseconds>(written + " has too many digits", write_it_as(kRate));
  }
  if (*divisor == 0) {
    return failed<core::Nanoseconds>(written + " never comes", write_it_as(kRate));
  }
  // period in ns = 10^9 * 10^3 / mHz: a one and its zeros, divided digit by digit.
  std::uint64_t quotient = 0;
  std::uint64_t remainder = 1;
  for (std::size_t zeros = 12 + mhz.decimals; zeros > 0; --zeros) {
    remainder *= 10;
    if (quotient > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) / 20) {
      return failed<core::Nanoseconds>(written + " is too slow", write_it_as(kRate));
    }
    quotient = quotient * 10 + remainder / *divisor;
    remainder %= *divisor;
  }
  const bool rounded = remainder != 0;
  if (remainder >= *divisor - remainder) {
    ++quotient;
  }
  if (quotient == 0) {
    return failed<core::Nanoseconds>(written + " is too fast", write_it_as(kRate));
  }
  return Result{core::Nanoseconds{static_cast<std::int64_t>(quotient)}, rounded, {}, {}};
}

std::string duration_text(core::Nanoseconds duration) {
  const bool negative = duration.count() < 0;
  const auto count = negative ? std::uint64_t{0} - static_cast<std::uint64_t>(duration.count())
                              : static_cast<std::uint64_t>(duration.count());
  std::string text;
  if (count == 0) {
    text = "0 s";
  } else if (count % 86'400'000'000'000U == 0) {
    text = std::to_string(count / 86'400'000'000'000U) + " d";
  } else if (count % 3'600'000'000'000U == 0) {
    text = std::to_string(count / 3'600'000'000'000U) + " h";
  } else if (count % 60'000'000'000U == 0) {
    text = std::to_string(count / 60'000'000'000U) + " min";
  } else if (count >= 1'000'000'000U) {
    text = with_decimals(count, 1'000'000'000U) + " s";
  } else if (count >= 1'000'000U) {
    text = with_decimals(count, 1'000'000U) + " ms";
  } else if (count >= 1'000U) {
    text = with_decimals(count, 1'000U) + " us";
  } else {
    text = std::to_string(count) + " ns";
  }
  return negative ? "-" + text : text;
}

std::string size_text(std::uint64_t bytes) {
  // The largest unit of which it is a whole number.
  const Unit* best = kSizeUnits.data();
  for (const Unit& unit : kSizeUnits) {
    if (bytes != 0 && bytes % unit.factor == 0 && unit.factor > best->factor) {
      best = &unit;
    }
  }
  return std::to_string(bytes / best->factor) + " " + std::string(best->word);
}

}  // namespace isotherm::settings
