#include "view/page_data.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "core/json_text.hpp"
#include "view/line_gaps.hpp"
#include "view/words.hpp"

namespace isotherm::view {
namespace {

using history::Bucket;

constexpr int kDigits = 7;  // of a value: more than a chart can show, and half of what 17 take

std::int64_t whole_milliseconds(core::Nanoseconds time) {
  return std::chrono::floor<std::chrono::milliseconds>(time).count();
}

void append_number(std::string& json, double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value,
                                 std::chars_format::general, kDigits);
  json.append(text.data(), end.ptr);
}

// append_json_string leaves '<' as it is; "</script" would end the element.
void append_text(std::string& json, std::string_view text) {
  std::string quoted;
  core::append_json_string(quoted, text);
  for (const char c : quoted) {
    if (c == '<') {
      json += "\\u003c";
    } else {
      json += c;
    }
  }
}

// A bucket of the chart, or nothing at a time where one is missing.
struct DataPoint {
  core::WallTime time;
  const Bucket* bucket = nullptr;
};

std::vector<DataPoint> points_of(const ChartLine& line, const Chart& chart,
                                 core::Nanoseconds length) {
  std::vector<DataPoint> points;
  points.reserve(line.buckets.size());
  const Bucket* before = nullptr;
  for (const Bucket& bucket : line.buckets) {
    if (bucket.time < chart.from || bucket.time >= chart.to) {
      continue;
    }
    if (before != nullptr && apart(*before, bucket, length)) {
      points.push_back({.time = before->time + length, .bucket = nullptr});
    }
    points.push_back({.time = bucket.time, .bucket = &bucket});
    before = &bucket;
  }
  return points;
}

// Runs of equal distances: a regular line has one.
void append_times(std::string& json, const std::vector<DataPoint>& points, core::WallTime from) {
  std::int64_t step = 0;
  std::int64_t count = 0;
  const auto append_run = [&] {
    if (count > 0) {
      json += "," + std::to_string(step) + "," + std::to_string(count);
    }
  };
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::int64_t time = whole_milliseconds(points[i].time - from);
    if (i == 0) {
      json += std::to_string(time);
      continue;
    }
    const std::int64_t distance = time - whole_milliseconds(points[i - 1].time - from);
    if (distance != step) {
      append_run();
      step = distance;
      count = 0;
    }
    ++count;
  }
  append_run();
}

// `append(json, bucket)` returns false where it has nothing to say.
template <typename Append>
void append_column(std::string& json, std::string_view name, const std::vector<DataPoint>& points,
                   const Append& append) {
  json += ",\"" + std::string{name} + "\":[";
  for (std::size_t i = 0; i < points.size(); ++i) {
    json += i == 0 ? "" : ",";
    if (points[i].bucket == nullptr || !append(json, *points[i].bucket)) {
      json += "null";
    }
  }
  json += "]";
}

void append_values(std::string& json, const std::vector<DataPoint>& points) {
  const auto column = [&json, &points](std::string_view name, const auto& value_of) {
    append_column(json, name, points, [&value_of](std::string& out, const Bucket& bucket) {
      if (bucket.has_statistics) {
        append_number(out, value_of(bucket));
      }
      return bucket.has_statistics;
    });
  };
  column("min", [](const Bucket& b) { return static_cast<double>(b.min_nano) / 1e9; });
  column("mean", [](const Bucket& b) { return b.mean(); });
  column("max", [](const Bucket& b) { return static_cast<double>(b.max_nano) / 1e9; });
}

void append_lateness(std::string& json, const std::vector<DataPoint>& points) {
  const auto column = [&json, &points](std::string_view name,
                                       core::Nanoseconds core::WindowLateness::*which) {
    append_column(json, name, points, [which](std::string& out, const Bucket& bucket) {
      if (bucket.lateness) {
        append_number(out, static_cast<double>((*bucket.lateness.*which).count()) / 1e3);
      }
      return bucket.lateness.has_value();
    });
  };
  column("p99", &core::WindowLateness::p99);
  column("late", &core::WindowLateness::max);
}

void append_line(std::string& json, const ChartLine& line, const Chart& chart) {
  const core::Nanoseconds length = bucket_length(line);
  const std::vector<DataPoint> points = points_of(line, chart, length);
  json += "{\"sensor\":";
  append_text(json, line.sensor);
  json += ",\"unit\":";
  append_text(json, unit_sign(line.unit, true));
  json += ",\"step\":" + std::to_string(whole_milliseconds(length)) + ",\"times\":[";
  append_times(json, points, chart.from);
  json += "]";
  append_values(json, points);
  append_lateness(json, points);
  json += "}";
}

}  // namespace

std::string page_data(const Chart& chart) {
  std::string json =
      "{\"from\":" + std::to_string(whole_milliseconds(chart.from.time_since_epoch())) +
      ",\"to\":" + std::to_string(whole_milliseconds(chart.to.time_since_epoch())) + ",\"lines\":[";
  for (std::size_t i = 0; i < chart.lines.size(); ++i) {
    json += i == 0 ? "\n" : ",\n";
    append_line(json, chart.lines[i], chart);
  }
  json += "],\n\"marks\":[";
  for (std::size_t i = 0; i < chart.marks.size(); ++i) {
    const ChartMark& mark = chart.marks[i];
    json += (i == 0 ? "[" : ",\n[") +
            std::to_string(whole_milliseconds(mark.time.time_since_epoch())) + "," +
            std::to_string(static_cast<int>(mark.severity)) + ",";
    append_text(json, mark.text);
    json += "]";
  }
  return json + "]}";
}

}  // namespace isotherm::view
