// The power spectrum by Welch's method (P. D. Welch, "The use of fast Fourier transform for the
// estimation of power spectra", 1967): segments that overlap by half, each less its mean and under
// a Hann window, their periodograms averaged. Segments lie within a part; gaps of
// up to 8 slots in them are bridged by a straight line, longer ones are in no segment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analyse/fft.hpp"

namespace isotherm::analyse {

inline constexpr std::size_t kSegmentMin = 16;
inline constexpr std::size_t kSegmentMax = 4096;

// The length of segments for parts of up to `samples`: a power of two, so that there are several;
// 0 if that would be below kSegmentMin.
[[nodiscard]] std::size_t segment_length(std::uint64_t samples) noexcept;

struct SpectrumPart {
  std::uint64_t segments = 0;
  std::vector<double> power;  // sums of |X[k]|^2, k = 0 to length / 2; empty without segments

  void merge(const SpectrumPart& other);
};

// One thread's; used again for each part.
class Welch {
 public:
  explicit Welch(std::size_t length);

  [[nodiscard]] std::size_t length() const noexcept { return fft_.size(); }
  // All segments of consecutive values. `sums`: their running_sums() (allan.hpp).
  void add(std::span<const double> values, std::span<const double> sums, SpectrumPart& part);

 private:
  void load(std::span<const double> values, double mean, std::vector<float>& to) const;
  void add_power(SpectrumPart& part);

  Fft fft_;
  std::vector<float> window_;
  ComplexNumbers numbers_;
};

struct Peak {
  double frequency_hz = 0.0;
  double amplitude = 0.0;   // of the sine, in the sensor's unit
  double prominence = 0.0;  // its power over the median of the power around it
};

struct Spectrum {
  std::size_t length = 0;  // of a segment
  std::uint64_t segments = 0;
  double resolution_hz = 0.0;
  std::vector<double> density;  // amplitude per root hertz, one-sided, by k * resolution_hz
  std::optional<Peak> peak;
};

// `interval_s` between values. The peak is where the power stands out most over its surroundings:
// temperatures drift, so the largest power of all is always at the lowest frequency. The lowest
// two frequencies are the window's own and no candidates. Frequency and amplitude are interpolated
// from the two largest neighbours (T. Grandke, "Interpolation algorithms for discrete Fourier
// transforms of weighted signals", 1983).
[[nodiscard]] std::optional<Spectrum> spectrum_of(const SpectrumPart& part, std::size_t length,
                                                  double interval_s);

}  // namespace isotherm::analyse
