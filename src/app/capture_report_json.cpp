// `isotherm report --json`. All that depends on how the work was done stands in "timing".
#include "app/capture_report.hpp"
#include "app/json.hpp"
#include "app/words.hpp"

namespace isotherm::app {
namespace {

using analyse::SensorReport;
using nlohmann::ordered_json;

// Enough to draw them, whatever there is: the fewest steps of 1, 2, 4, ... neighbours in one.
constexpr std::size_t kPoints = 512;

double milliseconds_of(core::Nanoseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

ordered_json counts_of(const SensorReport& sensor) {
  ordered_json faults = ordered_json::object();
  for (std::size_t i = 1; i < sensor.faults.size(); ++i) {
    if (sensor.faults.at(i) > 0) {
      faults[std::string(core::fault_word(static_cast<core::Fault>(i)))] = sensor.faults.at(i);
    }
  }
  const analyse::SampleCounts& counts = sensor.counts;
  return {{"scheduled", counts.scheduled},
          {"good", counts.good},
          {"not_finite", counts.not_finite},
          {"faulty", counts.faulty},
          {"missed", counts.missed},
          {"dropped", counts.dropped},
          {"lost", counts.lost},
          {"faults", std::move(faults)}};
}

ordered_json values_of(const SensorReport& sensor) {
  if (!sensor.values) {
    return nullptr;
  }
  const analyse::ValueFigures& values = *sensor.values;
  ordered_json quantiles = ordered_json::array();
  for (std::size_t i = 0; i < analyse::kFractions.size(); ++i) {
    quantiles.push_back({analyse::kFractions.at(i), values.quantiles.at(i)});
  }
  ordered_json histogram = ordered_json::array();
  if (values.counts.size() <= kPoints) {
    for (const analyse::ValueCount& one : values.counts) {
      histogram.push_back({one.value, one.count});
    }
  }
  return {{"min", values.min},
          {"min_time", time_words(values.min_time)},
          {"mean", values.mean},
          {"max", values.max},
          {"max_time", time_words(values.max_time)},
          {"standard_deviation", or_null(values.deviation)},
          {"resolution", values.resolution},
          {"distinct", or_null(values.distinct)},
          {"quantiles", std::move(quantiles)},
          {"histogram", std::move(histogram)}};
}

ordered_json allan_of(const SensorReport& sensor) {
  ordered_json points = ordered_json::array();
  const double interval = std::chrono::duration<double>(sensor.interval).count();
  for (const auto& point : sensor.allan) {
    points.push_back({{"tau_s", static_cast<double>(point.intervals) * interval},
                      {"deviation", point.deviation},
                      {"terms", point.terms}});
  }
  return points;
}

ordered_json spectrum_of(const SensorReport& sensor) {
  if (!sensor.spectrum) {
    return nullptr;
  }
  const analyse::Spectrum& spectrum = *sensor.spectrum;
  ordered_json peak;
  if (spectrum.peak) {
    peak = {{"frequency_hz", spectrum.peak->frequency_hz},
            {"amplitude", spectrum.peak->amplitude},
            {"prominence", spectrum.peak->prominence}};
  }
  return {{"segment", spectrum.length},
          {"segments", spectrum.segments},
          {"resolution_hz", spectrum.resolution_hz},
          {"peak", std::move(peak)},
          {"density", spectrum.density}};
}

ordered_json lateness_of(const SensorReport& sensor) {
  if (!sensor.lateness) {
    return nullptr;
  }
  const analyse::LatenessFigures& lateness = *sensor.lateness;
  return {{"samples", lateness.samples},
          {"p50_ns", lateness.p50.count()},
          {"p99_ns", lateness.p99.count()},
          {"p99.9_ns", lateness.p999.count()},
          {"max_ns", lateness.max.count()}};
}

ordered_json stretches_of(const SensorReport& sensor) {
  ordered_json equal{{"stretches", sensor.equal.stretches},
                     {"longest_samples", sensor.equal.longest_samples}};
  if (sensor.equal.longest_samples > 0) {
    equal["longest_s"] = std::chrono::duration<double>(sensor.equal.longest_time).count();
    equal["longest_begin"] = time_words(sensor.equal.longest_begin);
    equal["longest_value"] = sensor.equal.longest_value;
  }
  ordered_json spikes{{"stretches", sensor.spikes.stretches}, {"samples", sensor.spikes.samples}};
  if (sensor.spikes.samples > 0) {
    spikes["largest"] = sensor.spikes.largest;
    spikes["largest_time"] = time_words(sensor.spikes.largest_time);
  }
  return {{"stuck", std::move(equal)}, {"spikes", std::move(spikes)}};
}

ordered_json sensor_json(const SensorReport& sensor) {
  ordered_json json{
      {"sensor", sensor.name}, {"unit", sensor.unit},     {"interval_ns", sensor.interval.count()},
      {"runs", sensor.runs},   {"chunks", sensor.chunks}, {"chunks_repeated", sensor.repeated}};
  json["first"] = sensor.runs > 0 ? ordered_json(time_words(sensor.first)) : ordered_json(nullptr);
  json["last"] = sensor.runs > 0 ? ordered_json(time_words(sensor.last)) : ordered_json(nullptr);
  json["counts"] = counts_of(sensor);
  json["values"] = values_of(sensor);
  json["allan"] = allan_of(sensor);
  json["drift_per_hour"] = or_null(sensor.drift_per_hour);
  json["spectrum"] = spectrum_of(sensor);
  json.update(stretches_of(sensor));
  json["lateness"] = lateness_of(sensor);
  return json;
}

ordered_json pool_json(const PoolFigures& pool) {
  ordered_json workers = ordered_json::array();
  for (const WorkerFigures& worker : pool.workers) {
    workers.push_back({{"core", worker.core},
                       {"portions", worker.portions},
                       {"samples", worker.samples},
                       {"busy_ms", milliseconds_of(worker.busy)},
                       {"crashes", worker.crashes}});
  }
  return {{"wall_ms", milliseconds_of(pool.wall)},
          {"cores_used", cores_used(pool)},
          {"workers", std::move(workers)}};
}

ordered_json timing_json(const CaptureReport& report) {
  ordered_json json{{"deal", report.deal == analyse::Deal::Free ? "free" : "round-robin"},
                    {"processes", report.processes},
                    {"index_ms", milliseconds_of(report.index_time)},
                    {"samples_per_s", samples_a_second(report)},
                    {"pool", pool_json(report.pool)}};
  json["one_worker"] = report.single ? pool_json(*report.single) : ordered_json(nullptr);
  json["speed_up"] = or_null(speed_up(report));
  return json;
}

}  // namespace

std::string capture_report_json(const CaptureReport& report) {
  ordered_json json{{"isotherm", report.version},
                    {"files", report.files},
                    {"samples", report.samples},
                    {"settings",
                     {{"stuck_samples", report.settings.equal_min},
                      {"spike_noises", report.settings.spike_noises}}},
                    {"sensors", ordered_json::array()},
                    {"unread", ordered_json::array()}};
  for (const SensorReport& sensor : report.sensors) {
    json["sensors"].push_back(sensor_json(sensor));
  }
  for (const UnreadPlace& place : report.unread) {
    json["unread"].push_back({{"file", place.file},
                              {"offset", place.offset},
                              {"samples", or_null(place.samples)},
                              {"bytes", or_null(place.bytes)},
                              {"sensor", place.sensor},
                              {"why", place.why}});
  }
  json["timing"] = timing_json(report);
  return json_text(json);
}

}  // namespace isotherm::app
