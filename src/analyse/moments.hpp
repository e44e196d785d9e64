// Sums that can be taken of parts and merged: mean, spread and slope, all about the parts' own
// means, so that nothing is lost where the values are large and their spread is small.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

namespace isotherm::analyse {

// Chan, Golub, LeVeque: "Updating formulae and a pairwise algorithm for computing sample
// variances" (1979), formula 2.1.
struct Moments {
  std::uint64_t count = 0;
  double mean = 0.0;
  double squares = 0.0;  // sum of (x - mean)^2

  void merge(const Moments& other) noexcept {
    if (other.count == 0) {
      return;
    }
    const auto n = static_cast<double>(count);
    const auto m = static_cast<double>(other.count);
    const double distance = other.mean - mean;
    mean += distance * m / (n + m);
    squares += other.squares + distance * distance * n * m / (n + m);
    count += other.count;
  }
  // Sample standard deviation (n - 1); none for less than two.
  [[nodiscard]] std::optional<double> deviation() const noexcept {
    return count < 2 ? std::nullopt
                     : std::optional(std::sqrt(squares / static_cast<double>(count - 1)));
  }
};

// What the least-squares line through (x, y) takes; x in hours. Merged as the moments are: a
// co-moment is a sum of squares of two.
struct LineSums {
  std::uint64_t count = 0;
  double x_mean = 0.0;
  double y_mean = 0.0;
  double xx = 0.0;  // sum of (x - x_mean)^2
  double xy = 0.0;
  double yy = 0.0;

  void merge(const LineSums& other) noexcept {
    if (other.count == 0) {
      return;
    }
    const auto n = static_cast<double>(count);
    const auto m = static_cast<double>(other.count);
    const double weight = n * m / (n + m);
    const double dx = other.x_mean - x_mean;
    const double dy = other.y_mean - y_mean;
    x_mean += dx * m / (n + m);
    y_mean += dy * m / (n + m);
    xx += other.xx + dx * dx * weight;
    xy += other.xy + dx * dy * weight;
    yy += other.yy + dy * dy * weight;
    count += other.count;
  }
  // Adds a line with a height of its own: only the slope is common to both. For runs, between which
  // nobody knows how much time went by.
  void pool(const LineSums& other) noexcept {
    count += other.count;
    xx += other.xx;
    xy += other.xy;
    yy += other.yy;
  }
  // Of y an hour; none where all x are the same.
  [[nodiscard]] std::optional<double> slope() const noexcept {
    return xx > 0.0 ? std::optional(xy / xx) : std::nullopt;
  }
};

}  // namespace isotherm::analyse
