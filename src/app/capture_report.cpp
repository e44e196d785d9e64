// The text of `isotherm report`.
#include "app/capture_report.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "app/text_table.hpp"
#include "app/words.hpp"

namespace isotherm::app {
namespace {

using analyse::SensorReport;

constexpr std::string_view kNone = "-";

std::string number_or_none(const std::optional<double>& number) {
  return number ? fmt::format("{:.4g}", *number) : std::string(kNone);
}

std::string name_of(const SensorReport& sensor) {
  return fmt::format("{} ({})", sensor.name, rate_words(sensor.interval));
}

// With a column for good values that are no number where there are any, so that a row adds up.
std::string counts_text(const CaptureReport& report) {
  const bool all_finite =
      std::all_of(report.sensors.begin(), report.sensors.end(),
                  [](const SensorReport& sensor) { return sensor.counts.not_finite == 0; });
  std::vector<TextTable::Column> columns{{"sensor", Align::Left},
                                         {"good"},
                                         {"faulty"},
                                         {"missed"},
                                         {"dropped"},
                                         {"lost"},
                                         {"runs"},
                                         {"first sample", Align::Left},
                                         {"faults", Align::Left}};
  if (!all_finite) {
    columns.insert(columns.begin() + 2, {"no number"});
  }
  TextTable table(std::move(columns));
  for (const SensorReport& sensor : report.sensors) {
    const analyse::SampleCounts& counts = sensor.counts;
    std::vector<std::string> row{name_of(sensor), std::to_string(counts.good)};
    if (!all_finite) {
      row.push_back(std::to_string(counts.not_finite));
    }
    for (const std::uint64_t count :
         {counts.faulty, counts.missed, counts.dropped, counts.lost, sensor.runs}) {
      row.push_back(std::to_string(count));
    }
    row.push_back(sensor.runs > 0 ? second_words(sensor.first) : std::string(kNone));
    row.push_back(fault_words(sensor.faults));
    table.add_row(std::move(row));
  }
  return table.text();
}

std::string values_text(const CaptureReport& report) {
  TextTable table({{"sensor", Align::Left},
                   {"min"},
                   {"p1"},
                   {"p50"},
                   {"mean"},
                   {"p99"},
                   {"max"},
                   {"unit", Align::Left},
                   {"noise"},
                   {"drift/h"}});
  for (const SensorReport& sensor : report.sensors) {
    if (!sensor.values) {
      continue;
    }
    const analyse::ValueFigures& values = *sensor.values;
    const auto quantile = [&values](double fraction) {
      const auto at = std::find(analyse::kFractions.begin(), analyse::kFractions.end(), fraction);
      return celsius_words(
          values.quantiles.at(static_cast<std::size_t>(at - analyse::kFractions.begin())));
    };
    table.add_row({sensor.name, celsius_words(values.min), quantile(0.01), quantile(0.5),
                   celsius_words(values.mean), quantile(0.99), celsius_words(values.max),
                   sensor.unit, number_or_none(values.deviation),
                   number_or_none(sensor.drift_per_hour)});
  }
  return table.text();
}

// The deviation of neighbours, and where it is least: from there on averaging does not help.
std::string noise_text(const CaptureReport& report) {
  TextTable table({{"sensor", Align::Left},
                   {"Allan at 1 interval"},
                   {"least"},
                   {"at tau"},
                   {"peak"},
                   {"amplitude"},
                   {"over surroundings"}});
  for (const SensorReport& sensor : report.sensors) {
    std::vector<std::string> row{sensor.name};
    if (sensor.allan.empty()) {
      row.insert(row.end(), {std::string(kNone), std::string(kNone), std::string(kNone)});
    } else {
      const auto least =
          std::min_element(sensor.allan.begin(), sensor.allan.end(),
                           [](const auto& a, const auto& b) { return a.deviation < b.deviation; });
      row.push_back(number_or_none(sensor.allan.front().deviation));
      row.push_back(number_or_none(least->deviation));
      row.push_back(duration_words(sensor.interval * static_cast<std::int64_t>(least->intervals)));
    }
    if (sensor.spectrum && sensor.spectrum->peak) {
      const analyse::Peak& peak = *sensor.spectrum->peak;
      row.push_back(fmt::format("{:.4g} Hz", peak.frequency_hz));
      row.push_back(fmt::format("{:.3g}", peak.amplitude));
      row.push_back(fmt::format("x {:.3g}", peak.prominence));
    } else {
      row.insert(row.end(), {std::string(kNone), std::string(kNone), std::string(kNone)});
    }
    table.add_row(std::move(row));
  }
  return table.text();
}

std::string stretches_text(const CaptureReport& report) {
  TextTable table({{"sensor", Align::Left},
                   {"stuck"},
                   {"longest equal"},
                   {"for"},
                   {"spikes"},
                   {"samples"},
                   {"largest"},
                   {"lateness p50"},
                   {"p99"},
                   {"p99.9"},
                   {"max"}});
  for (const SensorReport& sensor : report.sensors) {
    std::vector<std::string> row{
        sensor.name,
        std::to_string(sensor.equal.stretches),
        std::to_string(sensor.equal.longest_samples),
        duration_words(sensor.equal.longest_time),
        std::to_string(sensor.spikes.stretches),
        std::to_string(sensor.spikes.samples),
        sensor.spikes.samples > 0 ? celsius_words(sensor.spikes.largest) : std::string(kNone)};
    if (sensor.lateness) {
      for (const core::Nanoseconds late : {sensor.lateness->p50, sensor.lateness->p99,
                                           sensor.lateness->p999, sensor.lateness->max}) {
        row.push_back(duration_words(late));
      }
    } else {
      row.insert(row.end(), 4, std::string(kNone));
    }
    table.add_row(std::move(row));
  }
  return table.text();
}

std::string pool_text(const CaptureReport& report) {
  std::string cores;
  for (const WorkerFigures& worker : report.pool.workers) {
    cores += (cores.empty() ? "" : ", ") + std::to_string(worker.core);
  }
  const std::size_t workers = report.pool.workers.size();
  std::string text = fmt::format(
      "{} samples in {}: {:.3g} million a second; {} {}{} on core {}, busy {} in all ({:.2f} "
      "cores)\n",
      report.samples, duration_words(report.pool.wall), samples_a_second(report) / 1e6, workers,
      report.processes ? "process" : "worker",
      workers == 1       ? ""
      : report.processes ? "es"
                         : "s",
      cores,
      duration_words(core::Nanoseconds{static_cast<std::int64_t>(
          cores_used(report.pool) * static_cast<double>(report.pool.wall.count()))}),
      cores_used(report.pool));
  if (const auto ratio = speed_up(report)) {
    text += fmt::format("one worker took {}: speed-up {:.2f}\n",
                        duration_words(report.single->wall), *ratio);
  }
  return text;
}

}  // namespace

double cores_used(const PoolFigures& pool) {
  core::Nanoseconds busy{0};
  for (const WorkerFigures& worker : pool.workers) {
    busy += worker.busy;
  }
  return pool.wall.count() > 0
             ? static_cast<double>(busy.count()) / static_cast<double>(pool.wall.count())
             : 0.0;
}

double samples_a_second(const CaptureReport& report) {
  const double seconds = std::chrono::duration<double>(report.pool.wall).count();
  return seconds > 0.0 ? static_cast<double>(report.samples) / seconds : 0.0;
}

std::optional<double> speed_up(const CaptureReport& report) {
  if (!report.single || report.pool.wall.count() <= 0) {
    return std::nullopt;
  }
  return static_cast<double>(report.single->wall.count()) /
         static_cast<double>(report.pool.wall.count());
}

std::string unread_words(const UnreadPlace& place) {
  std::string words = place.file + ", byte " + std::to_string(place.offset) + ": " + place.why;
  if (place.samples) {
    words += fmt::format("; {} samples of {} are lost", *place.samples, place.sensor);
  } else if (place.bytes) {
    words += fmt::format("; {} bytes are lost", *place.bytes);
  }
  return words;
}

std::string capture_report_text(const CaptureReport& report) {
  std::string text = counts_text(report) + "\n" + values_text(report) + "\n" + noise_text(report) +
                     "\n" + stretches_text(report) + "\n";
  return text + pool_text(report);
}

}  // namespace isotherm::app
