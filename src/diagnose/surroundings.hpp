// What went on around a reader: a short history of looks at the machine, what usually changes
// between two of them, and from both what was unusual around a slot.
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

#include "core/attribute.hpp"
#include "core/clock.hpp"
#include "core/scheduling.hpp"
#include "core/time.hpp"
#include "diagnose/cause.hpp"
#include "diagnose/competitors.hpp"
#include "diagnose/machine_watch.hpp"
#include "diagnose/usual.hpp"

namespace isotherm::diagnose {

// A reader's thread.
struct ReaderThread {
  int thread = 0;
  std::vector<unsigned> cores;  // that it may use
  core::SchedulingPolicy policy = core::SchedulingPolicy::Fifo;
  int priority = 0;
};

class Surroundings {
 public:
  // The ports outlive this.
  Surroundings(const core::FileTree& files, const core::Clock& clock,
               std::vector<ReaderThread> readers);

  // Housekeeping, all of it, one thread at a time.

  // Looks at the machine; `due` is when this was meant to be.
  void look(core::MonotonicTime due);
  // Nothing unusual was seen between the last two looks: what changed is what usually does.
  void learn();
  // Fills in what changed, beyond the usual, from the last look before `begin` to the last look.
  // Searches the machine's threads where the reader had to wait for its core.
  void describe(std::size_t reader, core::MonotonicTime begin, SlotFacts& facts);

 private:
  // The history's length: an event that is longer is seen from its beginning all the same, because
  // no look is taken while everything stands still; a longer read of a sensor is not.
  static constexpr std::size_t kLooks = 12;

  [[nodiscard]] const MachineLook& last_before(core::MonotonicTime time) const;
  void describe_thread(std::size_t reader, const MachineLook& from, SlotFacts& facts) const;
  void describe_core(std::size_t core, const MachineLook& from, SlotFacts& facts) const;
  void describe_competitor(std::size_t reader, core::MonotonicTime begin, SlotFacts& facts);
  void describe_frequency(unsigned core, SlotFacts& facts);
  [[nodiscard]] Surplus largest_surplus(const InterruptTable& table, const InterruptCounts& from,
                                        const InterruptCounts& to, const UsualRates& rates,
                                        std::size_t core, core::Nanoseconds interval) const;
  [[nodiscard]] double realtime_share(std::size_t reader) const;
  void search();
  [[nodiscard]] double frequency(unsigned core) const;

  const core::FileTree& files_;
  const core::Clock& clock_;
  std::vector<ReaderThread> readers_;
  std::vector<unsigned> cores_;  // of all readers
  MachineWatch machine_;
  Competitors competitors_;
  core::MonotonicTime search_again_;
  bool searched_ = false;                 // since the last look
  std::deque<MachineLook> looks_;         // the newest at the end
  std::vector<UsualRates> thread_rates_;  // by reader
  std::vector<UsualRates> core_rates_;    // by core
  UsualRates interrupt_rates_;            // by row and core
  UsualRates softirq_rates_;
  std::vector<double> frequencies_;  // by core, kHz: the highest seen; 0: the kernel does not say
  core::Nanoseconds throttle_period_{0};
  core::Nanoseconds throttle_pause_{0};
};

}  // namespace isotherm::diagnose
