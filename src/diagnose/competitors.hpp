// Which other thread had a reader's core: found among all threads of the machine by what each has
// run meanwhile. A search reads a file of every thread (some 10 us each), so it is done when a slot
// asks for it, and every few seconds so that there is something to compare with. The few that could
// keep a real-time reader off its core are looked at each time.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/attribute.hpp"
#include "core/time.hpp"

namespace isotherm::diagnose {

struct Competitor {
  std::string name;
  int thread = 0;
  std::string policy;        // "fifo"
  int priority = 0;          // 0 where the policy has none
  unsigned core = 0;         // it ran on last
  core::Nanoseconds ran{0};  // since the search before; for one that was not there then, ever
};

// Who has to be kept off the core.
struct Contender {
  int thread = 0;
  bool realtime = true;  // not SCHED_OTHER, of which any thread may take its turn
  int priority = 0;
  std::vector<unsigned> cores;
};

class Competitors {
 public:
  // For readers such as these. `files` outlives this.
  Competitors(const core::FileTree& files, std::vector<Contender> readers)
      : files_(files), readers_(std::move(readers)) {}

  // Housekeeping. Looks at every thread, and forgets what it knew of those that have ended.
  void search();
  // Housekeeping. Looks at those of the last search that a real-time reader has to fear.
  void refresh(core::MonotonicTime now);

  // In the last search: of the threads that the kernel may prefer to reader `reader` on its cores,
  // the one that ran the longest since `begin`, or since the search before where that is all that
  // is known. Threads of the same priority count too, as they run to their end.
  [[nodiscard]] std::optional<Competitor> worst_for(std::size_t reader,
                                                    core::MonotonicTime begin) const;

 private:
  // As many looks back as the history of the machine (Surroundings) goes.
  static constexpr std::size_t kRefreshes = 12;

  struct Known {
    int thread = 0;
    core::Nanoseconds cpu_time{0};
  };
  struct Refresh {
    core::MonotonicTime time;
    std::vector<Known> feared;
  };
  struct Seen {
    Competitor competitor;  // since the search before
    core::Nanoseconds cpu_time{0};
  };

  void look_at(const std::string& task, int thread, std::vector<Known>& now);
  [[nodiscard]] bool is_feared(const Competitor& other) const;
  [[nodiscard]] std::optional<core::Nanoseconds> ran_since(const Seen& seen,
                                                           core::MonotonicTime begin) const;

  const core::FileTree& files_;
  std::vector<Contender> readers_;
  std::vector<Known> known_;                         // of the last search, by thread
  std::vector<Seen> seen_;                           // those that ran since the search before
  std::vector<std::pair<int, std::string>> feared_;  // thread, and its folder in /proc
  std::deque<Refresh> refreshes_;                    // the newest at the end
};

}  // namespace isotherm::diagnose
