// Takes what workers bring, in whatever order they come, and merges it in the plan's order. Each
// sensor has a lock of its own, so that with several sensors hardly anybody waits.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "analyse/partial.hpp"
#include "analyse/plan.hpp"
#include "analyse/sensor_report.hpp"
#include "analyse/sensor_series.hpp"

namespace isotherm::analyse {

class Merge {
 public:
  // Both outlive this.
  Merge(const Plan& plan, const AnalysisSettings& settings, const capture::CaptureIndex& index);

  // Any thread. The result of one portion; each is brought once. `partials` has more than one where
  // the portion had to be taken in pieces: those in order.
  void put(const Portion& portion, std::vector<Partial> partials);

  // Once all portions were brought.
  [[nodiscard]] std::vector<SensorReport> finish();
  // Chunks that could not be read, in the index's order. After finish().
  [[nodiscard]] const std::vector<ChunkLost>& lost() const noexcept { return lost_; }

 private:
  struct Series {
    Series(const SeriesPlan& plan, const AnalysisSettings& settings,
           const capture::CaptureIndex& index)
        : series(plan, settings, index) {}

    std::mutex mutex;
    SensorSeries series;
    std::size_t next = 0;
    std::map<std::size_t, std::vector<Partial>> waiting;
    std::vector<ChunkLost> lost;
  };

  std::vector<std::unique_ptr<Series>> series_;
  std::vector<ChunkLost> lost_;
};

}  // namespace isotherm::analyse
