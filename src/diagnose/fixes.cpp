#include "diagnose/fixes.hpp"

#include <utility>

#include "diagnose/kernel_text.hpp"

namespace isotherm::diagnose {
namespace {

constexpr const char* kLatency = "cpu_dma_latency";

void add_governors(const core::FileTree& files, const core::CpuSet& cores,
                   std::vector<Fix>& fixes) {
  for (const unsigned core : cores.cores()) {
    const std::string number = std::to_string(core);
    const std::string file = "/sys/devices/system/cpu/cpu" + number + "/cpufreq/scaling_governor";
    const std::string governor = files.text(file).value_or("performance");
    if (governor != "performance") {
      fixes.push_back({"governor of core " + number, file, governor, "performance"});
    }
  }
}

void add_interrupts(const core::FileTree& files, const core::CpuSet& cores,
                    const core::CpuSet& elsewhere, std::vector<Fix>& fixes) {
  const auto lines = parse_interrupts(files.text("/proc/interrupts").value_or(""));
  for (const InterruptRoute& route : read_routes(files, lines)) {
    if (route.allowed.intersection(cores).empty()) {
      continue;
    }
    const core::CpuSet rest = route.allowed.without(cores);
    const core::CpuSet& wanted = rest.empty() ? elsewhere : rest;
    if (!wanted.empty()) {
      fixes.push_back({"interrupt " + route.number + " " + route.name,
                       "/proc/irq/" + route.number + "/smp_affinity_list", route.allowed.text(),
                       wanted.text()});
    }
  }
}

}  // namespace

std::vector<Fix> wanted_fixes(const core::FileTree& files, const core::CpuSet& cores,
                              const core::CpuSet& elsewhere) {
  std::vector<Fix> fixes;
  add_governors(files, cores, fixes);
  add_interrupts(files, cores, elsewhere, fixes);
  const std::string migration = "/proc/sys/kernel/timer_migration";
  if (const std::string now = files.text(migration).value_or("0"); now != "0") {
    fixes.push_back({"timer migration", migration, now, "0"});
  }
  return fixes;
}

Fixes::Fixes(FixTools& tools, Say say) : tools_(&tools), say_(std::move(say)) {}

Fixes::~Fixes() { static_cast<void>(take_back()); }

void Fixes::make(const std::vector<Fix>& wanted) {
  for (const Fix& fix : wanted) {
    make_one(fix);
  }
  const std::string refusal = tools_->hold_latency();
  if (refusal.empty()) {
    say_(std::string{"fixed: "} + kLatency + ": 0 us, held");
    made_.push_back({{kLatency, "", "", ""}});
  } else {
    say_(std::string{"not fixed: "} + kLatency + ": " + refusal);
  }
}

void Fixes::make_one(const Fix& fix) {
  const std::string refusal = tools_->write(fix.path, fix.wanted);
  const std::string line = fix.what + ": " + fix.before + " -> " + fix.wanted;
  if (!refusal.empty()) {
    say_("not fixed: " + line + ": " + refusal + " (" + fix.path + ")");
    return;
  }
  made_.push_back({fix, tools_->read(fix.path).value_or(fix.wanted)});
  say_("fixed: " + line);
}

bool Fixes::take_back() {
  bool all = true;
  while (!made_.empty()) {
    const Made last = std::move(made_.back());
    made_.pop_back();
    if (last.fix.path.empty()) {
      tools_->release_latency();
      say_(std::string{"undone: "} + kLatency + ": released");
      continue;
    }
    const auto now = tools_->read(last.fix.path);
    if (now && *now != last.holds) {
      say_("left: " + last.fix.what + ": somebody has set it to " + *now + " since");
      continue;
    }
    all = take_back_one(last.fix) && all;
  }
  return all;
}

bool Fixes::take_back_one(const Fix& fix) {
  const std::string refusal = tools_->write(fix.path, fix.before);
  if (refusal.empty()) {
    say_("undone: " + fix.what + ": " + fix.wanted + " -> " + fix.before);
    return true;
  }
  say_("not undone: " + fix.what + ": " + refusal + "; `echo " + fix.before + " | sudo tee " +
       fix.path + "`");
  return false;
}

}  // namespace isotherm::diagnose
