#include "analyse/sensor_series.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace isotherm::analyse {
namespace {

using capture::ChunkHeader;

// Of a run's slots that no sample came from, those that nothing else accounts for.
std::uint64_t rest_of(std::uint64_t slots, std::uint64_t accounted) noexcept {
  return slots > accounted ? slots - accounted : 0;
}

}  // namespace

SensorSeries::SensorSeries(SeriesPlan plan, const AnalysisSettings& settings,
                           const capture::CaptureIndex& index)
    : plan_(std::move(plan)), settings_(settings), index_(index), equal_(settings.equal_min) {
  report_.name = plan_.name;
  report_.unit = plan_.unit;
  report_.interval = plan_.interval;
  report_.repeated = plan_.repeated;
}

core::WallTime SensorSeries::time_of(std::uint64_t slot) const {
  return before_->wall_at(slot * before_->origin.every);
}

void SensorSeries::enter_run(const ChunkHeader& header) {
  if (run_ && same_run(run_->origin, header.origin)) {
    return;
  }
  end_run();
  run_ = header;
}

void SensorSeries::end_run() {
  report_.counts.lost += std::exchange(lost_meanwhile_, 0);
  allan_.end_run();
  if (equal_.end_run()) {
    note_longest();
  }
  spiked_ = false;
  pooled_.pool(line_);
  line_ = {};
  before_.reset();
  run_.reset();
}

void SensorSeries::take_lost(const ChunkLost& lost) {
  const ChunkHeader& header = index_.chunks.at(lost.chunk).header;
  enter_run(header);
  lost_meanwhile_ += header.samples;
}

void SensorSeries::take_piece(const PieceRead& piece) {
  const ChunkHeader& header = index_.chunks.at(piece.chunk).header;
  enter_run(header);
  SampleCounts& counts = report_.counts;
  const std::uint64_t every = header.origin.every;
  if (before_) {
    // The plan has them in order; but of any file's slots not all need be multiples of `every`.
    const std::uint64_t gap = rest_of((header.first_slot - before_->last_slot) / every, 1);
    // Damaged chunks are in this difference, and so are those of which not even a header is left.
    const std::uint64_t lost =
        rest_of(header.samples_before, before_->samples_before + before_->samples);
    const std::uint64_t dropped = rest_of(header.dropped_before, before_->dropped_before) +
                                  (piece.first_dropped - dropped_before_);
    counts.lost += lost;
    counts.dropped += dropped;
    counts.missed += rest_of(gap, lost + dropped);
  } else {
    counts.lost += lost_meanwhile_;
    ++report_.runs;
    if (report_.chunks == 0) {
      report_.first = header.wall_at(header.first_slot);
    }
  }
  lost_meanwhile_ = 0;
  const std::uint64_t slots = (header.last_slot - header.first_slot) / every + 1;
  const std::uint64_t dropped = piece.last_dropped - piece.first_dropped;
  counts.dropped += dropped;
  counts.missed += rest_of(slots, header.samples + dropped);
  ++report_.chunks;
  report_.last = header.wall_at(header.last_slot);
  dropped_before_ = piece.last_dropped;
  before_ = header;
}

void SensorSeries::merge(const Partial& partial) {
  const auto first_slot = [this](std::size_t chunk) {
    return index_.chunks.at(chunk).header.first_slot;
  };
  auto lost = partial.lost.begin();
  for (const PieceRead& piece : partial.pieces) {
    for (; lost != partial.lost.end() && first_slot(lost->chunk) < first_slot(piece.chunk);
         ++lost) {
      take_lost(*lost);
    }
    take_piece(piece);
  }
  for (; lost != partial.lost.end(); ++lost) {
    take_lost(*lost);
  }
  if (partial.pieces.empty()) {
    return;
  }
  report_.counts.good += partial.good;
  report_.counts.not_finite += partial.not_finite;
  for (std::size_t i = 0; i < partial.faults.size(); ++i) {
    report_.faults.at(i) += partial.faults.at(i);
    report_.counts.faulty += partial.faults.at(i);
  }
  lateness_.samples += partial.lateness.samples;
  const core::Nanoseconds latest{static_cast<std::int64_t>(partial.lateness.max_ns)};
  for (const auto& [bucket, count] : partial.lateness.buckets) {
    lateness_.histogram.add(bucket, count, latest);
  }
  merge_values(partial);
  merge_stretches(partial);
}

