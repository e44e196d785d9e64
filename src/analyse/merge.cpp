#include "analyse/merge.hpp"

#include <algorithm>
#include <utility>

namespace isotherm::analyse {

Merge::Merge(const Plan& plan, const AnalysisSettings& settings,
             const capture::CaptureIndex& index) {
  for (const SeriesPlan& series : plan.series) {
    series_.push_back(std::make_unique<Series>(series, settings, index));
  }
}

void Merge::put(const Portion& portion, std::vector<Partial> partials) {
  Series& series = *series_.at(portion.series);
  const std::lock_guard lock(series.mutex);
  series.waiting.emplace(portion.place, std::move(partials));
  for (auto next = series.waiting.begin();
       next != series.waiting.end() && next->first == series.next;
       next = series.waiting.erase(next)) {
    for (const Partial& partial : next->second) {
      series.series.merge(partial);
      series.lost.insert(series.lost.end(), partial.lost.begin(), partial.lost.end());
    }
    ++series.next;
  }
}

std::vector<SensorReport> Merge::finish() {
  std::vector<SensorReport> reports;
  for (const auto& series : series_) {
    reports.push_back(series->series.finish());
    lost_.insert(lost_.end(), series->lost.begin(), series->lost.end());
  }
  std::sort(lost_.begin(), lost_.end(),
            [](const ChunkLost& a, const ChunkLost& b) { return a.chunk < b.chunk; });
  return reports;
}

}  // namespace isotherm::analyse
