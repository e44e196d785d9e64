// Which other thread had a reader's core: found among all threads of the machine by what each has
// run since the last search. A search reads a file of every thread (some 10 us each), so it is done
// when a slot asks for it, and every few seconds so that there is something to compare with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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
  bool realtime = true;  // SCHED_FIFO or SCHED_RR; false: any thread may take its turn
  int priority = 0;
  std::vector<unsigned> cores;
};

class Competitors {
 public:
  explicit Competitors(const core::FileTree& files) : files_(files) {}

  // Housekeeping. Looks at every thread, and forgets what it knew of those that have ended.
  void search();

  // In the last search: of the threads that the kernel may prefer to this one on its cores, the
  // one that ran the longest. Threads of the same priority count too, as they run to their end.
  [[nodiscard]] std::optional<Competitor> worst_for(const Contender& reader) const;

 private:
  struct Known {
    int thread = 0;
    core::Nanoseconds cpu_time{0};
  };

  void look_at(const std::string& task, int thread, std::vector<Known>& now);
  [[nodiscard]] core::Nanoseconds known_of(int thread) const noexcept;

  const core::FileTree& files_;
  std::vector<Known> known_;     // of the last search, by thread
  std::vector<Competitor> ran_;  // those that ran since the search before
};

}  // namespace isotherm::diagnose
