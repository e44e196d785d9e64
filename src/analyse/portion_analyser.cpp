#include "analyse/portion_analyser.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analyse/lanes.hpp"

namespace isotherm::analyse {
namespace {

using capture::ChunkFault;
using capture::ChunkHeader;
using capture::ValueKind;

constexpr double kNanosecondsAnHour = 3.6e12;
constexpr std::uint64_t kBridged = 8;  // slots without a good value, in a spectrum

// Without looking at a number twice: neither infinite nor NaN.
bool all_finite(std::span<const double> values) noexcept {
  constexpr double kMax = std::numeric_limits<double>::max();
  bool finite = true;
  for (const double value : values) {
    finite = finite & (std::abs(value) <= kMax);
  }
  return finite;
}

bool all_zero(std::span<const std::uint64_t> codes) noexcept {
  std::uint64_t any = 0;
  for (const std::uint64_t code : codes) {
    any |= code;
  }
  return any == 0;
}

// The least distance of two values that the sensor can tell apart, as far as these tell: the step
// of the coarsest usual grid that all of them lie on, or how far they are apart. 0: not known,
// which one value alone leaves it. The grids of the chunks would be too coarse: one of few
// different values is said to be on any grid that holds these, and a spike may be an exception from
// it.
double resolution_of(const ValueCounts& counts) {
  if (counts.size() < 2) {
    return 0.0;
  }
  std::vector<core::Sample> samples(counts.size());
  std::transform(counts.begin(), counts.end(), samples.begin(), [](const ValueCount& one) {
    core::Sample sample{};
    sample.value = one.value;
    return sample;
  });
  const capture::ValueGrid grid = capture::find_grid(samples);
  if (grid.kind == ValueKind::Multiply) {
    return grid.step;
  }
  if (grid.kind == ValueKind::Divide) {
    return 1.0 / grid.step;
  }
  double least = counts[1].value - counts[0].value;
  for (std::size_t i = 2; i < counts.size(); ++i) {
    least = std::min(least, counts[i].value - counts[i - 1].value);
  }
  return least;
}

// Of consecutive slots: what is known of x needs no sums. `hours` is an interval's.
LineSums line_of(std::uint64_t first, std::span<const double> values, double hours) {
  LineSums line;
  line.count = values.size();
  const auto n = static_cast<double>(values.size());
  const double middle = (n - 1.0) / 2.0;
  const double about = values.front();
  const double* const begin = values.data();
  const double sum = lane_sum(values.size(), [=](std::size_t i) { return begin[i] - about; });
  const double offset = sum / n;
  line.x_mean = (static_cast<double>(first) + middle) * hours;
  line.y_mean = about + offset;
  line.xx = n * (n * n - 1.0) / 12.0 * hours * hours;
  line.xy = hours * lane_sum(values.size(), [=](std::size_t i) {
              return (static_cast<double>(i) - middle) * (begin[i] - about);
            });
  line.yy = lane_sum(values.size(), [=](std::size_t i) {
    const double distance = (begin[i] - about) - offset;
    return distance * distance;
  });
  return line;
}

}  // namespace

PortionAnalyser::PortionAnalyser(std::vector<std::unique_ptr<capture::ByteSource>> sources,
                                 const AnalysisSettings& settings)
    : sources_(std::move(sources)), settings_(settings) {}

Partial PortionAnalyser::analyse(std::span<const ChunkTask> chunks, std::size_t segment_length) {
  Partial partial;
  values_.clear();
  runs_.clear();
  const ChunkHeader* last = nullptr;
  for (const ChunkTask& task : chunks) {
    const std::size_t pieces = partial.pieces.size();
    take(task, partial);
    if (partial.pieces.size() > pieces) {
      last = &task.entry->header;
    }
  }
  if (last != nullptr) {
    finish(*last, segment_length, partial);
  }
  return partial;
}

void PortionAnalyser::take(const ChunkTask& task, Partial& partial) {
  const ChunkHeader& header = task.entry->header;
  const std::string payload =
      sources_.at(task.entry->file)
          ->read(task.entry->offset + header.header_bytes, header.payload_bytes);
  const ChunkFault fault = coder_.decode(header, payload, columns_);
  if (fault != ChunkFault::None) {
    partial.lost.push_back({task.chunk, fault});
    return;
  }
  partial.pieces.push_back({task.chunk, static_cast<std::uint32_t>(columns_.dropped_totals.front()),
                            static_cast<std::uint32_t>(columns_.dropped_totals.back())});
  take_values(header, partial);
  take_lateness(partial);
}

void PortionAnalyser::append(std::uint64_t slot, std::span<const double> values) {
  if (runs_.empty() || runs_.back().first + (values_.size() - runs_.back().begin) != slot) {
    runs_.push_back({slot, values_.size()});
  }
  values_.insert(values_.end(), values.begin(), values.end());
}

void PortionAnalyser::take_values(const ChunkHeader& header, Partial& partial) {
  const std::size_t count = columns_.size();
  const std::uint64_t every = header.origin.every;
  const std::size_t before = values_.size();
  const bool clean = all_zero(columns_.fault_codes) && all_finite(columns_.values);
  if (clean && header.last_slot - header.first_slot == (count - 1) * every) {
    append(header.first_slot / every, columns_.values);
  } else {
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t code = columns_.fault_codes[i];
      if (code != 0) {
        ++partial.faults.at(static_cast<std::size_t>(code));
      } else if (!std::isfinite(columns_.values[i])) {
        ++partial.not_finite;
      } else {
        append(columns_.slots[i] / every, {&columns_.values[i], 1});
      }
    }
  }
  partial.good += values_.size() - before;
  counter_.add(std::span<const double>(values_).subspan(before), header.grid);
}

