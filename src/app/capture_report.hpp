// What `isotherm report` has found out, and the forms it is told in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyse/plan.hpp"
#include "analyse/sensor_report.hpp"
#include "app/report_pool.hpp"
#include "core/time.hpp"

namespace isotherm::app {

// A place in the captures that could not be read.
struct UnreadPlace {
  std::string file;
  std::uint64_t offset = 0;
  std::optional<std::uint64_t> samples;  // that were there, where that is known
  std::optional<std::uint64_t> bytes;    // of a stretch that is no chunk
  std::string sensor;                    // "" where that is not known
  std::string why;
};

struct CaptureReport {
  std::string version;
  std::vector<std::string> files;
  analyse::AnalysisSettings settings{};
  std::vector<analyse::SensorReport> sensors;
  std::vector<UnreadPlace> unread;

  // How it was done. The figures above do not depend on this.
  analyse::Deal deal = analyse::Deal::Free;
  bool processes = false;
  PoolFigures pool;
  std::optional<PoolFigures> single;  // the same work by one worker, for --compare
  core::Nanoseconds index_time{0};    // to find all chunks
  std::uint64_t samples = 0;          // that were analysed
};

// Of all workers together, in samples a second of wall time.
[[nodiscard]] double samples_a_second(const CaptureReport& report);
// How many times the wall time fits into the time that the workers computed.
[[nodiscard]] double cores_used(const PoolFigures& pool);
// The wall time of one worker over that of all; nothing without --compare.
[[nodiscard]] std::optional<double> speed_up(const CaptureReport& report);

[[nodiscard]] std::string capture_report_text(const CaptureReport& report);
// One file that needs nothing else, neither a script nor the network.
[[nodiscard]] std::string capture_report_html(const CaptureReport& report);
[[nodiscard]] std::string capture_report_json(const CaptureReport& report);

// A sentence about each place that could not be read.
[[nodiscard]] std::string unread_words(const UnreadPlace& place);

}  // namespace isotherm::app
