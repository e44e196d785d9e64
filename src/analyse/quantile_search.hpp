// Exact quantiles where there are too many different values to count them all: by more passes over
// the captures, each of which narrows every quantile down by 16 more of its 64 bits (radix
// selection). Doubles are taken in an order in which their bits are unsigned integers.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <span>

#include "analyse/sensor_report.hpp"

namespace isotherm::analyse {

// Hands all values, in any order, in pieces, to the function that it is given; the same ones each
// time, or the quantiles are not those of either time.
using EachValues = std::function<void(const std::function<void(std::span<const double>)>&)>;

// Of the finite values; there is at least one.
[[nodiscard]] std::array<double, kFractions.size()> search_quantiles(const EachValues& each);

}  // namespace isotherm::analyse
