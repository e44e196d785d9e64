#include "app/report_bars.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cstdio>

namespace isotherm::app {
namespace {

constexpr std::size_t kBar = 40;

}  // namespace

std::string report_bars(const std::vector<WorkerFigures>& workers, std::uint64_t samples) {
  std::string text;
  const double share = static_cast<double>(std::max<std::uint64_t>(samples, 1)) /
                       static_cast<double>(workers.size());
  for (const WorkerFigures& worker : workers) {
    const double done = static_cast<double>(worker.samples) / share;
    const auto full = static_cast<std::size_t>(std::min(done, 1.0) * static_cast<double>(kBar));
    text += fmt::format("core {:>3} |{:<{}}| {:>4.0f} %  {:.1f} M samples\n", worker.core,
                        std::string(full, '#'), kBar, done * 100.0,
                        static_cast<double>(worker.samples) / 1e6);
  }
  return text;
}

ReportBars::ReportBars(bool on, const analyse::Plan& plan) : on_(on) {
  for (const analyse::SeriesPlan& series : plan.series) {
    samples_ += series.samples;
  }
}

void ReportBars::draw(const std::vector<WorkerFigures>& workers) {
  if (!on_) {
    return;
  }
  erase();
  lines_ = workers.size();
  std::fputs(report_bars(workers, samples_).c_str(), stderr);
}

void ReportBars::erase() {
  if (lines_ > 0) {
    // ECMA-48: cursor up that many lines, then erase from there to the end of the screen.
    std::fprintf(stderr, "\x1b[%zuA\x1b[J", lines_);
    lines_ = 0;
  }
}

}  // namespace isotherm::app
