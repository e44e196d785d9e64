#include "app/latency_figures.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>

#include "app/words.hpp"
#include "diagnose/kernel_tick.hpp"

namespace isotherm::app {
namespace {

using diagnose::ArmResult;
using diagnose::kQuantiles;

constexpr const char* kUnknown = "-";

std::string number_words(const std::optional<std::uint64_t>& number) {
  return number ? std::to_string(*number) : kUnknown;
}

std::string per_slot(const std::optional<std::uint64_t>& count, std::uint64_t slots) {
  if (!count || slots == 0) {
    return kUnknown;
  }
  return fmt::format("{:.1f}", static_cast<double>(*count) / static_cast<double>(slots));
}

std::string ratio_words(double ratio) {
  if (ratio < 0.1) {
    return fmt::format("{:.2g}", ratio);
  }
  return ratio < 10.0 ? fmt::format("{:.2f}", ratio)
                      : fmt::format("{:.{}f}", ratio, ratio < 100 ? 1 : 0);
}

std::string spread_cell(const diagnose::RatioSpread& spread) {
  return fmt::format("{} ({} to {})", ratio_words(spread.median), ratio_words(spread.low),
                     ratio_words(spread.high));
}

void add(std::vector<std::pair<std::string, std::string>>& figures, const std::string& name,
         const std::string& value) {
  if (!value.empty()) {
    figures.emplace_back(name, value);
  }
}

// The most frequent interrupts of the measured core.
std::string interrupt_words(const diagnose::MachineCounts& counts) {
  constexpr std::size_t kTold = 5;
  std::vector<std::pair<std::uint64_t, std::string>> sorted;
  for (const auto& [name, count] : counts.interrupts) {
    sorted.emplace_back(count, name);
  }
  std::sort(sorted.rbegin(), sorted.rend());
  std::string words;
  for (std::size_t i = 0; i < std::min(kTold, sorted.size()); ++i) {
    words +=
        fmt::format("{}{} of {}", words.empty() ? "" : ", ", sorted[i].first, sorted[i].second);
  }
  return words.empty() ? "none" : words;
}

}  // namespace

FigureTable lateness_table(const LatencyReport& report) {
  FigureTable table{{"arm", "cores", "blocks", "wake-ups", "missed", "p50", "p99", "p99.9", "max"},
                    {}};
  for (const ArmResult& arm : report.results.arms) {
    if (!arm.measured()) {
      continue;
    }
    std::vector<std::string> row{arm.arm.name, arm.arm.cores.text(),
                                 std::to_string(arm.blocks.size()),
                                 std::to_string(arm.sum.measured), number_words(arm.sum.missed)};
    for (const diagnose::QuantileKind& kind : kQuantiles) {
      row.push_back(duration_words(arm.sum.lateness.quantile(kind.fraction)));
    }
    row.push_back(duration_words(arm.sum.lateness.max()));
    table.rows.push_back(std::move(row));
  }
  return table;
}

FigureTable cost_table(const LatencyReport& report) {
  FigureTable table{{"arm", "voluntary", "involuntary", "migrations", "minor", "major",
                     "instructions", "cache misses"},
                    {}};
  for (const ArmResult& arm : report.results.arms) {
    if (!arm.measured() || !arm.sum.usage) {
      continue;
    }
    const diagnose::BlockUsage& usage = *arm.sum.usage;
    table.rows.push_back({arm.arm.name, std::to_string(usage.voluntary_switches),
                          std::to_string(usage.involuntary_switches),
                          number_words(usage.migrations), std::to_string(usage.minor_faults),
                          std::to_string(usage.major_faults),
                          per_slot(arm.sum.instructions, arm.sum.counted_slots),
                          per_slot(arm.sum.cache_misses, arm.sum.counted_slots)});
  }
  return table;
}

FigureTable ratio_table(const LatencyReport& report) {
  FigureTable table{{"ratio"}, {}};
  for (const diagnose::QuantileKind& kind : kQuantiles) {
    table.titles.emplace_back(kind.word);
  }
  for (const diagnose::LatencyRatio& ratio : report.results.ratios) {
    const std::string name = ratio.of + " / " + ratio.over;
    if (table.rows.empty() || table.rows.back().front() != name) {
      table.rows.push_back({name});
      table.rows.back().resize(table.titles.size(), kUnknown);
    }
    table.rows.back().at(ratio.quantile + 1) = spread_cell(ratio.spread);
  }
  return table;
}

std::string missed_words(const LatencyReport& report) {
  constexpr std::uint64_t kFew = 100;  // one in so many
  std::string names;
  for (const ArmResult& arm : report.results.arms) {
    if (arm.sum.missed.value_or(0) * kFew > arm.sum.scheduled.value_or(0)) {
      names += (names.empty() ? "" : ", ") + arm.arm.name;
    }
  }
  return names.empty() ? ""
                       : "A missed slot has no lateness, so the figures of " + names +
                             " look better than they are.";
}

std::vector<std::pair<std::string, std::string>> system_figures(const LatencyReport& report) {
  const diagnose::LatencyFacts& facts = report.facts;
  std::vector<std::pair<std::string, std::string>> figures;
  add(figures, "date", report.date);
  add(figures, "host", report.kernel.hostname);
  add(figures, "machine", facts.model);
  add(figures, "processor", facts.cpu_model + (facts.hypervisor ? " (a virtual machine)" : ""));
  add(figures, "kernel",
      "Linux " + report.kernel.release + " " + report.kernel.version + " " + report.kernel.machine);
  add(figures, "kernel's line", facts.cmdline);
  add(figures, "cores",
      fmt::format("online {}, isolated {}, nohz_full {}", facts.cores_online,
                  facts.cores_isolated.empty() ? "none" : facts.cores_isolated,
                  facts.cores_nohz_full.empty() ? "none" : facts.cores_nohz_full));
  add(figures, "governor", facts.governor.empty() ? "none (no cpufreq)" : facts.governor);
  add(figures, "clocksource", facts.clocksource);
  add(figures, "measured",
      fmt::format("core {}, {}, priority {}, {} rounds of {} of {} in {}", report.core,
                  rate_words(report.shape.period), report.priority, report.results.rounds_done,
                  report.results.rounds,
                  "blocks of " + std::to_string(report.shape.slots) + " wake-ups",
                  duration_words(report.took)));
  add(figures, "load", report.load.empty() ? "none of its own" : report.load);
  add(figures, "stolen",
      fmt::format("{} by the hypervisor, {} of it on core {}",
                  duration_words(diagnose::kKernelTick *
                                 static_cast<std::int64_t>(report.meanwhile.steal_ticks)),
                  duration_words(diagnose::kKernelTick *
                                 static_cast<std::int64_t>(report.meanwhile.core_steal_ticks)),
                  report.core));
  add(figures, "interrupts",
      fmt::format("on core {}: {}", report.core, interrupt_words(report.meanwhile)));
  add(figures, "isotherm", report.version);
  return figures;
}

std::string spread_words(const LatencyReport& report) {
  std::size_t rounds = 0;
  for (const diagnose::LatencyRatio& ratio : report.results.ratios) {
    rounds = std::max(rounds, ratio.spread.rounds);
  }
  const diagnose::RatioSpread any{.rounds = rounds};
  return fmt::format(
      "Each is the median of {} rounds, and in brackets the least and the greatest of them, "
      "widened "
      "by the width of a bucket; where the rounds are independent, the true median lies between "
      "with {:.3g} %.",
      rounds, any.coverage() * 100.0);
}

double LogAxis::position(double nanoseconds) const {
  const double decades = std::log10(std::max(nanoseconds, 1.0)) - first_decade;
  return std::clamp(decades / (last_decade - first_decade), 0.0, 1.0);
}

LogAxis axis_of(const LatencyReport& report) {
  double least = 1e9;
  double greatest = 0.0;
  for (const ArmResult& arm : report.results.arms) {
    if (arm.measured()) {
      least = std::min(least, static_cast<double>(arm.sum.lateness.quantile(0.001).count()));
      greatest = std::max(greatest, static_cast<double>(arm.sum.lateness.max().count()));
    }
  }
  LogAxis axis;
  axis.first_decade = static_cast<int>(std::floor(std::log10(std::max(least, 1.0))));
  axis.last_decade = static_cast<int>(std::ceil(std::log10(std::max(greatest, 1.0))));
  axis.last_decade = std::max(axis.last_decade, axis.first_decade + 1);
  return axis;
}

std::vector<double> columns_of(const core::Histogram& lateness, const LogAxis& axis,
                               std::size_t columns) {
  std::vector<double> shares(columns);
  const auto total = static_cast<double>(std::max<std::uint64_t>(lateness.count(), 1));
  for (std::size_t i = 0; i < core::histogram_buckets::kCount; ++i) {
    if (const std::uint64_t count = lateness.bucket(i); count > 0) {
      const double edge = static_cast<double>(core::histogram_buckets::upper_edge(i));
      const auto column =
          static_cast<std::size_t>(axis.position(edge) * static_cast<double>(columns));
      shares[std::min(column, columns - 1)] += static_cast<double>(count) / total;
    }
  }
  return shares;
}

std::string decade_words(int decade) {
  constexpr int kPerUnit = 3;
  static constexpr std::array kUnits = {"ns", "us", "ms", "s", "ks"};
  const auto unit = static_cast<std::size_t>(decade / kPerUnit);
  return fmt::format("{:.0f} {}", std::pow(10.0, decade % kPerUnit),
                     kUnits.at(std::min(unit, kUnits.size() - 1)));
}

}  // namespace isotherm::app
