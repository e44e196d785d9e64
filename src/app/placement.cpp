#include "app/placement.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace isotherm::app {
namespace {

using core::CpuSet;
using core::ExitCode;

bool is_deadline(const acquire::ReaderSettings& reader) {
  return reader.policy == core::SchedulingPolicy::Deadline;
}

bool is_auto(const acquire::ReaderSettings& reader) { return reader.cores.empty(); }

std::string name_of(const acquire::ReaderSettings& reader) {
  return "reader \"" + reader.name + "\"";
}

// Works through one input; place() below reads as its table of contents.
class Placer {
 public:
  explicit Placer(const PlacementInput& input)
      : input_(input), usable_(input.topology.usable()), isolated_(input.topology.isolated) {
    placement_.reader_cores.resize(input.readers.size());
  }

  [[nodiscard]] bool machine_is_usable();
  void check_chosen_housekeeping();
  void place_explicit_readers();
  void reserve_housekeeping();
  void place_auto_readers();
  void settle_housekeeping();
  [[nodiscard]] Placement result() && { return std::move(placement_); }

 private:
  [[nodiscard]] bool single() const { return usable_.size() == 1; }
  [[nodiscard]] CpuSet taken() const;
  [[nodiscard]] std::optional<Problem> core_problem(unsigned core, const std::string& who) const;
  void place_explicit_reader(std::size_t index);
  void place_auto_reader(std::size_t index);
  void place_deadline_reader(std::size_t index);
  void choose_auto_candidates();
  void error(ExitCode code, std::string what, const std::string& where, std::string mend) {
    placement_.errors.push_back({code, std::move(what), where, std::move(mend)});
  }
  void note(std::string text) { placement_.notes.push_back(std::move(text)); }

