#include "app/core_load.hpp"

#include <map>
#include <utility>

namespace isotherm::app {
namespace {

double ratio(core::Nanoseconds part, core::Nanoseconds whole) {
  return static_cast<double>(part.count()) / static_cast<double>(whole.count());
}

}  // namespace

std::vector<CoreLoad> core_loads(const std::vector<PreflightReader>& readers) {
  std::map<unsigned, CoreLoad> loads;
  for (const PreflightReader& reader : readers) {
    if (reader.period.count() <= 0) {
      continue;
    }
    const double share = ratio(reader.spin + reader.worst_case, reader.period);
    for (const unsigned core : reader.cores.cores()) {
      CoreLoad& load = loads[core];
      load.core = core;
      load.share += share;
      load.realtime_share += core::has_priority(reader.policy) ? share : 0.0;
      load.spins = load.spins || reader.spin.count() > 0;
      load.readers.push_back(reader.name);
    }
  }
  std::vector<CoreLoad> in_order;
  in_order.reserve(loads.size());
  for (auto& [core, load] : loads) {
    in_order.push_back(std::move(load));
  }
  return in_order;
}

double deadline_bandwidth(const std::vector<PreflightReader>& readers) {
  double cores = 0.0;
  for (const PreflightReader& reader : readers) {
    if (reader.policy == core::SchedulingPolicy::Deadline && reader.period.count() > 0) {
      cores += ratio(reader.runtime, reader.period);
    }
  }
  return cores;
}

}  // namespace isotherm::app
