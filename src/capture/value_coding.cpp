#include "capture/value_coding.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <optional>

#include "capture/bytes.hpp"

namespace isotherm::capture {
namespace {

// Coarse ones first: where several fit, the coarser one has the smaller k. 1/16 K is the DS18B20's
// and the simulator's step, 1/256 K the LM75 family's finest but for the TMP117's 1/128;
// thousandths are what hwmon and thermal zones give; 2^-12 is for oversampling converters.
constexpr std::array<ValueGrid, 11> kGrids{{
    {ValueKind::Divide, 1.0},
    {ValueKind::Divide, 10.0},
    {ValueKind::Multiply, 0.0625},
    {ValueKind::Divide, 100.0},
    {ValueKind::Multiply, 1.0 / 128},
    {ValueKind::Multiply, 1.0 / 256},
    {ValueKind::Divide, 1000.0},
    {ValueKind::Multiply, 1.0 / 4096},
    {ValueKind::Divide, 1e4},
    {ValueKind::Divide, 1e5},
    {ValueKind::Divide, 1e6},
}};

constexpr double kIntegerLimit = 1e15;     // doubles hold integers exactly up to 2^53, 9e15
constexpr std::size_t kExceptionsIn = 64;  // at most one sample of so many may be off a grid
constexpr std::size_t kTableIn = 16;       // at most one sample of so many is a value of its own
constexpr std::size_t kExceptionBytes = 9;

constexpr std::array kGridCodings{
    Coding{Order::Base, Packing::Narrow4},         Coding{Order::Base, Packing::Planes},
    Coding{Order::Delta, Packing::Changes},        Coding{Order::Delta, Packing::Narrow2},
    Coding{Order::Delta, Packing::Narrow4},        Coding{Order::Delta, Packing::Planes},
    Coding{Order::DeltaOfDelta, Packing::Narrow2}, Coding{Order::DeltaOfDelta, Packing::Planes}};
constexpr std::array kBitsCodings{Coding{Order::Xor, Packing::Planes},
                                  Coding{Order::Delta, Packing::Planes}};
constexpr std::array kTableCodings{Coding{Order::Delta, Packing::Planes},
                                   Coding{Order::DeltaOfDelta, Packing::Planes},
                                   Coding{Order::Xor, Packing::Planes}};

std::uint64_t double_bits(double value) noexcept { return std::bit_cast<std::uint64_t>(value); }

double value_at(ValueGrid grid, std::int64_t k) noexcept {
  const auto steps = static_cast<double>(k);
  return grid.kind == ValueKind::Multiply ? steps * grid.step : steps / grid.step;
}

std::optional<std::int64_t> place_on(ValueGrid grid, double value) noexcept {
  const double steps =
      std::round(grid.kind == ValueKind::Multiply ? value / grid.step : value * grid.step);
  if (!(std::abs(steps) < kIntegerLimit)) {
    return std::nullopt;
  }
  const auto k = static_cast<std::int64_t>(steps);
  return double_bits(value_at(grid, k)) == double_bits(value) ? std::optional(k) : std::nullopt;
}

// Whether the sample is what every faulty one should be, so that its fault says all of its value.
bool goes_without_saying(const core::Sample& sample) noexcept {
  return !sample.good() && double_bits(sample.value) == 0;
}

CodedValues code_on_grid(Packer& packer, ValueGrid grid, std::span<const core::Sample> samples) {
  CodedValues out;
  out.grid = grid;
  std::vector<std::uint64_t> places(samples.size());
  std::uint64_t last = 0;
  std::size_t next = 0;  // the first sample behind the last exception
  // A column that begins with faults would jump from 0 to its first value.
  for (const core::Sample& sample : samples) {
    if (const auto k = sample.good() ? place_on(grid, sample.value) : std::nullopt) {
      last = static_cast<std::uint64_t>(*k);
      break;
    }
  }
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const auto k = samples[i].good() ? place_on(grid, samples[i].value) : std::nullopt;
    if (k) {
      last = static_cast<std::uint64_t>(*k);
    } else if (!goes_without_saying(samples[i])) {
      append_varint(out.aside, i - next);
      append_double(out.aside, samples[i].value);
      next = i + 1;
    }
    places[i] = last;
  }
  out.column = packer.pack(places, kGridCodings);
  return out;
}

// A key by which all doubles, NaN too, are in order of their value.
std::uint64_t sort_key(double value) noexcept {
  const std::uint64_t bits = double_bits(value);
  return (bits >> 63U) != 0 ? ~bits : bits | (std::uint64_t{1} << 63U);
}

double from_sort_key(std::uint64_t key) noexcept {
  return std::bit_cast<double>((key >> 63U) != 0 ? key & ~(std::uint64_t{1} << 63U) : ~key);
}

std::optional<CodedValues> code_by_table(Packer& packer, std::span<const core::Sample> samples) {
  std::vector<std::uint64_t> table;
  table.reserve(samples.size());
  for (const core::Sample& sample : samples) {
    if (sample.good()) {
      table.push_back(sort_key(sample.value));
    } else if (!goes_without_saying(sample)) {
      return std::nullopt;
    }
  }
  std::sort(table.begin(), table.end());
  table.erase(std::unique(table.begin(), table.end()), table.end());
  if (table.empty() || table.size() > samples.size() / kTableIn) {
    return std::nullopt;
  }
  std::vector<std::uint64_t> places(samples.size());
  std::uint64_t last = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (!goes_without_saying(samples[i])) {
      const auto at = std::lower_bound(table.begin(), table.end(), sort_key(samples[i].value));
      last = static_cast<std::uint64_t>(at - table.begin());
    }
    places[i] = last;
  }
  CodedValues out;
  out.grid.kind = ValueKind::Table;
  out.column = packer.pack(places, kGridCodings);
  const PackedColumn packed = packer.pack(table, kTableCodings);
  append_varint(out.aside, table.size());
  append_fixed(out.aside, packed.coding.code());
  out.aside += packed.bytes;
  return out;
}

