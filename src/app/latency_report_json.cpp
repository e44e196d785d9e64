// `isotherm latency --json`: the results, with what the system was, so that a file means something
// a year later and on another machine.
#include <cmath>

#include "app/json.hpp"
#include "app/latency_report.hpp"
#include "core/scheduling.hpp"
#include "diagnose/kernel_tick.hpp"

namespace isotherm::app {
namespace {

using diagnose::ArmResult;
using diagnose::kQuantiles;
using nlohmann::ordered_json;

ordered_json null_if_empty(const std::string& text) {
  return text.empty() ? ordered_json(nullptr) : ordered_json(text);
}

// Four decimals are more than the buckets give.
double rounded(double ratio) { return std::round(ratio * 1e4) / 1e4; }

std::int64_t milliseconds_of(std::uint64_t ticks) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(diagnose::kKernelTick *
                                                               static_cast<std::int64_t>(ticks))
      .count();
}

ordered_json system_json(const LatencyReport& report) {
  const diagnose::LatencyFacts& facts = report.facts;
  return {{"hostname", report.kernel.hostname},
          {"machine", report.kernel.machine},
          {"model", null_if_empty(facts.model)},
          {"cpu_model", null_if_empty(facts.cpu_model)},
          {"hypervisor", facts.hypervisor},
          {"kernel_release", report.kernel.release},
          {"kernel_version", report.kernel.version},
          {"preemption", null_if_empty(facts.preemption)},
          {"cmdline", facts.cmdline},
          {"cores_online", facts.cores_online},
          {"cores_isolated", facts.cores_isolated},
          {"cores_nohz_full", facts.cores_nohz_full},
          {"governor", null_if_empty(facts.governor)},
          {"clocksource", null_if_empty(facts.clocksource)},
          {"sched_rt_runtime_us", null_if_empty(facts.rt_runtime_us)},
          {"sched_rt_period_us", null_if_empty(facts.rt_period_us)}};
}

ordered_json usage_json(const std::optional<diagnose::BlockUsage>& usage) {
  if (!usage) {
    return nullptr;
  }
  return {{"voluntary_switches", usage->voluntary_switches},
          {"involuntary_switches", usage->involuntary_switches},
          {"migrations", or_null(usage->migrations)},
          {"minor_faults", usage->minor_faults},
          {"major_faults", usage->major_faults},
          {"cpu_ns", usage->cpu_time.count()}};
}

ordered_json counters_json(const LatencyReport& report, const diagnose::BlockResult& sum) {
  if (sum.counted_slots == 0) {
    return {{"slots", 0}, {"problem", null_if_empty(report.counters_problem)}};
  }
  return {{"slots", sum.counted_slots},
          {"instructions", or_null(sum.instructions)},
          {"cache_misses", or_null(sum.cache_misses)},
          {"user_only", sum.counted_user_only}};
}

ordered_json lateness_json(const core::Histogram& lateness) {
  ordered_json json = ordered_json::object();
  for (const diagnose::QuantileKind& kind : kQuantiles) {
    json[kind.key] = lateness.quantile(kind.fraction).count();
  }
  json["max"] = lateness.max().count();
  return json;
}

// [greatest value of the bucket, count], empty buckets left out.
ordered_json histogram_json(const core::Histogram& lateness) {
  ordered_json json = ordered_json::array();
  for (std::size_t i = 0; i < core::histogram_buckets::kCount; ++i) {
    if (const std::uint64_t count = lateness.bucket(i); count > 0) {
      json.push_back({core::histogram_buckets::upper_edge(i), count});
    }
  }
  return json;
}

ordered_json blocks_json(const ArmResult& arm) {
  ordered_json json = ordered_json::array();
  for (const diagnose::BlockSummary& block : arm.blocks) {
    ordered_json one{{"round", block.round}, {"measured", block.measured}};
    for (std::size_t i = 0; i < kQuantiles.size(); ++i) {
      one[kQuantiles.at(i).key] = block.quantiles.at(i).high.count();
    }
    one["max"] = block.max.count();
    json.push_back(std::move(one));
  }
  return json;
}

ordered_json arm_json(const LatencyReport& report, const ArmResult& arm) {
  ordered_json json{{"name", arm.arm.name},
                    {"title", arm.arm.title},
                    {"measured", arm.measured()},
                    {"why_not", null_if_empty(why_not_measured(arm).value_or(""))}};
  if (!arm.measured()) {
    return json;
  }
  const diagnose::BlockResult& sum = arm.sum;
  json["policy"] = core::policy_word(arm.arm.policy);
  json["priority"] = arm.arm.priority;
  json["cores"] = arm.arm.cores.text();
  json["locked"] = arm.arm.locked;
  json["spin_ns"] = arm.arm.spin.count();
  json["blocks_failed"] = arm.failed;
  json["failure"] = null_if_empty(arm.failure);
  json["wake_ups"] = {{"scheduled", or_null(sum.scheduled)},
                      {"measured", sum.measured},
                      {"missed", or_null(sum.missed)}};
  json["lateness_ns"] = lateness_json(sum.lateness);
  json["usage"] = usage_json(sum.usage);
  json["counters"] = counters_json(report, sum);
  json["blocks"] = blocks_json(arm);
  json["histogram_ns"] = histogram_json(sum.lateness);
  return json;
}

ordered_json ratio_json(const diagnose::LatencyRatio& ratio) {
  const diagnose::RatioSpread& spread = ratio.spread;
  return {{"of", ratio.of},
          {"over", ratio.over},
          {"at", kQuantiles.at(ratio.quantile).word},
          {"rounds", spread.rounds},
          {"median", rounded(spread.median)},
          {"lower_quartile", rounded(spread.lower_quartile)},
          {"upper_quartile", rounded(spread.upper_quartile)},
          {"low", rounded(spread.low)},
          {"high", rounded(spread.high)},
          {"coverage", rounded(spread.coverage())},
          {"of_merged", rounded(ratio.of_merged)}};
}

}  // namespace

std::string latency_json(const LatencyReport& report) {
  ordered_json json{
      {"isotherm", report.version},
      {"date", report.date},
      {"system", system_json(report)},
      {"measured",
       {{"core", report.core},
        {"period_ns", report.shape.period.count()},
        {"priority", report.priority},
        {"slots_per_block", report.shape.slots},
        {"warm_up_slots", report.shape.warm_up_slots},
        {"counted_slots", report.shape.counted_slots},
        {"seed", report.seed},
        {"load", null_if_empty(report.load)},
        {"rounds", report.results.rounds},
        {"rounds_done", report.results.rounds_done},
        {"interrupted", report.results.interrupted},
        {"took_ms", std::chrono::duration_cast<std::chrono::milliseconds>(report.took).count()}}},
      {"meanwhile",
       {{"steal_ms", milliseconds_of(report.meanwhile.steal_ticks)},
        {"core_steal_ms", milliseconds_of(report.meanwhile.core_steal_ticks)},
        {"core_interrupts", report.meanwhile.interrupts},
        {"load_troubles", report.load_troubles}}},
      {"arms", ordered_json::array()},
      {"ratios", ordered_json::array()}};
  for (const ArmResult& arm : report.results.arms) {
    json["arms"].push_back(arm_json(report, arm));
  }
  for (const diagnose::LatencyRatio& ratio : report.results.ratios) {
    json["ratios"].push_back(ratio_json(ratio));
  }
  return json_text(json);
}

}  // namespace isotherm::app