void SensorSeries::merge_values(const Partial& partial) {
  if (partial.values.empty()) {
    return;
  }
  if (!report_.values) {
    report_.values.emplace();
    report_.values->min = partial.values.front().value;
    report_.values->max = partial.values.back().value;
    report_.values->min_time = time_of(partial.min_slot);
    report_.values->max_time = time_of(partial.max_slot);
  }
  ValueFigures& values = *report_.values;
  if (partial.values.front().value < values.min) {
    values.min = partial.values.front().value;
    values.min_time = time_of(partial.min_slot);
  }
  if (partial.values.back().value > values.max) {
    values.max = partial.values.back().value;
    values.max_time = time_of(partial.max_slot);
  }
  if (partial.resolution > 0.0 &&
      (values.resolution <= 0.0 || partial.resolution < values.resolution)) {
    values.resolution = partial.resolution;
  }
  moments_.merge(moments_of(partial.values));
  line_.merge(partial.line);
  allan_.merge(partial.allan);
  spectrum_.merge(partial.spectrum);
  if (!countable_) {
    return;
  }
  for (const ValueCount& one : partial.values) {
    counts_[one.value] += one.count;
  }
  if (counts_.size() > kDistinctMax) {
    countable_ = false;
    counts_ = {};
  }
}

void SensorSeries::note_longest() {
  const EqualRun& run = equal_.longest();
  report_.equal.longest_samples = run.samples;
  report_.equal.longest_value = run.value;
  report_.equal.longest_time = plan_.interval * static_cast<std::int64_t>(run.last - run.first);
  report_.equal.longest_begin = time_of(run.first);
}

void SensorSeries::merge_stretches(const Partial& partial) {
  if (equal_.merge(partial.equal)) {
    note_longest();
  }
  if (partial.good == 0) {
    return;
  }
  const SpikePart& spikes = partial.spikes;
  SpikeFigures& figures = report_.spikes;
  figures.samples += spikes.samples;
  figures.stretches += spikes.stretches - (spiked_ && spikes.at_begin ? 1 : 0);
  spiked_ = spikes.at_end;
  if (std::abs(spikes.largest) > std::abs(figures.largest)) {
    figures.largest = spikes.largest;
    figures.largest_time = time_of(spikes.largest_slot);
  }
}

ValueFigures SensorSeries::value_figures() const {
  ValueFigures values = *report_.values;
  values.mean = moments_.mean;
  values.deviation = moments_.deviation();
  if (!countable_) {
    return values;
  }
  for (const auto& [value, count] : counts_) {
    values.counts.push_back({value, count});
  }
  std::sort(values.counts.begin(), values.counts.end(),
            [](const ValueCount& a, const ValueCount& b) { return a.value < b.value; });
  values.distinct = values.counts.size();
  for (std::size_t i = 0; i < kFractions.size(); ++i) {
    values.quantiles.at(i) = quantile_of(values.counts, kFractions.at(i));
  }
  return values;
}

SensorReport SensorSeries::finish() {
  end_run();
  SampleCounts& counts = report_.counts;
  counts.scheduled = counts.good + counts.not_finite + counts.faulty + counts.missed +
                     counts.dropped + counts.lost;
  if (report_.values) {
    report_.values = value_figures();
    report_.allan = allan_.points();
    report_.drift_per_hour = pooled_.slope();
    const double interval_s = std::chrono::duration<double>(plan_.interval).count();
    report_.spectrum = spectrum_of(spectrum_, plan_.segment_length, interval_s);
    report_.equal.stretches = equal_.stretches();
  }
  if (lateness_.samples > 0) {
    lateness_.p50 = lateness_.histogram.quantile(0.5);
    lateness_.p99 = lateness_.histogram.quantile(0.99);
    lateness_.p999 = lateness_.histogram.quantile(0.999);
    lateness_.max = lateness_.histogram.max();
    report_.lateness = lateness_;
  }
  return report_;
}

}  // namespace isotherm::analyse
