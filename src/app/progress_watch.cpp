#include "app/progress_watch.hpp"

#include <algorithm>
#include <iterator>

namespace isotherm::app {

std::vector<const Watched*> ProgressWatch::stuck(const std::vector<Watched>& all,
                                                 core::MonotonicTime now) const {
  std::vector<const Watched*> found;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool advanced = i < done_.size() && all[i].done > done_[i];
    if (!all[i].finished && !advanced && now > all[i].due + all[i].grace) {
      found.push_back(&all[i]);
    }
  }
  return found;
}

void ProgressWatch::remember(const std::vector<Watched>& all) {
  done_.clear();
  std::transform(all.begin(), all.end(), std::back_inserter(done_),
                 [](const Watched& one) { return one.done; });
}

}  // namespace isotherm::app
