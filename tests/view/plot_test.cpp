#include "view/plot.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <sstream>

#include "core/utf8.hpp"
#include "support/time_zone.hpp"
#include "view/example_chart.hpp"
#include "view/words.hpp"

namespace isotherm::view {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::HasSubstr;
using testing::Not;

constexpr PlotStyle kAscii{
    .width = 80, .height = 24, .colour = false, .unicode = false, .utc = true};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream{text};
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(line);
  }
  return lines;
}

std::string without_escapes(const std::string& text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1B') {
      i = text.find('m', i);
    } else {
      plain += text[i];
    }
  }
  return plain;
}

Chart one_line_chart(std::size_t count, const std::function<double(std::size_t)>& value) {
  return {.title = "a day",
          .from = test::kChartStart,
          .to = test::kChartStart + hours{24},
          .lines = {test::line_of("garage", count, minutes{30}, value)},
          .marks = {}};
}

// Columns of the drawing in which something stands, for a plot in ASCII.
std::vector<bool> drawn_columns(const std::string& text, std::size_t width) {
  std::vector<bool> drawn(width, false);
  for (const std::string& line : lines_of(text)) {
    const std::size_t axis = line.find_first_of("|+");
    if (axis == std::string::npos || axis > 12 || line.find("--") != std::string::npos) {
      continue;
    }
    for (std::size_t i = axis + 1; i < line.size(); ++i) {
      drawn[i] = drawn[i] || line[i] != ' ';
    }
  }
  return drawn;
}

TEST(Plot, NoLineIsLongerThanTheTerminal) {
  for (const std::size_t width : {20U, 40U, 57U, 80U, 200U}) {
    for (const bool unicode : {false, true}) {
      for (const Chart& chart : {test::day_chart(), test::hostile_chart(), test::many_chart()}) {
        PlotStyle style = kAscii;
        style.width = width;
        style.unicode = unicode;
        style.colour = unicode;
        for (const std::string& line : lines_of(without_escapes(plot(chart, style)))) {
          EXPECT_LE(columns_of(line), width) << line;
        }
      }
    }
  }
}

TEST(Plot, FillsTheHeightThatItIsGiven) {
  for (const std::size_t height : {24U, 30U, 50U}) {
    PlotStyle style = kAscii;
    style.height = height;
    const std::size_t lines =
        lines_of(
            plot(one_line_chart(48, [](std::size_t i) { return static_cast<double>(i); }), style))
            .size();
    EXPECT_EQ(lines, height);
  }
}

TEST(Plot, HasRoundValuesAndTimesAtItsAxes) {
  const std::string text = plot(test::day_chart(), kAscii);
  EXPECT_THAT(text, HasSubstr("\n20 +"));
  EXPECT_THAT(text, HasSubstr(" 06:00 "));
  EXPECT_THAT(text, HasSubstr("degC\n"));
  EXPECT_THAT(text, HasSubstr("percent\n"));
  EXPECT_THAT(text, HasSubstr("2026-03-10 00:00 to 2026-03-11 00:00 UTC"));
}

TEST(Plot, AGapIsAGap) {
  // Half-hours 20 to 29 are missing: from 10:00 to 15:00.
  Chart chart = one_line_chart(48, [](std::size_t i) { return static_cast<double>(i % 7); });
  auto& buckets = chart.lines[0].buckets;
  buckets.erase(buckets.begin() + 20, buckets.begin() + 30);
  const auto drawn = drawn_columns(plot(chart, kAscii), kAscii.width);
  const std::size_t axis = 3;  // "6 +"
  const double columns = 80.0 - 3.0;
  const auto column_at = [&](double hour) {
    return axis + static_cast<std::size_t>(columns * hour / 24.0);
  };
  EXPECT_TRUE(drawn[column_at(9.5)]);
  for (std::size_t i = column_at(10.0) + 1; i < column_at(15.0); ++i) {
    EXPECT_FALSE(drawn[i]) << i;
  }
  EXPECT_TRUE(drawn[column_at(15.5)]);
}

