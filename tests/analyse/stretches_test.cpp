#include "analyse/stretches.hpp"

#include <gtest/gtest.h>

#include <random>

namespace isotherm::analyse {
namespace {

struct Found {
  std::uint64_t stretches = 0;
  EqualRun longest;
};

Found equal_in_parts(const std::vector<double>& values, std::size_t longest_part,
                     std::uint64_t equal_min) {
  std::mt19937 random(9);
  EqualSeries series(equal_min);
  for (std::size_t from = 0; from < values.size();) {
    const std::size_t to = std::min(values.size(), from + 1 + random() % longest_part);
    const SlotRun run{100 + from, 0};
    series.merge(equal_in({std::span(values).subspan(from, to - from), {&run, 1}}, equal_min));
    from = to;
  }
  series.end_run();
  return {series.stretches(), series.longest()};
}

TEST(EqualStretches, PartsOfAnySizeGiveTheSame) {
  std::mt19937 random(2);
  for (int round = 0; round < 50; ++round) {
    std::vector<double> values;
    while (values.size() < 400) {
      values.insert(values.end(), 1 + random() % 9, static_cast<double>(random() % 3));
    }
    std::uint64_t stretches = 0;
    std::uint64_t longest = 0;
    std::size_t longest_begin = 0;
    for (std::size_t i = 0; i < values.size();) {
      std::size_t end = i;
      while (end < values.size() && values[end] == values[i]) {
        ++end;
      }
      stretches += end - i >= 5 ? 1 : 0;
      if (end - i > longest) {
        longest = end - i;
        longest_begin = i;
      }
      i = end;
    }
    for (const std::size_t part : {1U, 3U, 50U, 1000U}) {
      const Found found = equal_in_parts(values, part, 5);
      EXPECT_EQ(found.stretches, stretches);
      EXPECT_EQ(found.longest.samples, longest);
      EXPECT_EQ(found.longest.first, 100 + longest_begin);
      EXPECT_EQ(found.longest.last, 100 + longest_begin + longest - 1);
      EXPECT_EQ(found.longest.value, values[longest_begin]);
    }
  }
}

TEST(EqualStretches, RunsEndThem) {
  const std::vector<double> values(10, 1.0);
  const SlotRun run{0, 0};
  EqualSeries series(15);
  series.merge(equal_in({values, {&run, 1}}, 15));
  series.end_run();
  series.merge(equal_in({values, {&run, 1}}, 15));
  series.end_run();
  EXPECT_EQ(series.stretches(), 0U);
  EXPECT_EQ(series.longest().samples, 10U);
}

std::vector<double> noisy(std::size_t count) {
  std::mt19937 random(5);
  std::normal_distribution<double> normal(20.0, 0.1);
  std::vector<double> values(count);
  for (double& value : values) {
    value = normal(random);
  }
  return values;
}

TEST(Spikes, AreFoundWhereTheyAreAndNowhereElse) {
  std::vector<double> values = noisy(10'000);
  values[0] += 5.0;
  values[63] -= 3.0;
  values[64] -= 3.0;
  values[7000] += 30.0;
  values[9999] += 4.0;
  const SlotRun run{500, 0};
  const SpikePart part = SpikeFinder().find({values, {&run, 1}}, 6.0, 0.0);
  EXPECT_EQ(part.samples, 5U);
  EXPECT_EQ(part.stretches, 4U);
  EXPECT_TRUE(part.at_begin);
  EXPECT_TRUE(part.at_end);
  EXPECT_NEAR(part.largest, 30.0, 0.5);
  EXPECT_EQ(part.largest_slot, 7500U);
}

TEST(Spikes, AStepIsNone) {
  std::vector<double> values = noisy(2000);
  for (std::size_t i = 1000; i < values.size(); ++i) {
    values[i] += 10.0;
  }
  const SlotRun run{0, 0};
  EXPECT_EQ(SpikeFinder().find({values, {&run, 1}}, 6.0, 0.0).samples, 0U);
}

TEST(Spikes, OneStepOfAQuietSensorIsNone) {
  std::vector<double> values(500, 21.0);
  values[250] = 21.0625;
  const SlotRun run{0, 0};
  SpikeFinder finder;
  EXPECT_EQ(finder.find({values, {&run, 1}}, 6.0, 0.0625).samples, 0U);
  values[250] = 85.0;
  EXPECT_EQ(finder.find({values, {&run, 1}}, 6.0, 0.0625).samples, 1U);
}

TEST(Spikes, FewerValuesThanAWindow) {
  const SlotRun run{0, 0};
  const std::vector<double> values{1.0, 1.0, 50.0, 1.0};
  EXPECT_EQ(SpikeFinder().find({values, {&run, 1}}, 6.0, 1.0).samples, 1U);
  const std::vector<double> one{1.0};
  EXPECT_EQ(SpikeFinder().find({one, {&run, 1}}, 6.0, 1.0).samples, 0U);
}

}  // namespace
}  // namespace isotherm::analyse
