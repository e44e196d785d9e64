#include "app/json.hpp"
#include "app/run_report.hpp"
#include "app/words.hpp"
#include "app/worst_slot_words.hpp"

namespace isotherm::app {
namespace {

using nlohmann::ordered_json;

ordered_json counts_json(const core::SlotCounts& counts) {
  return {{"scheduled", counts.scheduled},
          {"good", counts.good},
          {"faulty", counts.faulty},
          {"missed", counts.missed},
          {"dropped", counts.dropped}};
}

ordered_json sensor_json(const SensorReport& sensor) {
  ordered_json json{{"name", sensor.name},
                    {"reader", sensor.reader},
                    {"unit", sensor.unit},
                    {"in_rows", counts_json(sensor.counted_in_rows)},
                    {"by_reader", counts_json(sensor.counted_by_reader)},
                    {"accounted_for", sensor.accounted_for()}};
  ordered_json faults = ordered_json::object();
  for (std::size_t i = 1; i < sensor.faults.size(); ++i) {
    if (sensor.faults[i] > 0) {
      faults[std::string{core::fault_word(static_cast<core::Fault>(i))}] = sensor.faults[i];
    }
  }
  json["faults"] = faults;
  if (sensor.statistics) {
    json["min"] = sensor.statistics->min;
    json["mean"] = sensor.statistics->mean;
    json["max"] = sensor.statistics->max;
    json["stddev"] = or_null(sensor.statistics->stddev);
    json["last"] = sensor.statistics->last;
  }
  return json;
}

ordered_json thread_json(const ThreadReport& thread) {
  return {{"policy", thread.policy},
          {"priority", thread.priority},
          {"affinity", thread.affinity},
          {"core", or_null(thread.core)},
          {"migrations", or_null(thread.migrations)},
          {"voluntary_switches", thread.voluntary_switches},
          {"involuntary_switches", thread.involuntary_switches},
          {"minor_faults", thread.minor_faults},
          {"major_faults", thread.major_faults},
          {"faults_after_start", or_null(thread.faults_after_start)},
          {"cpu_ns", thread.cpu_time.count()}};
}

ordered_json value_json(const core::Event::Value& value) {
  return std::visit([](const auto& held) { return ordered_json(held); }, value);
}

// As in the event log, but for what all of its lines have.
ordered_json evidence_json(const ReaderReport& reader) {
  ordered_json slots = ordered_json::array();
  for (const diagnose::JudgedSlot& slot : reader.evidence.worst) {
    const core::Event event = worst_slot_event(slot, reader.name);
    ordered_json one{{"time", time_words(event.time)}};
    for (const auto& [name, value] : event.fields) {
      one[name] = value_json(value);
    }
    slots.push_back(std::move(one));
  }
  ordered_json causes = ordered_json::object();
  for (std::size_t i = 0; i < diagnose::kCauseCount; ++i) {
    if (reader.evidence.causes[i] > 0) {
      causes[std::string{diagnose::cause_word(static_cast<diagnose::Cause>(i))}] =
          reader.evidence.causes[i];
    }
  }
  return {{"slots", slots}, {"causes", causes}, {"lost", reader.worst_slots_lost}};
}

ordered_json reader_json(const ReaderReport& reader) {
  return {{"name", reader.name},
          {"period_ns", reader.period.count()},
          {"slots", reader.slots},
          {"missed_slots", reader.missed_slots},
          {"dropped", reader.dropped},
          {"late_ns",
           {{"p50", reader.late_p50.count()},
            {"p99", reader.late_p99.count()},
            {"p999", reader.late_p999.count()},
            {"max", reader.late_max.count()}}},
          {"busy_ns",
           {{"p50", reader.busy_p50.count()},
            {"p99", reader.busy_p99.count()},
            {"max", reader.busy_max.count()}}},
          {"stopped_by_overrun", reader.stopped_by_overrun},
          {"isolation",
           reader.isolation.empty() ? ordered_json(nullptr) : ordered_json(reader.isolation)},
          {"thread", reader.thread ? thread_json(*reader.thread) : ordered_json(nullptr)},
          {"worst", evidence_json(reader)}};
}

ordered_json trace_counts_json(const diagnose::TraceCounts& counts) {
  return {{"made", counts.made},
          {"written", counts.written},
          {"dropped_by_ring", counts.dropped_by_ring},
          {"over_limit", counts.over_limit},
          {"not_written", counts.not_written}};
}

ordered_json trace_json(const diagnose::TraceOutcome& trace) {
  ordered_json json{{"path", trace.path},
                    {"bytes", trace.bytes},
                    {"limit_bytes", trace.limit},
                    {"complete", trace.complete},
                    {"error", trace.error},
                    {"accounted_for", trace.accounted_for()},
                    {"events", trace_counts_json(trace.events())},
                    {"threads", ordered_json::array()}};
  for (const diagnose::TracedThread& thread : trace.threads) {
    ordered_json one{{"thread", thread.thread}, {"events", trace_counts_json(thread.events)}};
    if (thread.reader) {
      one["slots"] = trace_counts_json(thread.slots);
    }
    json["threads"].push_back(std::move(one));
  }
  return json;
}

ordered_json history_json(const HistoryReport& report) {
  const history::HistoryOutcome& outcome = report.outcome;
  return {{"path", report.path},
          {"rows", outcome.rows},
          {"rows_lost", outcome.rows_lost},
          {"events", outcome.events},
          {"events_lost", outcome.events_lost},
          {"bytes_written", outcome.usage.written_bytes},
          {"bytes_kept", outcome.usage.kept_bytes},
          {"bytes", outcome.usage.total_bytes},
          {"bytes_peak", outcome.usage.peak_bytes},
          {"last_error", outcome.last_error}};
}

ordered_json capture_json(const RunReport& report) {
  const capture::CaptureOutcome& outcome = *report.capture;
  return {{"path", outcome.path},
          {"samples", outcome.counts.taken},
          {"written", outcome.counts.written},
          {"dropped", outcome.counts.dropped},
          {"accounted_for", report.capture_accounted_for()},
          {"chunks", outcome.counts.chunks},
          {"bytes", outcome.counts.bytes},
          {"bytes_a_sample", outcome.bytes_a_sample()},
          {"syncs_failed", outcome.counts.syncs_failed},
          {"files_deleted", outcome.files_deleted},
          {"last_error", outcome.last_error}};
}

}  // namespace

std::string summary_json(const RunReport& report) {
  ordered_json json;
  json["station"] = report.station;
  json["accounted_for"] = report.accounted_for();
  json["sensors"] = ordered_json::array();
  for (const SensorReport& sensor : report.sensors) {
    json["sensors"].push_back(sensor_json(sensor));
  }
  json["readers"] = ordered_json::array();
  for (const ReaderReport& reader : report.readers) {
    json["readers"].push_back(reader_json(reader));
  }
  json["log"] = {{"path", report.log_path},
                 {"rows_written", report.log.rows_written},
                 {"rows_merged", report.log.rows_merged},
                 {"rows_lost", report.log.rows_lost},
                 {"scheduled_lost", report.log.scheduled_lost},
                 {"syncs_failed", report.log.syncs_failed},
                 {"was_away", report.log.was_away},
                 {"last_error", report.log.last_error}};
  json["trace"] = report.trace ? trace_json(*report.trace) : ordered_json(nullptr);
  json["history"] = report.history ? history_json(*report.history) : ordered_json(nullptr);
  json["bytes_written"] = report.bytes_written;
  json["elapsed_ns"] = report.elapsed.count();
  json["virtual_time"] = ordered_json(nullptr);
  if (report.virtual_time) {
    json["virtual_time"] = {{"span_ns", report.virtual_time->span.count()},
                            {"took_ns", report.virtual_time->took.count()},
                            {"readings", report.virtual_time->readings},
                            {"readings_a_second", report.virtual_time->readings_a_second()}};
  }
  json["capture"] = report.capture ? capture_json(report) : ordered_json(nullptr);
  json["events"] = {{"written", report.events.written},
                    {"lost", report.events.lost},
                    {"last_error", report.events.last_error}};
  json["resident_bytes"] = report.resident_bytes;
  json["locked_bytes"] = report.locked_bytes;
  json["missing_prerequisites"] = report.missing_prerequisites;
  json["forced"] = report.forced;
  json["feasibility"] = ordered_json::array();
  for (const BusyComparison& comparison : report.busy_comparisons) {
    json["feasibility"].push_back(comparison_json(comparison));
  }
  json["crash"] = or_null(report.crash);
  return json_text(json);
}

}  // namespace isotherm::app
