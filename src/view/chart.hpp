// What is drawn of a temperature log, on a terminal or on a page: lines of sensors over a stretch
// of time, and marks at what happened meanwhile. Plain values; whoever asks the history fills them
// in.
#pragma once

#include <string>
#include <vector>

#include "core/event.hpp"
#include "core/time.hpp"
#include "history/bucket.hpp"

namespace isotherm::view {

struct ChartLine {
  std::string sensor;
  std::string unit;                      // as in the log: "degC"
  core::Nanoseconds step{0};             // of a bucket; 0: windows as they are
  std::vector<history::Bucket> buckets;  // in order of time
};

struct ChartMark {
  core::WallTime time;
  core::Severity severity = core::Severity::Info;
  std::string text;
};

struct Chart {
  std::string title;
  core::WallTime from;  // included
  core::WallTime to;    // not included
  std::vector<ChartLine> lines;
  std::vector<ChartMark> marks;  // in order of time
};

}  // namespace isotherm::view
