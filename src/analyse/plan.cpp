#include "analyse/plan.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "analyse/spectrum.hpp"

namespace isotherm::analyse {
namespace {

using capture::CaptureIndex;
using capture::ChunkHeader;
using capture::Origin;

// A worker's bite: large enough that what a portion costs beside its samples does not matter.
constexpr std::uint64_t kPortionSamples = 8192;
// No portion takes more than this, so that a chunk joins no others if it would.
constexpr std::uint64_t kPortionSamplesMax = 65'536;

using SeriesKey = std::tuple<std::string, std::string, std::int64_t>;
using RunKey = std::tuple<capture::BootId, std::int64_t, std::uint16_t, std::uint16_t>;

SeriesKey series_key(const Origin& origin) {
  return {origin.name, origin.unit, (origin.period * origin.every).count()};
}

RunKey run_key(const Origin& origin) {
  return {origin.boot_id, origin.start.time_since_epoch().count(), origin.reader, origin.sensor};
}

// The chunks of one series, run by run in order of appearance, a run's by their slots.
class Gathering {
 public:
  void add(std::size_t chunk, const Origin& origin) {
    const auto [known, is_new] = places_.try_emplace(run_key(origin), runs_.size());
    if (is_new) {
      runs_.emplace_back();
    }
    runs_[known->second].push_back(chunk);
  }

  void finish(const CaptureIndex& index, SeriesPlan& series, std::vector<Portion>& portions,
              std::size_t number) {
    for (std::vector<std::size_t>& run : runs_) {
      const auto header = [&index](std::size_t chunk) -> const ChunkHeader& {
        return index.chunks[chunk].header;
      };
      std::stable_sort(run.begin(), run.end(), [&header](std::size_t a, std::size_t b) {
        return header(a).first_slot < header(b).first_slot;
      });
      Portion portion{number, 0, {}};
      std::uint64_t samples = 0;
      const auto close = [&] {
        longest_ = std::max(longest_, samples);
        portion.place = series.portions++;
        portions.push_back(std::exchange(portion, Portion{number, 0, {}}));
        samples = 0;
      };
      std::uint64_t taken_to = 0;
      for (const std::size_t chunk : run) {
        const ChunkHeader& now = header(chunk);
        if (now.first_slot < taken_to) {
          ++series.repeated;
          continue;
        }
        taken_to = now.last_slot + 1;
        ++series.chunks;
        series.samples += now.samples;
        if (!portion.chunks.empty() && samples + now.samples > kPortionSamplesMax) {
          close();
        }
        portion.chunks.push_back(chunk);
        samples += now.samples;
        if (samples >= kPortionSamples) {
          close();
        }
      }
      if (!portion.chunks.empty()) {
        close();
      }
    }
    series.segment_length = segment_length(longest_);
  }

 private:
  std::map<RunKey, std::size_t> places_;
  std::vector<std::vector<std::size_t>> runs_;
  std::uint64_t longest_ = 0;
};

}  // namespace

bool same_run(const Origin& one, const Origin& other) noexcept {
  return one.boot_id == other.boot_id && one.start == other.start && one.reader == other.reader &&
         one.sensor == other.sensor;
}

Plan make_plan(const CaptureIndex& index) {
  Plan plan;
  std::map<SeriesKey, std::size_t> places;
  std::vector<Gathering> gatherings;
  for (std::size_t chunk = 0; chunk < index.chunks.size(); ++chunk) {
    const Origin& origin = index.chunks[chunk].header.origin;
    const auto [known, is_new] = places.try_emplace(series_key(origin), plan.series.size());
    if (is_new) {
      SeriesPlan series;
      series.name = origin.name;
      series.unit = origin.unit;
      series.interval = origin.period * origin.every;
      plan.series.push_back(std::move(series));
      gatherings.emplace_back();
    }
    gatherings[known->second].add(chunk, origin);
  }
  for (std::size_t i = 0; i < gatherings.size(); ++i) {
    gatherings[i].finish(index, plan.series[i], plan.portions, i);
  }
  std::stable_sort(plan.portions.begin(), plan.portions.end(),
                   [](const Portion& a, const Portion& b) { return a.chunks[0] < b.chunks[0]; });
  return plan;
}

}  // namespace isotherm::analyse
