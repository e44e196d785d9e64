#include "app/latency_wire.hpp"

#include <stdexcept>

#include "app/json.hpp"
#include "core/setup_error.hpp"

namespace isotherm::app {
namespace {

using core::Nanoseconds;
using diagnose::BlockOutcome;
using diagnose::BlockResult;
using json = nlohmann::ordered_json;

std::optional<std::uint64_t> number_or_nothing(const json& value) {
  return value.is_null() ? std::nullopt : std::optional{value.get<std::uint64_t>()};
}

core::CpuSet cores_of(const json& value) {
  return core::CpuSet::parse(value.get<std::string>()).value_or(core::CpuSet{});
}

json usage_json(const diagnose::BlockUsage& usage) {
  return {{"voluntary", usage.voluntary_switches},
          {"involuntary", usage.involuntary_switches},
          {"minor", usage.minor_faults},
          {"major", usage.major_faults},
          {"migrations", or_null(usage.migrations)},
          {"cpu", usage.cpu_time.count()}};
}

std::optional<diagnose::BlockUsage> usage_of(const json& value) {
  if (value.is_null()) {
    return std::nullopt;
  }
  return diagnose::BlockUsage{.voluntary_switches = value.at("voluntary"),
                              .involuntary_switches = value.at("involuntary"),
                              .minor_faults = value.at("minor"),
                              .major_faults = value.at("major"),
                              .migrations = number_or_nothing(value.at("migrations")),
                              .cpu_time = Nanoseconds{value.at("cpu").get<std::int64_t>()}};
}

BlockResult result_of(const json& value) {
  BlockResult result;
  result.scheduled = number_or_nothing(value.at("scheduled"));
  result.missed = number_or_nothing(value.at("missed"));
  result.measured = value.at("measured");
  const Nanoseconds max{value.at("max").get<std::int64_t>()};
  for (const json& bucket : value.at("buckets")) {
    const auto index = bucket.at(0).get<std::size_t>();
    if (index >= core::histogram_buckets::kCount) {
      throw std::out_of_range("no bucket " + std::to_string(index));
    }
    result.lateness.add(index, bucket.at(1), max);
  }
  result.usage = usage_of(value.at("usage"));
  result.counted_slots = value.at("counted_slots");
  result.instructions = number_or_nothing(value.at("instructions"));
  result.cache_misses = number_or_nothing(value.at("cache_misses"));
  result.counted_user_only = value.at("counted_user_only");
  return result;
}

}  // namespace

std::string task_text(const LatencyTask& task) {
  const diagnose::LatencyArm& arm = task.arm;
  return json{{"kind", static_cast<int>(task.kind)},
              {"parent", task.parent},
              {"beside", task.beside.text()},
              {"arm", arm.name},
              {"policy", static_cast<int>(arm.policy)},
              {"priority", arm.priority},
              {"cores", arm.cores.text()},
              {"locked", arm.locked},
              {"spin", arm.spin.count()},
              {"period", task.shape.period.count()},
              {"slots", task.shape.slots},
              {"warm_up_slots", task.shape.warm_up_slots},
              {"counted_slots", task.shape.counted_slots},
              {"directory", task.directory}}
      .dump();
}

LatencyTask parse_task(const std::string& text) {
  try {
    const json value = json::parse(text);
    LatencyTask task;
    task.kind = static_cast<LatencyTask::Kind>(value.at("kind").get<int>());
    task.parent = value.at("parent");
    task.beside = cores_of(value.at("beside"));
    task.arm.name = value.at("arm");
    task.arm.policy = static_cast<core::SchedulingPolicy>(value.at("policy").get<int>());
    task.arm.priority = value.at("priority");
    task.arm.cores = cores_of(value.at("cores"));
    task.arm.locked = value.at("locked");
    task.arm.spin = Nanoseconds{value.at("spin").get<std::int64_t>()};
    task.shape = {.period = Nanoseconds{value.at("period").get<std::int64_t>()},
                  .slots = value.at("slots"),
                  .warm_up_slots = value.at("warm_up_slots"),
                  .counted_slots = value.at("counted_slots")};
    task.directory = value.at("directory");
    return task;
  } catch (const json::exception& error) {
    throw core::SetupError(core::ExitCode::Usage, error.what(), "--as-child",
                           "this option is for isotherm itself");
  }
}

std::string outcome_text(const BlockOutcome& outcome) {
  if (outcome.kind != BlockOutcome::Kind::Done) {
    return json{{"refused", outcome.reason}}.dump(-1, ' ', false, json::error_handler_t::replace);
  }
  const BlockResult& result = outcome.result;
  json buckets = json::array();
  for (std::size_t i = 0; i < core::histogram_buckets::kCount; ++i) {
    if (const std::uint64_t count = result.lateness.bucket(i); count > 0) {
      buckets.push_back({i, count});
    }
  }
  return json{{"scheduled", or_null(result.scheduled)},
              {"missed", or_null(result.missed)},
              {"measured", result.measured},
              {"max", result.lateness.max().count()},
              {"buckets", std::move(buckets)},
              {"usage", result.usage ? usage_json(*result.usage) : json(nullptr)},
              {"counted_slots", result.counted_slots},
              {"instructions", or_null(result.instructions)},
              {"cache_misses", or_null(result.cache_misses)},
              {"counted_user_only", result.counted_user_only}}
      .dump();
}

BlockOutcome parse_outcome(const std::string& text) {
  try {
    const json value = json::parse(text);
    if (value.contains("refused")) {
      return BlockOutcome::refused(value.at("refused"));
    }
    return {.kind = BlockOutcome::Kind::Done, .result = result_of(value), .reason = ""};
  } catch (const std::exception& error) {
    // Of nlohmann-json, or of a bucket that does not exist.
    return BlockOutcome::refused(std::string{"the block's process reported nonsense: "} +
                                 error.what());
  }
}

}  // namespace isotherm::app
