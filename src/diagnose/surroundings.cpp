#include "diagnose/surroundings.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "os/fair_server.hpp"
#include "os/proc_text.hpp"

namespace isotherm::diagnose {
namespace {

using core::Nanoseconds;

constexpr Nanoseconds kSearchInterval = std::chrono::seconds{10};

// Places of the rates of a thread, and of a core.
constexpr std::size_t kInvoluntary = 0;
constexpr std::size_t kMinorFaults = 1;
constexpr std::size_t kMajorFaults = 2;
constexpr std::size_t kQueueTime = 3;
constexpr std::size_t kVoluntary = 4;
constexpr std::size_t kInterruptTime = 0;
constexpr std::size_t kSoftirqTime = 1;
constexpr std::size_t kSteal = 2;

std::vector<unsigned> all_cores(const std::vector<ReaderThread>& readers) {
  std::vector<unsigned> cores;
  for (const ReaderThread& reader : readers) {
    cores.insert(cores.end(), reader.cores.begin(), reader.cores.end());
  }
  std::sort(cores.begin(), cores.end());
  cores.erase(std::unique(cores.begin(), cores.end()), cores.end());
  return cores;
}

std::vector<int> all_threads(const std::vector<ReaderThread>& readers) {
  std::vector<int> threads;
  threads.reserve(readers.size());
  for (const ReaderThread& reader : readers) {
    threads.push_back(reader.thread);
  }
  return threads;
}

std::vector<Contender> contenders(const std::vector<ReaderThread>& readers) {
  std::vector<Contender> all;
  all.reserve(readers.size());
  for (const ReaderThread& reader : readers) {
    // sched(7): SCHED_DEADLINE comes before all of SCHED_FIFO, whose highest priority is 99.
    constexpr int kAboveFifo = 100;
    const bool deadline = reader.policy == core::SchedulingPolicy::Deadline;
    all.push_back({.thread = reader.thread,
                   .realtime = reader.policy != core::SchedulingPolicy::Other,
                   .priority = deadline ? kAboveFifo : reader.priority,
                   .cores = reader.cores});
  }
  return all;
}

double as_double(Nanoseconds time) noexcept { return static_cast<double>(time.count()); }

// Counters that came later than the other look were 0 then.
double growth(std::uint64_t from, std::uint64_t to) noexcept {
  return to > from ? static_cast<double>(to - from) : 0.0;
}
double growth(Nanoseconds from, Nanoseconds to) noexcept { return as_double(to - from); }
double growth(const std::optional<Nanoseconds>& from,
              const std::optional<Nanoseconds>& to) noexcept {
  return from && to ? growth(*from, *to) : 0.0;
}

Nanoseconds above(double grown, double usual) noexcept {
  return Nanoseconds{static_cast<std::int64_t>(std::max(grown - usual, 0.0))};
}

}  // namespace

Surroundings::Surroundings(const core::FileTree& files, const core::Clock& clock,
                           std::vector<ReaderThread> readers)
    : files_(files),
      clock_(clock),
      readers_(std::move(readers)),
      cores_(all_cores(readers_)),
      machine_(files, clock, all_threads(readers_), cores_),
      competitors_(files, contenders(readers_)),
      thread_rates_(readers_.size()),
      core_rates_(cores_.size()),
      frequencies_(cores_.size()) {
  // Kernel Documentation/scheduler/sched-rt-group.rst: of every period real-time threads get the
  // runtime at most, of each core; -1 is no limit. Since Linux 6.12 that is the fair server's.
  const std::string kernel = "/proc/sys/kernel/";
  const auto period =
      os::number_in<std::int64_t>(files_, kernel + "sched_rt_period_us").value_or(0);
  const auto runtime =
      os::number_in<std::int64_t>(files_, kernel + "sched_rt_runtime_us").value_or(-1);
  if (os::has_fair_server(files_)) {
    throttle_period_ = os::kFairServerPeriod;
    throttle_pause_ = os::kFairServerRuntime;
  } else if (runtime >= 0 && runtime < period) {
    throttle_period_ = std::chrono::microseconds{period};
    throttle_pause_ = std::chrono::microseconds{period - runtime};
  }
  search();
}

void Surroundings::search() {
  competitors_.search();
  search_again_ = clock_.now() + kSearchInterval;
  searched_ = true;
  for (std::size_t core = 0; core < cores_.size(); ++core) {
    frequencies_[core] = std::max(frequencies_[core], frequency(cores_[core]));
  }
}

double Surroundings::frequency(unsigned core) const {
  // In kHz, kernel Documentation/admin-guide/pm/cpufreq.rst. Not read at each look: before Linux
  // 5.18 an x86 kernel interrupts the core to answer.
  const std::string cpu = "/sys/devices/system/cpu/cpu" + std::to_string(core);
  return os::number_in<std::uint32_t>(files_, cpu + "/cpufreq/scaling_cur_freq").value_or(0);
}

void Surroundings::look(core::MonotonicTime due) {
  MachineLook now = machine_.look(due);
  for (std::size_t reader = 0; !looks_.empty() && reader < readers_.size(); ++reader) {
    if (!now.threads[reader]) {
      // It has ended, and has counted no more since.
      now.threads[reader] = looks_.back().threads[reader];
    }
  }
  looks_.push_back(std::move(now));
  if (looks_.size() > kLooks) {
    looks_.pop_front();
  }
  competitors_.refresh(looks_.back().began);
  searched_ = false;
  if (clock_.now() >= search_again_) {
    search();
  }
}

void Surroundings::learn() {
  if (looks_.size() < 2) {
    return;
  }
  const MachineLook& from = looks_[looks_.size() - 2];
  const MachineLook& to = looks_.back();
  const Nanoseconds interval = to.began - from.began;
  for (std::size_t reader = 0; reader < readers_.size(); ++reader) {
    if (!from.threads[reader] || !to.threads[reader]) {
      continue;
    }
    const ThreadCounts& before = *from.threads[reader];
    const ThreadCounts& after = *to.threads[reader];
    UsualRates& rates = thread_rates_[reader];
    rates.learn(kVoluntary, growth(before.voluntary_switches, after.voluntary_switches), interval);
    rates.learn(kInvoluntary, growth(before.involuntary_switches, after.involuntary_switches),
                interval);
    rates.learn(kMinorFaults, growth(before.minor_faults, after.minor_faults), interval);
    rates.learn(kMajorFaults, growth(before.major_faults, after.major_faults), interval);
    rates.learn(kQueueTime, growth(before.queue_time, after.queue_time), interval);
  }
  for (std::size_t core = 0; core < cores_.size(); ++core) {
    UsualRates& rates = core_rates_[core];
    rates.learn(kInterruptTime, growth(from.cores[core].interrupts, to.cores[core].interrupts),
                interval);
    rates.learn(kSoftirqTime, growth(from.cores[core].softirqs, to.cores[core].softirqs), interval);
    rates.learn(kSteal, growth(from.cores[core].steal, to.cores[core].steal), interval);
  }
  const auto learn_counts = [interval](const InterruptCounts& before, const InterruptCounts& after,
                                       UsualRates& rates) {
    for (std::size_t place = 0; place < after.size(); ++place) {
      const std::uint64_t was = place < before.size() ? before[place] : 0;
      rates.learn(place, growth(was, after[place]), interval);
    }
  };
  learn_counts(from.interrupts, to.interrupts, interrupt_rates_);
  learn_counts(from.softirqs, to.softirqs, softirq_rates_);
}

const MachineLook& Surroundings::last_before(core::MonotonicTime time) const {
  const auto later = std::find_if(looks_.rbegin(), looks_.rend(),
                                  [time](const MachineLook& look) { return look.ended <= time; });
  return later == looks_.rend() ? looks_.front() : *later;
}

void Surroundings::describe(std::size_t reader, core::MonotonicTime begin, SlotFacts& facts) {
  if (looks_.size() < 2) {
    return;
  }
  const MachineLook& from = last_before(begin);
  const MachineLook& to = looks_.back();
  facts.interval = to.began - from.began;
  facts.suspended = to.suspended - from.suspended;
  // The first look and the last one are the main thread's.
  if (to.own_thread == from.own_thread) {
    facts.own_queue_time = to.own_queue_time - from.own_queue_time;
  }
  for (const MachineLook& look : looks_) {
    if (look.began > from.began) {
      facts.overslept = std::max(facts.overslept, look.overslept);
    }
  }
  facts.throttle_pause = throttle_pause_;
  facts.realtime_share = realtime_share(reader);
  describe_thread(reader, from, facts);
  const unsigned core =
      to.threads[reader] ? to.threads[reader]->core : readers_[reader].cores.front();
  if (const auto place = machine_.place_of(core)) {
    describe_core(*place, from, facts);
    describe_frequency(core, facts);
  }
  describe_competitor(reader, begin, facts);
}

void Surroundings::describe_thread(std::size_t reader, const MachineLook& from,
                                   SlotFacts& facts) const {
  const MachineLook& to = looks_.back();
  if (!from.threads[reader] || !to.threads[reader]) {
    return;
  }
  const ThreadCounts& before = *from.threads[reader];
  const ThreadCounts& after = *to.threads[reader];
  const UsualRates& rates = thread_rates_[reader];
  const auto surplus = [&](std::uint64_t was, std::uint64_t is, std::size_t rate) {
    return std::max(growth(was, is) - rates.in(rate, facts.interval), 0.0);
  };
  facts.voluntary_switches =
      surplus(before.voluntary_switches, after.voluntary_switches, kVoluntary);
  facts.involuntary_switches =
      surplus(before.involuntary_switches, after.involuntary_switches, kInvoluntary);
  facts.minor_faults = surplus(before.minor_faults, after.minor_faults, kMinorFaults);
  facts.major_faults = surplus(before.major_faults, after.major_faults, kMajorFaults);
  facts.migrated = before.core != after.core;
  if (before.queue_time && after.queue_time) {
    facts.queue_time =
        above(growth(before.queue_time, after.queue_time), rates.in(kQueueTime, facts.interval));
  }
}

void Surroundings::describe_core(std::size_t core, const MachineLook& from,
                                 SlotFacts& facts) const {
  const MachineLook& to = looks_.back();
  const UsualRates& rates = core_rates_[core];
  const CoreTimes& before = from.cores[core];
  const CoreTimes& after = to.cores[core];
  facts.interrupt_time =
      above(growth(before.interrupts, after.interrupts), rates.in(kInterruptTime, facts.interval));
  facts.softirq_time =
      above(growth(before.softirqs, after.softirqs), rates.in(kSoftirqTime, facts.interval));
  facts.steal = above(growth(before.steal, after.steal), rates.in(kSteal, facts.interval));
  facts.interrupts = largest_surplus(machine_.interrupts(), from.interrupts, to.interrupts,
                                     interrupt_rates_, core, facts.interval);
  facts.softirqs = largest_surplus(machine_.softirqs(), from.softirqs, to.softirqs, softirq_rates_,
                                   core, facts.interval);
}

Surplus Surroundings::largest_surplus(const InterruptTable& table, const InterruptCounts& from,
                                      const InterruptCounts& to, const UsualRates& rates,
                                      std::size_t core, Nanoseconds interval) const {
  Surplus largest;
  std::size_t largest_row = 0;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const double grown = growth(table.count(from, row, core), table.count(to, row, core));
    const double usual = rates.in(row * cores_.size() + core, interval);
    if (grown - usual > largest.count) {
      largest.count = grown - usual;
      largest.usual = usual;
      largest_row = row;
    }
  }
  if (largest.count > 0.0) {
    largest.name = table.name(largest_row);
  }
  return largest;
}

