#include "app/feasibility_report.hpp"

#include "app/json.hpp"
#include "app/text_table.hpp"
#include "app/words.hpp"
#include "core/fault.hpp"

namespace isotherm::app {
namespace {

using core::Nanoseconds;
using diagnose::ReaderDemand;
using diagnose::ReaderFeasibility;
using diagnose::Reason;
using nlohmann::ordered_json;

std::string signed_words(Nanoseconds duration) {
  return duration < Nanoseconds{0} ? "-" + duration_words(-duration) : duration_words(duration);
}

std::string faulty_words(const SensorMeasurement& measured) {
  return measured.faulty == 0 ? "-"
                              : std::to_string(measured.faulty) + " (" +
                                    std::string{core::fault_word(measured.fault)} + ")";
}

std::string bus_cell(const SensorStudy& sensor) {
  return sensor.bus ? diagnose::bus_words(*sensor.bus) + " (" + sensor.bus->name + ")" : "-";
}

std::string sensor_table(const Study& study) {
  TextTable table({{"sensor", Align::Left},
                   {"reader", Align::Left},
                   {"reads"},
                   {"median"},
                   {"worst"},
                   {"computing"},
                   {"faulty"},
                   {"transfer"},
                   {"added"},
                   {"bus", Align::Left}});
  for (std::size_t i = 0; i < study.readers.size(); ++i) {
    for (std::size_t k = 0; k < study.sensors[i].size(); ++k) {
      const SensorStudy& sensor = study.sensors[i][k];
      const SensorMeasurement& measured = *sensor.measured;
      table.add_row({study.readers[i].sensors[k].name, study.readers[i].name,
                     std::to_string(measured.reads), duration_words(measured.median),
                     duration_words(measured.worst), duration_words(measured.cpu_worst),
                     faulty_words(measured),
                     sensor.bus ? duration_words(sensor.bus->transfer) : "-",
                     sensor.bus_added > Nanoseconds{0} ? duration_words(sensor.bus_added) : "-",
                     bus_cell(sensor)});
    }
  }
  return table.text();
}

// Why nothing is promised, behind the verdict.
std::string no_word_reason(Reason reason) {
  switch (reason) {
    case Reason::NotRealtime:
      return " (SCHED_OTHER)";
    case Reason::SleepsToo:
      return " (reads that sleep are longer than the runtime)";
    case Reason::ManyCores:
      return " (several cores)";
    default:
      return "";
  }
}

std::string response_cell(const ReaderDemand& reader, const ReaderFeasibility& result) {
  if (result.response) {
    return duration_words(*result.response);
  }
  const bool by_deadline = reader.policy == core::SchedulingPolicy::Deadline &&
                           result.verdict == diagnose::Verdict::Holds;
  return by_deadline ? "its deadline" : "no bound";
}

std::string reader_table(const Study& study) {
  TextTable table({{"reader", Align::Left},
                   {"rate"},
                   {"slot takes"},
                   {"utilisation"},
                   {"woken late"},
                   {"worst response"},
                   {"slack"},
                   {"highest rate"},
                   {"verdict", Align::Left},
                   {"most by", Align::Left}});
  for (std::size_t i = 0; i < study.readers.size(); ++i) {
    const ReaderDemand& reader = study.readers[i];
    const ReaderFeasibility& result = study.result.readers[i];
    const auto shortest = diagnose::shortest_period(study.readers, i, study.limits);
    const auto most = reader.costliest();
    table.add_row(
        {reader.name, rate_words(reader.period), duration_words(result.cost),
         percent_words(result.utilisation), duration_words(reader.jitter),
         response_cell(reader, result),
         result.response ? signed_words(reader.period - *result.response) : "-",
         shortest ? round_rate_words(*shortest) : "-",
         std::string{verdict_words(result.verdict)} + no_word_reason(result.reason),
         most ? reader.sensors[*most].name + " " + duration_words(reader.sensors[*most].worst)
              : "-"});
  }
  return table.text();
}

std::string core_table(const Study& study) {
  TextTable table({{"core"}, {"measured load"}, {"computing"}, {"readers", Align::Left}});
  for (const diagnose::CoreFeasibility& core : study.result.cores) {
    std::string names;
    for (const std::size_t reader : core.readers) {
      names += (names.empty() ? "" : " ") + study.readers[reader].name;
    }
    table.add_row({std::to_string(core.core), percent_words(core.utilisation),
                   percent_words(core.realtime_cpu), names});
  }
  return table.text();
}

std::string_view reason_key(Reason reason) {
  switch (reason) {
    case Reason::None:
      return "none";
    case Reason::SlotTooLong:
      return "slot_too_long";
    case Reason::ResponseLate:
      return "response_late";
    case Reason::NoBound:
      return "no_bound";
    case Reason::Throttled:
      return "throttled";
    case Reason::RuntimeShort:
      return "runtime_short";
    case Reason::NotAdmitted:
      return "not_admitted";
    case Reason::NotRealtime:
      return "not_realtime";
    case Reason::SleepsToo:
      return "sleeps_beyond_runtime";
    case Reason::ManyCores:
      return "several_cores";
  }
  return "none";
}

ordered_json sensor_json(const diagnose::SensorCost& cost, const SensorStudy& sensor) {
  const SensorMeasurement& measured = *sensor.measured;
  ordered_json json{
      {"name", cost.name},
      {"cost_ns", cost.worst.count()},
      {"reads", measured.reads},
      {"median_ns", measured.median.count()},
      {"worst_ns", measured.worst.count()},
      {"computing_ns", measured.cpu_worst.count()},
      {"faulty", measured.faulty},
      {"fault", measured.faulty == 0 ? ordered_json(nullptr)
                                     : ordered_json(std::string{core::fault_word(measured.fault)})},
      {"bus", nullptr}};
  if (sensor.bus) {
    json["bus"] = {{"name", sensor.bus->name},
                   {"kind", diagnose::bus_words(*sensor.bus)},
                   {"clock_hz", sensor.bus->clock_hertz},
                   {"clock_stated", sensor.bus->clock_stated},
                   {"transfer_ns", sensor.bus->transfer.count()},
                   {"added_ns", sensor.bus_added.count()}};
  }
  return json;
}

ordered_json reader_json(const Study& study, std::size_t i) {
  const ReaderDemand& reader = study.readers[i];
  const ReaderFeasibility& result = study.result.readers[i];
  const auto shortest = diagnose::shortest_period(study.readers, i, study.limits);
  const auto most = reader.costliest();
  ordered_json sensors = ordered_json::array();
  for (std::size_t k = 0; k < reader.sensors.size(); ++k) {
    sensors.push_back(sensor_json(reader.sensors[k], study.sensors[i][k]));
  }
  ordered_json others = ordered_json::array();
  for (const std::size_t other : result.others) {
    others.push_back(study.readers[other].name);
  }
  return {{"name", reader.name},
          {"measured_as", study.measured_as[i]},
          {"period_ns", reader.period.count()},
          {"cost_ns", result.cost.count()},
          {"utilisation", result.utilisation},
          {"woken_late_ns", reader.jitter.count()},
          {"blocking_ns", result.blocking.count()},
          {"before_it", others},
          {"worst_response_ns", or_null(result.response)},
          {"slack_ns", or_null(result.response ? std::optional{reader.period - *result.response}
                                               : std::nullopt)},
          {"shortest_period_ns", or_null(shortest)},
          {"costliest_sensor", most ? ordered_json(reader.sensors[*most].name) : nullptr},
          {"verdict", verdict_key(result.verdict)},
          {"reason", reason_key(result.reason)},
          {"sensors", sensors}};
}

}  // namespace

std::string_view verdict_words(diagnose::Verdict verdict) {
  switch (verdict) {
    case diagnose::Verdict::Holds:
      return "holds";
    case diagnose::Verdict::NoWord:
      return "no guarantee";
    case diagnose::Verdict::Fails:
      break;
  }
  return "does not hold";
}

std::string_view verdict_key(diagnose::Verdict verdict) {
  switch (verdict) {
    case diagnose::Verdict::Holds:
      return "holds";
    case diagnose::Verdict::NoWord:
      return "no_guarantee";
    case diagnose::Verdict::Fails:
      break;
  }
  return "fails";
}

std::string study_text(const Study& study) {
  std::string text =
      "\n" + sensor_table(study) + "\n" + reader_table(study) + "\n" + core_table(study);
  for (std::size_t i = 0; i < study.readers.size(); ++i) {
    text += "measured: reader " + study.readers[i].name + " as " + study.measured_as[i] + "\n";
  }
  return text;
}

ordered_json study_json(const Study& study) {
  ordered_json readers = ordered_json::array();
  for (std::size_t i = 0; i < study.readers.size(); ++i) {
    readers.push_back(reader_json(study, i));
  }
  ordered_json cores = ordered_json::array();
  for (const diagnose::CoreFeasibility& core : study.result.cores) {
    cores.push_back({{"core", core.core},
                     {"utilisation", core.utilisation},
                     {"realtime_computing", core.realtime_cpu},
                     {"throttled", core.throttled}});
  }
  return {{"feasible", !study.result.any_fails()},
          {"readers", readers},
          {"cores", cores},
          {"deadline_utilisation", study.result.deadline_utilisation},
          {"realtime_share", study.limits.realtime_share}};
}

}  // namespace isotherm::app