void PortionAnalyser::take_lateness(Partial& partial) {
  std::uint64_t max = 0;
  for (const std::uint64_t lateness : columns_.lateness_ns) {
    ++lateness_[core::histogram_buckets::index(lateness)];
    max = std::max(max, lateness);
  }
  partial.lateness.samples += columns_.lateness_ns.size();
  partial.lateness.max_ns = std::max(partial.lateness.max_ns, max);
}

// Runs of values with short gaps between them are one, with a straight line across each gap: else a
// sensor with a fault now and then would have no spectrum at all.
void PortionAnalyser::take_spectrum(std::size_t segment_length, Partial& partial) {
  const auto welch = welch_.try_emplace(segment_length, segment_length).first;
  const auto end_of = [this](std::size_t run) {
    return run + 1 < runs_.size() ? runs_[run + 1].begin : values_.size();
  };
  const auto add = [&](std::span<const double> values) {
    if (values.size() >= segment_length) {
      running_sums(values, sums_);
      welch->second.add(values, sums_, partial.spectrum);
    }
  };
  bridged_.clear();
  for (std::size_t run = 0; run < runs_.size(); ++run) {
    const auto values =
        std::span<const double>(values_).subspan(runs_[run].begin, end_of(run) - runs_[run].begin);
    const bool is_last = run + 1 == runs_.size();
    const std::uint64_t gap =
        is_last ? 0 : runs_[run + 1].first - (runs_[run].first + values.size());
    if (bridged_.empty() && (is_last || gap > kBridged)) {
      add(values);  // as it is: mostly there is just this one
      continue;
    }
    bridged_.insert(bridged_.end(), values.begin(), values.end());
    if (is_last || gap > kBridged) {
      add(bridged_);
      bridged_.clear();
      continue;
    }
    const double from = values.back();
    const double step = (values_[runs_[run + 1].begin] - from) / static_cast<double>(gap + 1);
    for (std::uint64_t i = 1; i <= gap; ++i) {
      bridged_.push_back(from + step * static_cast<double>(i));
    }
  }
}

void PortionAnalyser::finish(const ChunkHeader& header, std::size_t segment_length,
                             Partial& partial) {
  for (std::size_t i = 0; i < lateness_.size(); ++i) {
    if (lateness_[i] > 0) {
      partial.lateness.buckets.emplace_back(i, lateness_[i]);
      lateness_[i] = 0;
    }
  }
  partial.values = counter_.take();
  if (values_.empty()) {
    return;
  }
  const GoodValues good{values_, runs_};
  const auto slot_of = [&](double value) {
    const auto at = std::find(values_.begin(), values_.end(), value);
    return good.slot(static_cast<std::size_t>(at - values_.begin()));
  };
  partial.min_slot = slot_of(partial.values.front().value);
  partial.max_slot = slot_of(partial.values.back().value);
  partial.resolution = resolution_of(partial.values);
  const core::Nanoseconds interval = header.origin.period * header.origin.every;
  const double hours = static_cast<double>(interval.count()) / kNanosecondsAnHour;
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    const std::size_t end = i + 1 < runs_.size() ? runs_[i + 1].begin : values_.size();
    const auto values =
        std::span<const double>(values_).subspan(runs_[i].begin, end - runs_[i].begin);
    running_sums(values, sums_);
    partial.line.merge(line_of(runs_[i].first, values, hours));
    add_section({runs_[i].first, values}, sums_, partial.allan);
  }
  if (segment_length > 0) {
    take_spectrum(segment_length, partial);
  }
  partial.equal = equal_in(good, settings_.equal_min);
  partial.spikes = spikes_.find(good, settings_.spike_noises, partial.resolution);
}

}  // namespace isotherm::analyse
