// Tells a part of the station that hangs from one that has nothing to do at the moment. A reader
// whose next slot is an hour away has not advanced either, and nothing is wrong with it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/time.hpp"

namespace isotherm::app {

// What is watched: a reader, or the aggregator.
struct Watched {
  std::string name;            // as the journal is to name it: reader "fast"
  std::uint64_t done = 0;      // grows with what it does: of a reader the slots behind it
  core::MonotonicTime due;     // when it has its next thing to do; in the past while it is at it
  core::Nanoseconds grace{0};  // for how long that thing may keep it, at the worst
  bool finished = false;       // it has nothing to do any more
};

class ProgressWatch {
 public:
  // Those of `all` that have done nothing since remember() although it was due longer ago than
  // their grace. `all` has the same parts in the same order in every call.
  [[nodiscard]] std::vector<const Watched*> stuck(const std::vector<Watched>& all,
                                                  core::MonotonicTime now) const;

  // From here on "since" means since now.
  void remember(const std::vector<Watched>& all);

 private:
  std::vector<std::uint64_t> done_;  // nothing before the first remember()
};

}  // namespace isotherm::app