TEST(Plot, WindowsWithoutAGoodSampleAreAGap) {
  Chart chart = one_line_chart(48, [](std::size_t) { return 5.0; });
  for (std::size_t i = 20; i < 30; ++i) {
    chart.lines[0].buckets[i] = test::faulty_bucket_at(chart.lines[0].buckets[i].time);
  }
  EXPECT_FALSE(drawn_columns(plot(chart, kAscii), kAscii.width)[45]);
}

TEST(Plot, SensorsHaveLettersWithoutColourAndNoneWithIt) {
  PlotStyle style = kAscii;
  style.unicode = true;
  const std::string letters = plot(test::day_chart(), style);
  EXPECT_THAT(letters, HasSubstr("a garage"));
  EXPECT_THAT(letters, HasSubstr("b kiln/inlet"));
  EXPECT_THAT(letters, Not(HasSubstr("\x1B")));
  style.colour = true;
  const std::string colours = plot(test::day_chart(), style);
  EXPECT_THAT(colours, HasSubstr("\x1B[36m"));
  EXPECT_THAT(without_escapes(colours), Not(HasSubstr("a garage")));
}

TEST(Plot, AsciiIsAscii) {
  const std::string text = plot(test::day_chart(), kAscii);
  EXPECT_TRUE(std::all_of(text.begin(), text.end(),
                          [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
}

TEST(Plot, AnEmptyChartSaysSo) {
  Chart chart = test::day_chart();
  chart.lines.clear();
  EXPECT_THAT(plot(chart, kAscii), HasSubstr("no good samples in this time"));
  EXPECT_THAT(plot(one_line_chart(0, nullptr), kAscii), HasSubstr("no good samples"));
  Chart nothing;  // from == to
  EXPECT_THAT(plot(nothing, kAscii), HasSubstr("no good samples"));
}

TEST(Plot, OnePointIsOnePoint) {
  Chart chart = one_line_chart(1, [](std::size_t) { return 21.5; });
  chart.lines[0].step = core::Nanoseconds{0};
  const auto drawn = drawn_columns(plot(chart, kAscii), kAscii.width);
  EXPECT_EQ(std::count(drawn.begin(), drawn.end(), true), 1);
}

TEST(Plot, MarksAreNumberedBelowTheirTimeAndListed) {
  const std::string text = plot(test::day_chart(), kAscii);
  EXPECT_THAT(text, HasSubstr("1 03-10 05:00:00 sensor lost: garage\n"));
  EXPECT_THAT(text, HasSubstr("3 03-10 13:05:00 clock step"));
  EXPECT_THAT(plot(test::many_chart(), kAscii), HasSubstr(" more\n"));
}

TEST(Plot, TimesAreLocalUnlessUtcIsAskedFor) {
  const TimeZone berlin{kBerlin};
  PlotStyle style = kAscii;
  style.utc = false;
  const std::string text = plot(test::day_chart(), style);
  EXPECT_THAT(text, HasSubstr("2026-03-10 01:00 to 2026-03-11 01:00 CET"));
  EXPECT_THAT(text, HasSubstr("03-10 14:05:00 clock step"));
}

TEST(Plot, AHostileNameIsNoCommandToTheTerminal) {
  const std::string text = plot(test::hostile_chart(), kAscii);
  EXPECT_THAT(text, Not(HasSubstr("\x1B")));
  EXPECT_THAT(text, HasSubstr("?[31m?__proto__?"));
}

TEST(Plot, ExtremesOfAllSizesAreDrawn) {
  for (const double value : {0.0, -9e8, 9e8, 1e-9}) {
    const Chart chart = one_line_chart(48, [value](std::size_t) { return value; });
    EXPECT_THAT(plot(chart, kAscii), Not(HasSubstr("nan"))) << value;
    EXPECT_THAT(plot(chart, kAscii), HasSubstr("*****")) << value;
  }
}

}  // namespace
}  // namespace isotherm::view