  const PlacementInput& input_;
  CpuSet usable_;
  CpuSet isolated_;
  CpuSet reserved_;    // housekeeping's while readers are being placed
  CpuSet candidates_;  // for readers on auto
  std::map<unsigned, unsigned> readers_on_;
  Placement placement_;
};

bool Placer::machine_is_usable() {
  if (!usable_.empty()) {
    return true;
  }
  error(ExitCode::Unavailable, "no core of this machine is both online and allowed to this process",
        "",
        "widen the cgroup's cpuset (AllowedCPUs= of the systemd unit, --cpuset-cpus of the "
        "container)");
  return false;
}

// Why `who` cannot have `core`; nothing if it can.
std::optional<Problem> Placer::core_problem(unsigned core, const std::string& who) const {
  const os::Topology& machine = input_.topology;
  const std::string number = std::to_string(core);
  if (!machine.existing().contains(core)) {
    return Problem{ExitCode::Config,
                   who + ": core " + number + " does not exist; this machine has " +
                       cores_words(machine.existing()),
                   "", "name one of " + cores_words(usable_) + ", or leave the choice to isotherm"};
  }
  if (!machine.online.contains(core)) {
    return Problem{ExitCode::Unavailable, who + ": core " + number + " is offline", "",
                   "echo 1 | sudo tee /sys/devices/system/cpu/cpu" + number + "/online"};
  }
  if (!machine.allowed.contains(core)) {
    return Problem{ExitCode::Unavailable,
                   who + ": core " + number + " is outside the cgroup's cpuset (" +
                       machine.allowed.text() + ")",
                   "",
                   "add it to AllowedCPUs= of the systemd unit and its slice, or to --cpuset-cpus "
                   "of the container, or name one of " +
                       cores_words(usable_)};
  }
  return std::nullopt;
}

void Placer::check_chosen_housekeeping() {
  CpuSet good;
  std::vector<Problem> problems;
  for (const unsigned core : input_.housekeeping.cores()) {
    if (auto problem = core_problem(core, "housekeeping")) {
      problem->where = input_.housekeeping_where;
      problems.push_back(std::move(*problem));
    } else {
      good.insert(core);
    }
  }
  // A core too many does no harm as long as one is left, unless it cannot ever exist.
  for (Problem& problem : problems) {
    if (good.empty() || problem.exit_code == ExitCode::Config) {
      placement_.errors.push_back(std::move(problem));
    } else {
      note(problem.what + "; housekeeping keeps " + cores_words(good));
    }
  }
  reserved_ = good;
}

CpuSet Placer::taken() const {
  CpuSet cores;
  for (const auto& [core, readers] : readers_on_) {
    cores.insert(core);
  }
  return cores;
}

void Placer::place_explicit_reader(std::size_t index) {
  const acquire::ReaderSettings& reader = input_.readers[index].settings;
  const CpuSet wanted{reader.cores};
  CpuSet& given = placement_.reader_cores[index];
  for (const unsigned core : wanted.cores()) {
    if (auto problem = core_problem(core, name_of(reader))) {
      problem->where = reader.where;
      placement_.errors.push_back(std::move(*problem));
    } else if (reserved_.contains(core) && !single() && !is_deadline(reader)) {
      error(
          ExitCode::Config,
          name_of(reader) + ": core " + std::to_string(core) +
              " is a housekeeping core (housekeeping = " + reserved_.text() +
              (input_.housekeeping_where.empty() ? "" : ", " + input_.housekeeping_where) + ")",
          reader.where,
          usable_.without(reserved_).empty()
              ? "leave a core out of `housekeeping`"
              : "name one of " + cores_words(usable_.without(reserved_)) + ", or core = \"auto\"");
    } else {
      given.insert(core);
    }
  }
  const CpuSet missing = input_.topology.online.without(wanted);
  if (is_deadline(reader)) {
    if (!missing.empty()) {
      error(ExitCode::Unavailable,
            name_of(reader) + ": the kernel refuses SCHED_DEADLINE with fewer than all cores (" +
                wanted.text() + " lacks " + missing.text() + ")",
            reader.where, "core = \"auto\", or policy = \"fifo\" to keep the core");
    }
    return;
  }
  for (const unsigned core : given.cores()) {
    ++readers_on_[core];
  }
}

void Placer::place_explicit_readers() {
  for (std::size_t i = 0; i < input_.readers.size(); ++i) {
    if (!is_auto(input_.readers[i].settings)) {
      place_explicit_reader(i);
    }
  }
}

// Sets a core aside before the readers on auto spread out.
void Placer::reserve_housekeeping() {
  if (!reserved_.empty()) {
    return;
  }
  const CpuSet free = usable_.without(taken());
  const CpuSet ordinary = free.without(isolated_);
  if (!free.empty()) {
    reserved_ = CpuSet{(ordinary.empty() ? free : ordinary).cores().front()};
  }
}

// Where readers on auto may go.
void Placer::choose_auto_candidates() {
  const CpuSet open = single() ? usable_ : usable_.without(reserved_);
  const CpuSet isolated = open.intersection(isolated_);
  const bool all_make_their_own =
      std::all_of(input_.readers.begin(), input_.readers.end(), [](const PlacementReader& reader) {
        return !is_auto(reader.settings) || reader.settings.isolate == acquire::Isolate::Cpuset;
      });
  if (isolated.empty() && !open.empty() && !all_make_their_own) {
    note("no core " + std::string{isolated_.empty() ? "is" : "left for readers is"} +
         " isolated: readers on auto share " + cores_words(open) + " with the rest of the system");
  }
  candidates_ = input_.isolated_only && !isolated.empty() ? isolated : open;
}

void Placer::place_deadline_reader(std::size_t index) {
  const acquire::ReaderSettings& reader = input_.readers[index].settings;
  placement_.reader_cores[index] = usable_;
  note(name_of(reader) + ": SCHED_DEADLINE needs all cores, so it may run on any of " +
       cores_words(usable_) + ", housekeeping's too");
  const CpuSet missing = input_.topology.online.without(usable_);
  if (!missing.empty()) {
    note(name_of(reader) + ": the cgroup's cpuset leaves out " + cores_words(missing) +
         "; the kernel grants SCHED_DEADLINE only if that cpuset is an exclusive partition");
  }
}

void Placer::place_auto_reader(std::size_t index) {
  const PlacementReader& reader = input_.readers[index];
  if (candidates_.empty()) {
    error(ExitCode::Config,
          name_of(reader.settings) + ": no core is left for it, housekeeping has " +
              cores_words(reserved_),
          input_.housekeeping_where.empty() ? reader.settings.where : input_.housekeeping_where,
          "leave a core out of `housekeeping`");
    return;
  }
  const auto& node_of_core = input_.topology.node_of_core;
  const auto cost = [&](unsigned core) {
    const auto node = node_of_core.find(core);
    const bool far =
        reader.numa_node && (node == node_of_core.end() || node->second != *reader.numa_node);
    const auto load = readers_on_.find(core);
    return std::tuple{load == readers_on_.end() ? 0U : load->second, !isolated_.contains(core), far,
                      core};
  };
  const auto& cores = candidates_.cores();
  const unsigned best = *std::min_element(
      cores.begin(), cores.end(), [&](unsigned a, unsigned b) { return cost(a) < cost(b); });
  placement_.reader_cores[index] = CpuSet{best};
  if (++readers_on_[best] > 1) {
    note(name_of(reader.settings) + " shares core " + std::to_string(best) +
         " with another reader: every core for readers has one");
  }
  if (!isolated_.contains(best) && !candidates_.intersection(isolated_).empty()) {
    note(name_of(reader.settings) + ": the isolated cores have readers already, so it gets core " +
         std::to_string(best) + ", which is not isolated");
  }
}

void Placer::place_auto_readers() {
  std::vector<std::size_t> near;  // readers whose device has a NUMA node choose first
  std::vector<std::size_t> anywhere;
  for (std::size_t i = 0; i < input_.readers.size(); ++i) {
    const PlacementReader& reader = input_.readers[i];
    if (!is_auto(reader.settings)) {
      continue;
    }
    if (is_deadline(reader.settings)) {
      place_deadline_reader(i);
    } else {
      (reader.numa_node ? near : anywhere).push_back(i);
    }
  }
  if (near.empty() && anywhere.empty()) {
    return;
  }
  choose_auto_candidates();
  for (const std::size_t i : near) {
    place_auto_reader(i);
  }
  for (const std::size_t i : anywhere) {
    place_auto_reader(i);
  }
}

void Placer::settle_housekeeping() {
  CpuSet& housekeeping = placement_.housekeeping;
  if (!input_.housekeeping.empty() && !reserved_.empty()) {
    housekeeping = reserved_;
  } else {
    const CpuSet free = usable_.without(taken());
    housekeeping = free.without(isolated_);
    if (housekeeping.empty() && !free.empty()) {
      housekeeping = free;
      note("housekeeping runs on isolated " + cores_words(free) +
           ": no other core is free of readers");
    }
  }
  if (single()) {
    housekeeping = usable_;
    note("a single core is usable (" + usable_.text() +
         "): readers and housekeeping share it, and lateness will show that");
    return;
  }
  if (housekeeping.empty()) {
    const auto last = std::find_if(
        input_.readers.rbegin(), input_.readers.rend(), [](const PlacementReader& reader) {
          return !is_auto(reader.settings) && !is_deadline(reader.settings);
        });
    error(ExitCode::Config,
          "the readers take all usable cores (" + usable_.text() +
              "), so none is left for housekeeping",
          last == input_.readers.rend() ? "" : last->settings.where,
          "let two readers share a core, or give one core = \"auto\"");
    housekeeping = usable_;
  }
}

}  // namespace

Placement place(const PlacementInput& input) {
  Placer placer{input};
  if (placer.machine_is_usable()) {
    placer.check_chosen_housekeeping();
    placer.place_explicit_readers();
    placer.reserve_housekeeping();
    placer.place_auto_readers();
    placer.settle_housekeeping();
  }
  return std::move(placer).result();
}

std::vector<int> assign_priorities(const std::vector<acquire::ReaderSettings>& readers) {
  std::set<core::Nanoseconds> periods;
  for (const acquire::ReaderSettings& reader : readers) {
    if (core::has_priority(reader.policy) && !reader.priority) {
      periods.insert(reader.period);
    }
  }
  std::vector<int> priorities;
  priorities.reserve(readers.size());
  for (const acquire::ReaderSettings& reader : readers) {
    if (!core::has_priority(reader.policy)) {
      priorities.push_back(0);
    } else if (reader.priority) {
      priorities.push_back(*reader.priority);
    } else {
      const auto rank = std::distance(periods.begin(), periods.find(reader.period));
      priorities.push_back(std::max(kPriorityFloor, kPriorityTop - static_cast<int>(rank)));
    }
  }
  return priorities;
}

}  // namespace isotherm::app