CodedValues code_bits(Packer& packer, std::span<const core::Sample> samples) {
  std::vector<std::uint64_t> bits(samples.size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    bits[i] = double_bits(samples[i].value);
  }
  return {{}, packer.pack(bits, kBitsCodings), {}};
}

bool put_exceptions(std::string_view aside, std::vector<double>& values) {
  ByteReader reader(aside);
  std::size_t next = 0;
  while (!reader.at_end()) {
    const std::uint64_t gap = reader.varint();
    const double value = reader.real();
    if (!reader.ok() || gap >= values.size() - next) {
      return false;
    }
    next += static_cast<std::size_t>(gap);
    values[next++] = value;
  }
  return true;
}

}  // namespace

ValueGrid find_grid(std::span<const core::Sample> samples) {
  for (const ValueGrid grid : kGrids) {
    std::size_t exceptions = 0;
    const std::size_t limit = samples.size() / kExceptionsIn;
    for (std::size_t i = 0; i < samples.size() && exceptions <= limit; ++i) {
      const bool fits = samples[i].good() ? place_on(grid, samples[i].value).has_value()
                                          : goes_without_saying(samples[i]);
      exceptions += fits ? 0 : 1;
    }
    if (exceptions <= limit) {
      return grid;
    }
  }
  return {};
}

CodedValues code_values(Packer& packer, std::span<const core::Sample> samples) {
  const ValueGrid grid = find_grid(samples);
  if (grid.kind != ValueKind::Bits) {
    return code_on_grid(packer, grid, samples);
  }
  auto by_table = code_by_table(packer, samples);
  return by_table ? std::move(*by_table) : code_bits(packer, samples);
}

bool decode_values(Packer& packer, ValueGrid grid, Coding coding, std::string_view column,
                   std::string_view aside, std::span<const std::uint64_t> faults,
                   std::vector<double>& values) {
  const std::size_t count = faults.size();
  std::vector<std::uint64_t> places;
  if (!packer.unpack(column, coding, count, places)) {
    return false;
  }
  values.assign(count, 0.0);
  if (grid.kind == ValueKind::Bits) {
    std::transform(places.begin(), places.end(), values.begin(),
                   [](std::uint64_t bits) { return std::bit_cast<double>(bits); });
    return aside.empty();
  }
  if (grid.kind != ValueKind::Table) {
    for (std::size_t i = 0; i < count; ++i) {
      values[i] = faults[i] != 0 ? 0.0 : value_at(grid, static_cast<std::int64_t>(places[i]));
    }
    return aside.size() <= count * (kExceptionBytes + 1) && put_exceptions(aside, values);
  }
  ByteReader reader(aside);
  const std::uint64_t size = reader.varint();
  const auto code = reader.fixed<std::uint8_t>();
  std::vector<std::uint64_t> table;
  if (!reader.ok() || size == 0 || size > count || code >= kCodings ||
      !packer.unpack(reader.rest(), Coding::of(code), static_cast<std::size_t>(size), table)) {
    return false;
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (places[i] >= table.size()) {
      return false;
    }
    values[i] = faults[i] != 0 ? 0.0 : from_sort_key(table[static_cast<std::size_t>(places[i])]);
  }
  return true;
}

}  // namespace isotherm::capture