void Surroundings::describe_frequency(unsigned core, SlotFacts& facts) {
  const auto place =
      static_cast<std::size_t>(std::find(cores_.begin(), cores_.end(), core) - cores_.begin());
  const double now = frequency(core);
  frequencies_[place] = std::max(frequencies_[place], now);
  if (now > 0.0) {
    facts.frequency = now / frequencies_[place];
  }
}

void Surroundings::describe_competitor(std::size_t reader, core::MonotonicTime begin,
                                       SlotFacts& facts) {
  const bool waited =
      facts.queue_time ? *facts.queue_time * 4 > facts.excess() : facts.involuntary_switches >= 1.0;
  if (!waited) {
    return;
  }
  if (!searched_) {
    search();
  }
  facts.competitor = competitors_.worst_for(reader, begin);
}

// Of the core, what the readers that ran on it last took in the last period of the limit.
double Surroundings::realtime_share(std::size_t reader) const {
  const MachineLook& to = looks_.back();
  const MachineLook& from = last_before(to.began - throttle_period_);
  const Nanoseconds elapsed = to.began - from.began;
  if (!to.threads[reader] || elapsed <= Nanoseconds{0}) {
    return 0.0;
  }
  Nanoseconds ran{0};
  for (std::size_t other = 0; other < readers_.size(); ++other) {
    const bool realtime = readers_[other].policy != core::SchedulingPolicy::Other;
    if (realtime && from.threads[other] && to.threads[other] &&
        to.threads[other]->core == to.threads[reader]->core) {
      ran += to.threads[other]->cpu_time - from.threads[other]->cpu_time;
    }
  }
  return as_double(ran) / as_double(elapsed);
}

}  // namespace isotherm::diagnose
