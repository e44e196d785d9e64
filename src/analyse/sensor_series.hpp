// Merges the partial results of one sensor, in the order of its portions: floating-point sums
// depend on their order, and the same captures are to give the same report, to the last digit, with
// any number of workers.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>

#include "analyse/partial.hpp"
#include "analyse/plan.hpp"
#include "analyse/sensor_report.hpp"
#include "capture/capture_reader.hpp"

namespace isotherm::analyse {

// Different values a sensor may have before they are counted no more.
inline constexpr std::size_t kDistinctMax = 65'536;

class SensorSeries {
 public:
  // `index` outlives this.
  SensorSeries(SeriesPlan plan, const AnalysisSettings& settings,
               const capture::CaptureIndex& index);

  // The next one.
  void merge(const Partial& partial);
  // After the last one. If there are too many different values, their quantiles are left at 0 and
  // `distinct` at nothing: see quantile_search.hpp.
  [[nodiscard]] SensorReport finish();

  [[nodiscard]] const SeriesPlan& plan() const noexcept { return plan_; }

 private:
  void take_piece(const PieceRead& piece);
  void take_lost(const ChunkLost& lost);
  void enter_run(const capture::ChunkHeader& header);
  void end_run();
  void merge_values(const Partial& partial);
  void merge_stretches(const Partial& partial);
  void note_longest();
  [[nodiscard]] core::WallTime time_of(std::uint64_t slot) const;
  [[nodiscard]] ValueFigures value_figures() const;

  SeriesPlan plan_;
  AnalysisSettings settings_;
  const capture::CaptureIndex& index_;
  SensorReport report_;

  // The run that is being merged, and its last chunk that could be read.
  std::optional<capture::ChunkHeader> run_;
  std::optional<capture::ChunkHeader> before_;
  std::uint32_t dropped_before_ = 0;
  std::uint64_t lost_meanwhile_ = 0;  // samples of damaged chunks since then

  Moments moments_;
  LineSums line_;
  LineSums pooled_;
  std::unordered_map<double, std::uint64_t> counts_;
  bool countable_ = true;
  AllanSeries allan_;
  SpectrumPart spectrum_;
  EqualSeries equal_;
  bool spiked_ = false;  // the last value that was merged is a spike
  LatenessFigures lateness_;
};

}  // namespace isotherm::analyse
