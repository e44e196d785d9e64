#include "analyse/spectrum.hpp"

#include <gtest/gtest.h>

#include <complex>
#include <numbers>
#include <random>

#include "analyse/allan.hpp"

namespace isotherm::analyse {
namespace {

constexpr double kTurn = 2.0 * std::numbers::pi;

TEST(Fft, IsTheSumThatDefinesIt) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  for (const std::size_t size : {4U, 8U, 16U, 32U, 128U, 1024U}) {
    ComplexNumbers numbers;
    for (std::size_t i = 0; i < size; ++i) {
      numbers.real.push_back(normal(random));
      numbers.imaginary.push_back(normal(random));
    }
    const ComplexNumbers before = numbers;
    Fft(size).transform(numbers);
    for (std::size_t k = 0; k < size; ++k) {
      std::complex<double> sum;
      for (std::size_t n = 0; n < size; ++n) {
        sum +=
            std::complex<double>(before.real[n], before.imaginary[n]) *
            std::polar(1.0, -kTurn * static_cast<double>(k * n % size) / static_cast<double>(size));
      }
      EXPECT_NEAR(numbers.real[k], sum.real(), 2e-4) << size;
      EXPECT_NEAR(numbers.imaginary[k], sum.imag(), 2e-4) << size;
    }
  }
}

std::optional<Spectrum> spectrum(const std::vector<double>& values, std::size_t length,
                                 double interval) {
  Welch welch(length);
  std::vector<double> sums;
  running_sums(values, sums);
  SpectrumPart part;
  welch.add(values, sums, part);
  return spectrum_of(part, length, interval);
}

std::vector<double> sine(double hertz, double amplitude, double noise, std::size_t count) {
  std::mt19937 random(4);
  std::normal_distribution<double> normal(0.0, noise);
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) {
    const double time = static_cast<double>(i) * 1e-3;
    values.push_back(25.0 + 0.01 * time + amplitude * std::sin(kTurn * hertz * time) +
                     normal(random));
  }
  return values;
}

TEST(Spectrum, FindsASineBetweenTwoFrequencies) {
  for (const double hertz : {17.3, 50.0, 112.25, 433.333}) {
    const auto found = spectrum(sine(hertz, 0.05, 0.02, 20'000), 1024, 1e-3);
    ASSERT_TRUE(found && found->peak);
    EXPECT_NEAR(found->peak->frequency_hz, hertz, 0.1);
    EXPECT_NEAR(found->peak->amplitude, 0.05, 0.002);
    EXPECT_GT(found->peak->prominence, 20.0);
  }
}

TEST(Spectrum, NoiseHasItsDensityAndNoPeakWorthTheName) {
  const auto found = spectrum(sine(10.0, 0.0, 0.1, 200'000), 512, 1e-3);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->segments, (200'000 - 512) / 256 + 1U);
  double squares = 0.0;
  for (std::size_t i = 3; i < 250; ++i) {
    squares += found->density[i] * found->density[i] / 247.0;
  }
  // White noise of standard deviation s at rate f has s * sqrt(2 / f) on one side.
  EXPECT_NEAR(std::sqrt(squares), 0.1 * std::sqrt(2.0 / 1000.0), 1e-4);
  ASSERT_TRUE(found->peak);
  EXPECT_LT(found->peak->prominence, 1.5);
}

TEST(Spectrum, AnOddNumberOfSegmentsAndPartsMerged) {
  const std::vector<double> values = sine(50.0, 0.1, 0.01, 1024 + 512 + 512);
  Welch welch(1024);
  std::vector<double> sums;
  running_sums(values, sums);
  SpectrumPart one;
  welch.add(values, sums, one);
  EXPECT_EQ(one.segments, 3U);
  SpectrumPart twice;
  twice.merge(one);
  twice.merge({});
  twice.merge(one);
  EXPECT_EQ(twice.segments, 6U);
  EXPECT_DOUBLE_EQ(twice.power[51], 2.0 * one.power[51]);
}

TEST(Spectrum, LengthLeavesSeveralSegments) {
  EXPECT_EQ(segment_length(31), 0U);
  EXPECT_EQ(segment_length(32), 16U);
  EXPECT_EQ(segment_length(1000), 256U);
  EXPECT_EQ(segment_length(8192), 4096U);
  EXPECT_EQ(segment_length(1U << 20U), kSegmentMax);
}

TEST(Spectrum, TooFewValuesHaveNone) {
  EXPECT_FALSE(spectrum(sine(1.0, 1.0, 0.0, 100), 128, 1e-3));
}

}  // namespace
}  // namespace isotherm::analyse
