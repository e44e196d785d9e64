// The values of a chunk, to the last bit, in as few bytes as their sensor's resolution allows.
//
// A thermometer counts in steps, so a value is `k * step` or `k / divisor` with an integer k, and
// the k are what is stored. Which of the two it is, and which step, is found by trying those that
// converters and the kernel's files have. One operation each, so that no compiler can fuse it into
// another and round differently on another machine. Where a calibration (scale, offset) has bent
// the grid, the few different values of a chunk stand in a table and the k are places in it. What
// is neither is stored as the bits of the doubles, each against the one before.
//
// Samples with a fault have the value 0, which needs no place: their k repeats the one before.
// Values that are off the grid (a spike, -0.0, NaN) are exceptions and stand aside with their bits.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "capture/packing.hpp"
#include "core/sample.hpp"

namespace isotherm::capture {

enum class ValueKind : std::uint8_t { Bits, Multiply, Divide, Table };

struct ValueGrid {
  ValueKind kind = ValueKind::Bits;
  double step = 0.0;  // Multiply: degC a step; Divide: steps a degC; else 0
};

// The grid on which all but a few of the good samples lie; Bits if there is none.
[[nodiscard]] ValueGrid find_grid(std::span<const core::Sample> samples);

struct CodedValues {
  ValueGrid grid{};
  PackedColumn column{};  // k, or bits
  std::string aside{};    // the exceptions, or the table
};

[[nodiscard]] CodedValues code_values(Packer& packer, std::span<const core::Sample> samples);

// The opposite. `faults` has a code for each sample, 0 for good ones. False if it does not fit.
[[nodiscard]] bool decode_values(Packer& packer, ValueGrid grid, Coding coding,
                                 std::string_view column, std::string_view aside,
                                 std::span<const std::uint64_t> faults,
                                 std::vector<double>& values);

}  // namespace isotherm::capture
