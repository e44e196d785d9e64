#include "app/run_report.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <chrono>

#include "app/text_table.hpp"
#include "app/words.hpp"
#include "app/worst_slot_words.hpp"
#include "settings/quantity.hpp"

namespace isotherm::app {
namespace {

std::string count_words(const std::optional<std::uint64_t>& count) {
  return count ? fmt::format("{}", *count) : "-";
}

std::string sensor_table(const std::vector<SensorReport>& sensors) {
  TextTable table({{"sensor", Align::Left},
                   {"reader", Align::Left},
                   {"scheduled"},
                   {"good"},
                   {"faulty"},
                   {"missed"},
                   {"dropped"},
                   {"mean"},
                   {"min"},
                   {"max"},
                   {"last"},
                   {"unit", Align::Left},
                   {"faults", Align::Left}});
  for (const SensorReport& sensor : sensors) {
    const core::SlotCounts& counts = sensor.counted_in_rows;
    const auto number = [&sensor](double core::WindowStatistics::*field) {
      return sensor.statistics ? celsius_words((*sensor.statistics).*field) : std::string{"-"};
    };
    table.add_row({sensor.name, sensor.reader, fmt::to_string(counts.scheduled),
                   fmt::to_string(counts.good), fmt::to_string(counts.faulty),
                   fmt::to_string(counts.missed), fmt::to_string(counts.dropped),
                   number(&core::WindowStatistics::mean), number(&core::WindowStatistics::min),
                   number(&core::WindowStatistics::max), number(&core::WindowStatistics::last),
                   sensor.unit, fault_words(sensor.faults)});
  }
  return table.text();
}

std::string timing_table(const std::vector<ReaderReport>& readers) {
  TextTable table({{"reader", Align::Left},
                   {"rate"},
                   {"slots"},
                   {"missed"},
                   {"dropped"},
                   {"late p50"},
                   {"p99"},
                   {"p99.9"},
                   {"max"},
                   {"busy p50"},
                   {"p99"},
                   {"max"},
                   {"", Align::Left}});
  for (const ReaderReport& reader : readers) {
    table.add_row({reader.name, rate_words(reader.period), fmt::to_string(reader.slots),
                   fmt::to_string(reader.missed_slots), fmt::to_string(reader.dropped),
                   duration_words(reader.late_p50), duration_words(reader.late_p99),
                   duration_words(reader.late_p999), duration_words(reader.late_max),
                   duration_words(reader.busy_p50), duration_words(reader.busy_p99),
                   duration_words(reader.busy_max),
                   reader.stopped_by_overrun ? "stopped at its first missed slot" : ""});
  }
  return table.text();
}

std::string thread_table(const std::vector<ReaderReport>& readers) {
  TextTable table({{"reader", Align::Left},
                   {"policy", Align::Left},
                   {"priority"},
                   {"may use cores"},
                   {"ran on"},
                   {"migrations"},
                   {"switches vol."},
                   {"invol."},
                   {"faults minor"},
                   {"major"},
                   {"after 1st s"}});
  for (const ReaderReport& reader : readers) {
    if (!reader.thread) {
      table.add_row({reader.name, "gone"});
      continue;
    }
    const ThreadReport& thread = *reader.thread;
    table.add_row({reader.name, thread.policy, fmt::to_string(thread.priority), thread.affinity,
                   thread.core ? fmt::to_string(*thread.core) : "-", count_words(thread.migrations),
                   fmt::to_string(thread.voluntary_switches),
                   fmt::to_string(thread.involuntary_switches), fmt::to_string(thread.minor_faults),
                   fmt::to_string(thread.major_faults), count_words(thread.faults_after_start)});
  }
  return table.text();
}

// One line for all readers, whose cores' isolation was looked at when they were started.
std::string isolation_words(const std::vector<ReaderReport>& readers) {
  std::string text;
  for (const ReaderReport& reader : readers) {
    if (!reader.isolation.empty()) {
      text += fmt::format("{} {} ({})", text.empty() ? "isolation:" : ";", reader.name,
                          reader.isolation);
    }
  }
  return text.empty() ? text : text + "\n";
}

std::string log_words(const std::string& path, const store::LogOutcome& log) {
  std::string text = fmt::format("log: {}, {} rows\n", path, log.rows_written);
  if (log.rows_merged > 0) {
    text += fmt::format(
        "log: {} rows could not be kept one by one and are summed up in the rows marked "
        "merged_rows\n",
        log.rows_merged);
  }
  if (log.rows_lost > 0) {
    text += fmt::format("log: {} rows, with {} scheduled readings, are LOST\n", log.rows_lost,
                        log.scheduled_lost);
  }
  if (log.was_away) {
    text += fmt::format("log: it could not be written for a time: {}\n", log.last_error);
  }
  if (log.syncs_failed > 0) {
    text += fmt::format("log: {} syncs failed; a power cut may take rows: {}\n", log.syncs_failed,
                        log.last_error);
  }
  return text;
}

std::string history_words(const HistoryReport& report) {
  const history::HistoryOutcome& outcome = report.outcome;
  std::string text = fmt::format("history: {}, {} rows, {}\n", report.path, outcome.rows,
                                 size_words(outcome.usage.total_bytes));
  if (outcome.rows_lost + outcome.events_lost > 0) {
    text += fmt::format("history: {} rows and {} events are LOST to it; the log has its own\n",
                        outcome.rows_lost, outcome.events_lost);
  }
  if (!outcome.last_error.empty()) {
    text += fmt::format("history: it could not be written for a time: {}\n", outcome.last_error);
  }
  return text;
}

// What wears out a card. A short run says little of a day: files are begun in it.
std::string write_words(const RunReport& report) {
  const double days = std::chrono::duration<double>(report.elapsed) / std::chrono::hours{24};
  if (report.log.rows_written == 0 || days <= 0.0) {
    return {};
  }
  const auto written = static_cast<double>(report.bytes_written);
  return fmt::format("writes: {} to all files, {:.0f} bytes a row, {} a day at this pace\n",
                     size_words(report.bytes_written),
                     written / static_cast<double>(report.log.rows_written),
                     size_words(static_cast<std::uint64_t>(written / days)));
}

std::string trace_words(const diagnose::TraceOutcome& trace) {
  const diagnose::TraceCounts events = trace.events();
  std::string text =
      fmt::format("trace: {}, {}, {} events", trace.path, size_words(trace.bytes), events.written);
  text += events.dropped() == 0 ? ", none dropped\n"
                                : fmt::format(
                                      ", {} dropped ({} by full rings, {} beyond "
                                      "--trace-limit, {} that could not be written)\n",
                                      events.dropped(), events.dropped_by_ring, events.over_limit,
                                      events.not_written);
  if (!trace.error.empty()) {
    text += fmt::format("trace: it ended early: {}\n", trace.error);
  }
  for (const diagnose::TracedThread& thread : trace.threads) {
    if (!thread.events.identity_holds() || !thread.slots.identity_holds()) {
      text += fmt::format("trace: NOT accounted for: {}\n", thread.thread);
    }
  }
  return text;
}

std::string virtual_words(const VirtualTime& time) {
  return fmt::format("virtual clock: {} of the station in {}, {:.1f} million readings a second\n",
                     settings::duration_text(time.span), duration_words(time.took),
                     time.readings_a_second() / 1e6);
}

std::string capture_words(const RunReport& report) {
  const capture::CaptureOutcome& outcome = *report.capture;
  const capture::CaptureCounts& counts = outcome.counts;
  std::string text = fmt::format("capture: {}, {} samples, {}, {:.2f} bytes a sample, {} dropped\n",
                                 outcome.path, counts.written, size_words(counts.bytes),
                                 outcome.bytes_a_sample(), counts.dropped);
  if (counts.was_away) {
    text += fmt::format("capture: it could not be written for a time: {}\n", outcome.last_error);
  }
  if (counts.syncs_failed > 0) {
    text += fmt::format("capture: {} syncs failed; samples may be lost: {}\n", counts.syncs_failed,
                        outcome.last_error);
  }
  if (outcome.files_deleted > 0) {
    text += fmt::format("capture: {} of the oldest files were deleted\n", outcome.files_deleted);
  }
  if (!report.capture_accounted_for()) {
    text += fmt::format("capture: NOT accounted for: {} came, {} written + {} dropped\n",
                        counts.taken, counts.written, counts.dropped);
  }
  return text;
}

std::string verdict(const RunReport& report) {
  core::SlotCounts total;
  for (const SensorReport& sensor : report.sensors) {
    total += sensor.counted_in_rows;
  }
  std::string text;
  for (const SensorReport& sensor : report.sensors) {
    if (!sensor.accounted_for()) {
      const auto words = [](const core::SlotCounts& counts) {
        return fmt::format("{} = {} + {} + {} + {}", counts.scheduled, counts.good, counts.faulty,
                           counts.missed, counts.dropped);
      };
      text +=
          fmt::format("NOT accounted for: {}: the reader counted {}, the rows {}\n", sensor.name,
                      words(sensor.counted_by_reader), words(sensor.counted_in_rows));
    }
  }
  text +=
      fmt::format("accounting: scheduled {} = good {} + faulty {} + missed {} + dropped {}: {}\n",
                  total.scheduled, total.good, total.faulty, total.missed, total.dropped,
                  report.accounted_for() ? "holds for every sensor" : "DOES NOT HOLD");
  return text;
}

}  // namespace

bool RunReport::capture_accounted_for() const {
  if (!capture) {
    return true;
  }
  std::uint64_t samples = 0;
  for (const SensorReport& sensor : sensors) {
    samples += sensor.counted_in_rows.good + sensor.counted_in_rows.faulty;
  }
  const capture::CaptureCounts& counts = capture->counts;
  return counts.taken == samples && counts.taken == counts.written + counts.dropped;
}

bool RunReport::accounted_for() const {
  return capture_accounted_for() &&
         std::all_of(sensors.begin(), sensors.end(),
                     [](const SensorReport& sensor) { return sensor.accounted_for(); });
}

core::ExitCode exit_code_of(const RunReport& report) {
  if (report.crash || !report.accounted_for()) {
    return core::ExitCode::Software;
  }
  if (!report.log.complete() || (report.capture && report.capture->counts.dropped > 0)) {
    return core::ExitCode::Io;
  }
  for (const ReaderReport& reader : report.readers) {
    if (reader.stopped_by_overrun) {
      // The operator asked for a reader that rather ends than misses: its timing was not to be had.
      return core::ExitCode::Unavailable;
    }
  }
  return core::ExitCode::Ok;
}

std::string summary_text(const RunReport& report) {
  std::string text = "station " + report.station + "\n\n" + sensor_table(report.sensors) + "\n" +
                     timing_table(report.readers) + "\n";
  text += report.virtual_time ? virtual_words(*report.virtual_time)
                              : thread_table(report.readers) + "\n";
  text += worst_slots_text(report);
  text += fmt::format("memory: {} resident, {} locked\n", size_words(report.resident_bytes),
                      size_words(report.locked_bytes));
  text += isolation_words(report.readers);
  text += log_words(report.log_path, report.log);
  if (report.history) {
    text += history_words(*report.history);
  }
  if (report.capture) {
    text += capture_words(report);
  }
  text += write_words(report);
  if (report.trace) {
    text += trace_words(*report.trace);
  }
  for (const std::string& missing : report.missing_prerequisites) {
    text += "best effort: " + missing + "\n";
  }
  for (const std::string& forced : report.forced) {
    text += "forced: " + forced + "\n";
  }
  for (const BusyComparison& comparison : report.busy_comparisons) {
    text += comparison.worse ? comparison_words(comparison) + "\n" : "";
  }
  if (report.crash) {
    text += "BUG: " + *report.crash + "\n";
  }
  return text + verdict(report);
}

}  // namespace isotherm::app
