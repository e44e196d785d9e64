#include "analyse/allan.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <optional>
#include <random>
#include <vector>

namespace isotherm::analyse {
namespace {

using Values = std::vector<std::optional<double>>;  // by slot; nothing where there is none

// The definition, slot by slot: what the header says, in the plainest way.
std::map<std::uint64_t, AllanSum> reference(const Values& values, std::uint64_t first) {
  std::map<std::uint64_t, AllanSum> out;
  const auto average = [&](std::uint64_t from, std::uint64_t width) -> std::optional<double> {
    // Up to 64 all have to be there; beyond each quarter is a block of its own.
    const std::uint64_t parts = width > 64 ? 4 : 1;
    double means = 0.0;
    for (std::uint64_t part = 0; part < parts; ++part) {
      const std::uint64_t slots = width / parts;
      double sum = 0.0;
      std::uint64_t count = 0;
      for (std::uint64_t i = 0; i < slots; ++i) {
        const std::uint64_t slot = from + part * slots + i;
        const auto place = static_cast<std::size_t>(slot - first);
        if (slot >= first && slot - first < values.size() && values[place]) {
          sum += *values[place];
          ++count;
        }
      }
      if (width > 64 ? count * 2 <= slots : count < slots) {
        return std::nullopt;
      }
      means += sum / static_cast<double>(count);
    }
    return means / static_cast<double>(parts);
  };
  for (std::uint64_t width = 1; width <= values.size(); width *= 2) {
    const std::uint64_t stride = std::max<std::uint64_t>(width / 4, 1);
    for (std::uint64_t slot = first / stride * stride; slot < first + values.size();
         slot += stride) {
      const auto one = average(slot, width);
      const auto next = average(slot + width, width);
      if (one && next) {
        out[width].squares += (*next - *one) * (*next - *one);
        ++out[width].terms;
      }
    }
  }
  return out;
}

AllanPart part_of(const Values& values, std::uint64_t first, std::size_t from, std::size_t to) {
  AllanPart part;
  std::vector<double> section;
  std::vector<double> sums;
  for (std::size_t i = from; i <= to; ++i) {
    if (i < to && values[i]) {
      section.push_back(*values[i]);
    } else if (!section.empty()) {
      running_sums(section, sums);
      add_section({first + i - section.size(), section}, sums, part);
      section.clear();
    }
  }
  return part;
}

// In parts of 1 to `longest` slots.
std::vector<AllanSeries::Point> in_parts(const Values& values, std::uint64_t first,
                                         std::size_t longest) {
  std::mt19937 random(3);
  AllanSeries series;
  for (std::size_t from = 0; from < values.size();) {
    const std::size_t to = std::min(values.size(), from + 1 + random() % longest);
    series.merge(part_of(values, first, from, to));
    from = to;
  }
  series.end_run();
  return series.points();
}

void expect_as_defined(const Values& values, std::uint64_t first) {
  const auto wanted = reference(values, first);
  for (const std::size_t longest : {std::size_t{7}, std::size_t{300}, values.size()}) {
    const auto points = in_parts(values, first, longest);
    ASSERT_EQ(points.size(), wanted.size()) << longest;
    for (const auto& point : points) {
      const AllanSum& sum = wanted.at(point.intervals);
      EXPECT_EQ(point.terms, sum.terms) << point.intervals << " in parts of " << longest;
      EXPECT_NEAR(point.deviation, std::sqrt(sum.squares / (2.0 * static_cast<double>(sum.terms))),
                  1e-9)
          << point.intervals << " in parts of " << longest;
    }
  }
}

Values noise(std::size_t count, double gaps) {
  std::mt19937 random(11);
  std::normal_distribution<double> normal(20.0, 0.5);
  std::uniform_real_distribution<double> chance(0.0, 1.0);
  Values values;
  for (std::size_t i = 0; i < count; ++i) {
    const double value = normal(random);
    values.push_back(chance(random) < gaps && i > 0 ? std::nullopt : std::optional(value));
  }
  values.back() = 20.0;
  return values;
}

TEST(Allan, PartsOfAnySizeComeToWhatIsDefined) { expect_as_defined(noise(5000, 0.0), 0); }

TEST(Allan, PartsThatBeginAnywhereComeToWhatIsDefined) {
  expect_as_defined(noise(3000, 0.0), 12'345);
}

TEST(Allan, GapsComeToWhatIsDefined) {
  expect_as_defined(noise(4000, 0.02), 77);
  expect_as_defined(noise(2000, 0.45), 0);
}

TEST(Allan, ALongGapLeavesNoAverageAcrossIt) {
  Values values = noise(3000, 0.0);
  for (std::size_t i = 700; i < 1900; ++i) {
    values[i].reset();
  }
  expect_as_defined(values, 3);
}

TEST(Allan, WhiteNoiseFallsWithTheRootOfTau) {
  const auto points = in_parts(noise(200'000, 0.0), 0, 9000);
  for (const auto& point : points) {
    if (point.intervals <= 256) {
      EXPECT_NEAR(point.deviation * std::sqrt(static_cast<double>(point.intervals)), 0.5, 0.05);
    }
  }
}

TEST(Allan, ARampIsSlopeTimesTauOverRootTwo) {
  Values values;
  for (int i = 0; i < 2000; ++i) {
    values.emplace_back(0.25 * i);
  }
  for (const auto& point : in_parts(values, 0, 500)) {
    // Blocks that are not full, at both ends, are no longer equally far apart.
    if (point.intervals <= 64) {
      EXPECT_NEAR(point.deviation, 0.25 * static_cast<double>(point.intervals) / std::sqrt(2.0),
                  1e-9);
    }
  }
}

TEST(Allan, RunsDoNotReachIntoEachOther) {
  AllanSeries series;
  const Values values = noise(100, 0.0);
  series.merge(part_of(values, 0, 0, 100));
  series.end_run();
  series.merge(part_of(values, 100, 0, 100));
  series.end_run();
  const auto points = series.points();
  EXPECT_EQ(points.front().terms, 2U * 99U);
}

}  // namespace
}  // namespace isotherm::analyse
