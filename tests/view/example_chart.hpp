// Charts of made-up sensors for the tests of view/: values that can be said beforehand.
#pragma once

#include <cmath>
#include <cstddef>
#include <functional>
#include <numbers>
#include <string>
#include <utility>

#include "history/bucket.hpp"
#include "view/chart.hpp"

namespace isotherm::test {

// 2026-03-10 00:00:00 UTC.
inline constexpr core::WallTime kChartStart{std::chrono::seconds{1'773'100'800}};

inline history::Bucket bucket_at(core::WallTime time, double mean, double spread = 0.0) {
  history::Bucket bucket;
  bucket.time = time;
  bucket.windows = 1;
  bucket.counts = {.scheduled = 10, .good = 10};
  bucket.has_statistics = true;
  bucket.min_nano = history::to_nano(mean - spread);
  bucket.max_nano = history::to_nano(mean + spread);
  bucket.sum_nano = history::to_nano(mean * 10);
  bucket.last_nano = history::to_nano(mean);
  bucket.clock = core::ClockState::Synced;
  bucket.lateness = core::WindowLateness{.p99 = std::chrono::microseconds{12},
                                         .max = std::chrono::microseconds{40}};
  return bucket;
}

inline history::Bucket faulty_bucket_at(core::WallTime time) {
  history::Bucket bucket;
  bucket.time = time;
  bucket.windows = 1;
  bucket.counts = {.scheduled = 10, .faulty = 10};
  bucket.faults[core::index_of(core::Fault::Crc)] = 10;
  return bucket;
}

// `count` buckets from kChartStart on, a step apart; the value of each by its number.
inline view::ChartLine line_of(std::string sensor, std::size_t count, core::Nanoseconds step,
                               const std::function<double(std::size_t)>& value,
                               double spread = 0.0) {
  view::ChartLine line{.sensor = std::move(sensor), .unit = "degC", .step = step, .buckets = {}};
  for (std::size_t i = 0; i < count; ++i) {
    line.buckets.push_back(
        bucket_at(kChartStart + static_cast<std::int64_t>(i) * step, value(i), spread));
  }
  return line;
}

// A day of minutes: three sensors in degrees, one of them gone for two hours and with faults in one
// more, one in percent; a clock step and two other events.
inline view::Chart day_chart() {
  using std::chrono::hours;
  using std::chrono::minutes;
  const auto daily = [](std::size_t minute) {
    return std::sin(2.0 * std::numbers::pi * (static_cast<double>(minute) / 1440.0 - 0.4));
  };
  view::Chart chart{.title = "kiln-room, the last day",
                    .from = kChartStart,
                    .to = kChartStart + hours{24},
                    .lines = {},
                    .marks = {}};
  const auto wobble = [](std::size_t i) { return std::sin(static_cast<double>(i) * 0.7); };
  chart.lines.push_back(line_of(
      "garage", 1440, minutes{1}, [&](std::size_t i) { return 12.0 + 5.0 * daily(i); }, 0.4));
  chart.lines.push_back(line_of(
      "kiln/inlet", 1440, minutes{1},
      [&](std::size_t i) { return 19.0 + 2.0 * daily(i) + 0.2 * wobble(i); }, 0.6));
  chart.lines.push_back(line_of(
      "office", 1440, minutes{1},
      [&](std::size_t i) { return 21.5 + (i > 480 && i < 1080 ? 1.5 : 0.0) + 0.05 * wobble(i); },
      0.1));
  auto& garage = chart.lines[0].buckets;
  for (std::size_t i = 780; i < 840; ++i) {
    garage[i] = faulty_bucket_at(garage[i].time);
  }
  garage.erase(garage.begin() + 300, garage.begin() + 420);
  garage[200].lateness = core::WindowLateness{.p99 = std::chrono::microseconds{90},
                                              .max = std::chrono::milliseconds{13}};
  view::ChartLine humidity = line_of(
      "cellar", 1440, minutes{1}, [&](std::size_t i) { return 55.0 - 8.0 * daily(i); }, 1.0);
  humidity.unit = "percent";
  chart.lines.push_back(std::move(humidity));
  chart.marks = {
      {kChartStart + hours{5}, core::Severity::Error, "sensor lost: garage"},
      {kChartStart + hours{7}, core::Severity::Info, "sensor found: garage"},
      {kChartStart + hours{13} + minutes{5}, core::Severity::Warning,
       "clock step: the wall clock was set forward by 3.2 s"},
  };
  return chart;
}

// Names and words that would be commands to a terminal or a browser.
inline view::Chart hostile_chart() {
  view::Chart chart = day_chart();
  chart.title = "</title><script>window.broken = 1</script>";
  chart.lines[0].sensor = "<b>&\"'</script><script>window.broken = 2</script>";
  chart.lines[1].sensor = "<!--isotherm:data--><img src=x onerror='window.broken = 3'>";
  chart.lines[2].sensor = "\x1B[31m\xFF__proto__\n";
  chart.lines[3].unit = "<i>%</i>";
  chart.marks[0].text = "</script><script>window.broken = 4</script>";
  return chart;
}

// Ten sensors over a fortnight, and an event every half hour of it.
inline view::Chart many_chart() {
  using std::chrono::hours;
  using std::chrono::minutes;
  view::Chart chart{.title = "ten sensors, a fortnight",
                    .from = kChartStart,
                    .to = kChartStart + hours{14 * 24},
                    .lines = {},
                    .marks = {}};
  for (std::size_t n = 0; n < 10; ++n) {
    const auto value = [n](std::size_t i) {
      const double day = 2.0 * std::numbers::pi * static_cast<double>(i) / 144.0;
      return 15.0 + 2.0 * static_cast<double>(n) + 1.5 * std::sin(day + static_cast<double>(n));
    };
    chart.lines.push_back(
        line_of("rack/" + std::to_string(n), std::size_t{14} * 144, minutes{10}, value, 0.3));
  }
  for (int i = 0; i < 14 * 48; ++i) {
    chart.marks.push_back({kChartStart + i * minutes{30}, static_cast<core::Severity>(i % 3),
                           "event " + std::to_string(i)});
  }
  return chart;
}

}  // namespace isotherm::test
