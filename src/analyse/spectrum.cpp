#include "analyse/spectrum.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

namespace isotherm::analyse {
namespace {

constexpr std::size_t kLowest = 3;   // Hann's main lobe about 0 ends before it
constexpr std::size_t kAround = 16;  // bins on each side that a peak is held against
constexpr std::size_t kApart = 2;    // its own main lobe, on each side

double hann(std::size_t i, std::size_t length) noexcept {
  const double angle =
      2.0 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(length);
  return 0.5 - 0.5 * std::cos(angle);
}

double median_around(const std::vector<double>& power, std::size_t bin) {
  std::vector<double> around;
  const std::size_t from = bin > kLowest + kAround ? bin - kAround : kLowest;
  const std::size_t to = std::min(power.size(), bin + kAround + 1);
  for (std::size_t i = from; i < to; ++i) {
    if (i + kApart < bin || i > bin + kApart) {
      around.push_back(power[i]);
    }
  }
  if (around.empty()) {
    return 0.0;
  }
  const auto middle = around.begin() + static_cast<std::ptrdiff_t>(around.size() / 2);
  std::nth_element(around.begin(), middle, around.end());
  return *middle;
}

double sinc_factor(double offset) noexcept {
  const double angle = std::numbers::pi * offset;
  return std::abs(angle) < 1e-9 ? 1.0 : angle / std::sin(angle);
}

// Where between the bins it is, and how large, with `window_sum` the sum of the window.
Peak interpolated(const std::vector<double>& power, std::size_t bin, std::uint64_t segments,
                  double window_sum) {
  const auto magnitude = [&](std::size_t i) {
    return std::sqrt(power[i] / static_cast<double>(segments));
  };
  const bool above = bin + 1 < power.size() && power[bin + 1] > power[bin - 1];
  const double ratio = magnitude(above ? bin + 1 : bin - 1) / magnitude(bin);
  const double offset = std::clamp((2.0 * ratio - 1.0) / (ratio + 1.0), 0.0, 1.0);
  Peak peak;
  peak.frequency_hz = static_cast<double>(bin) + (above ? offset : -offset);
  const double undo = offset < 1.0 ? (1.0 - offset * offset) * sinc_factor(offset) : 1.0;
  peak.amplitude = 2.0 * magnitude(bin) / window_sum * undo;
  return peak;
}

std::optional<Peak> find_peak(const SpectrumPart& part, double window_sum) {
  std::optional<std::size_t> best;
  double prominence = 0.0;
  const std::vector<double>& power = part.power;
  for (std::size_t bin = kLowest; bin + 1 < power.size(); ++bin) {
    if (power[bin] < power[bin - 1] || power[bin] < power[bin + 1]) {
      continue;
    }
    const double around = median_around(power, bin);
    if (around > 0.0 && power[bin] / around > prominence) {
      prominence = power[bin] / around;
      best = bin;
    }
  }
  if (!best) {
    return std::nullopt;
  }
  Peak peak = interpolated(power, *best, part.segments, window_sum);
  peak.prominence = prominence;
  return peak;
}

}  // namespace

std::size_t segment_length(std::uint64_t samples) noexcept {
  const std::uint64_t length = std::bit_floor(samples / 2);
  return length < kSegmentMin
             ? 0
             : static_cast<std::size_t>(std::min(length, std::uint64_t{kSegmentMax}));
}

void SpectrumPart::merge(const SpectrumPart& other) {
  if (other.segments == 0) {
    return;
  }
  segments += other.segments;
  power.resize(other.power.size());
  for (std::size_t i = 0; i < power.size(); ++i) {
    power[i] += other.power[i];
  }
}

Welch::Welch(std::size_t length) : fft_(length) {
  for (std::size_t i = 0; i < length; ++i) {
    window_.push_back(static_cast<float>(hann(i, length)));
  }
  numbers_.real.resize(length);
  numbers_.imaginary.resize(length);
}

void Welch::load(std::span<const double> values, double mean, std::vector<float>& to) const {
  for (std::size_t i = 0; i < window_.size(); ++i) {
    to[i] = static_cast<float>(values[i] - mean) * window_[i];
  }
}

// Two segments are transformed at once, as the real and the imaginary parts. Of A + iB the sum of
// both periodograms is (|Z[k]|^2 + |Z[n - k]|^2) / 2, and the sum is all that is wanted.
void Welch::add_power(SpectrumPart& part) {
  fft_.transform(numbers_);
  const std::size_t length = fft_.size();
  const auto square = [this](std::size_t i) {
    const double real = numbers_.real[i];
    const double imaginary = numbers_.imaginary[i];
    return real * real + imaginary * imaginary;
  };
  part.power.resize(length / 2 + 1);
  part.power[0] += square(0);
  for (std::size_t i = 1; i <= length / 2; ++i) {
    part.power[i] += (square(i) + square(length - i)) / 2.0;
  }
}

void Welch::add(std::span<const double> values, std::span<const double> sums, SpectrumPart& part) {
  const std::size_t length = fft_.size();
  const std::size_t hop = length / 2;
  const auto segment = [&](std::size_t from, std::vector<float>& to) {
    const double mean =
        values.front() + (sums[from + length] - sums[from]) / static_cast<double>(length);
    load(values.subspan(from, length), mean, to);
    ++part.segments;
  };
  for (std::size_t from = 0; from + length <= values.size(); from += 2 * hop) {
    segment(from, numbers_.real);
    if (from + hop + length <= values.size()) {
      segment(from + hop, numbers_.imaginary);
    } else {
      std::fill(numbers_.imaginary.begin(), numbers_.imaginary.end(), 0.0F);
    }
    add_power(part);
  }
}

std::optional<Spectrum> spectrum_of(const SpectrumPart& part, std::size_t length,
                                    double interval_s) {
  if (part.segments == 0) {
    return std::nullopt;
  }
  Spectrum out;
  out.length = length;
  out.segments = part.segments;
  out.resolution_hz = 1.0 / (interval_s * static_cast<double>(length));
  double window_sum = 0.0;
  double window_squares = 0.0;
  for (std::size_t i = 0; i < length; ++i) {
    window_sum += hann(i, length);
    window_squares += hann(i, length) * hann(i, length);
  }
  for (const double power : part.power) {
    out.density.push_back(
        std::sqrt(2.0 * power / static_cast<double>(part.segments) * interval_s / window_squares));
  }
  out.peak = find_peak(part, window_sum);
  if (out.peak) {
    out.peak->frequency_hz *= out.resolution_hz;
  }
  return out;
}

}  // namespace isotherm::analyse
