#include "view/sparkline.hpp"

#include <gtest/gtest.h>

#include "view/example_chart.hpp"

namespace isotherm::view {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using test::bucket_at;
using test::kChartStart;
using test::line_of;

double rising(std::size_t i) { return static_cast<double>(i); }

std::string of(const ChartLine& line, core::Nanoseconds range, std::size_t width) {
  return sparkline(line, kChartStart, kChartStart + range, width);
}

TEST(Sparkline, RisesFromTheLowestBlockToTheFullOne) {
  EXPECT_EQ(of(line_of("a", 8, minutes{1}, rising), minutes{8}, 8), "▁▂▃▄▅▆▇█");
}

TEST(Sparkline, AMissingStretchIsBlank) {
  ChartLine line = line_of("a", 8, minutes{1}, rising);
  line.buckets.erase(line.buckets.begin() + 2, line.buckets.begin() + 5);
  EXPECT_EQ(of(line, minutes{8}, 8), "▁▂   ▆▇█");
}

TEST(Sparkline, WindowsWithoutAGoodSampleAreBlank) {
  ChartLine line = line_of("a", 4, minutes{1}, rising);
  line.buckets[1] = test::faulty_bucket_at(line.buckets[1].time);
  EXPECT_EQ(of(line, minutes{4}, 4), "▁ ▆█");
}

TEST(Sparkline, OneValueIsOfHalfHeight) {
  EXPECT_EQ(of(line_of("a", 4, minutes{1}, [](std::size_t) { return 0.1; }), minutes{4}, 4),
            "▄▄▄▄");
}

TEST(Sparkline, AColumnShowsTheMeanOfItsSamples) {
  // 0 and 4, then 1 and 3, are both 2 in the mean; 6 and 8 are 7.
  const std::vector<double> values = {0, 4, 1, 3, 6, 8};
  const ChartLine line = line_of("a", 6, minutes{1}, [&](std::size_t i) { return values[i]; });
  EXPECT_EQ(of(line, minutes{6}, 3), "▁▁█");
}

TEST(Sparkline, MoreSamplesWeighMore) {
  ChartLine line = line_of("a", 3, minutes{1}, [](std::size_t i) { return i == 1 ? 10.0 : 0.0; });
  line.buckets[1].counts.good = 990;
  line.buckets[1].sum_nano = history::to_nano(10.0 * 990);
  // The first column holds 0 and 10, nearly all of it 10; the second 0.
  EXPECT_EQ(sparkline(line, kChartStart, kChartStart + minutes{4}, 2), "█▁");
}

TEST(Sparkline, ALongBucketFillsItsColumns) {
  EXPECT_EQ(of(line_of("a", 2, minutes{4}, rising), minutes{8}, 8), "▁▁▁▁████");
}

TEST(Sparkline, BucketsOutsideTheRangeAreLeftOut) {
  const ChartLine line = line_of("a", 8, minutes{1}, rising);
  EXPECT_EQ(sparkline(line, kChartStart + minutes{2}, kChartStart + minutes{5}, 3), "▁▅█");
}

TEST(Sparkline, OfNothingIsBlank) {
  EXPECT_EQ(of(ChartLine{}, minutes{8}, 5), "     ");
  EXPECT_EQ(of(line_of("a", 3, minutes{1}, rising), minutes{0}, 3), "   ");
  EXPECT_EQ(of(line_of("a", 3, minutes{1}, rising), minutes{3}, 0), "");
}

TEST(Sparkline, OneWindowIsOneColumn) {
  ChartLine line{.sensor = "a", .unit = "degC", .step = seconds{0}, .buckets = {}};
  line.buckets.push_back(bucket_at(kChartStart + minutes{2}, 21.0));
  EXPECT_EQ(of(line, minutes{4}, 4), "  ▄ ");
}

}  // namespace
}  // namespace isotherm::view
