#include "query/gaps.hpp"

#include <algorithm>
#include <optional>

namespace isotherm::query {
namespace {

using core::Nanoseconds;
using history::Bucket;

// From here on a step has windows enough to say which share of it is missing.
constexpr std::uint64_t kWindowsEnough = 3;
// Windows that do not divide a step make one more or less of them in it.
constexpr double kSlackWindows = 1.2;

template <typename Value>
Value median(std::vector<Value> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

struct Usual {
  std::uint64_t windows = 0;  // a step
  double scheduled = 0;       // slots a step
  Nanoseconds distance{0};    // from bucket to bucket
};

Usual usual_of(std::span<const Bucket> buckets) {
  std::vector<std::uint64_t> windows;
  std::vector<std::uint64_t> scheduled;
  std::vector<Nanoseconds> distances;
  const std::size_t stride = std::min<std::size_t>(4, buckets.size() - 1);
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    windows.push_back(buckets[i].windows);
    scheduled.push_back(buckets[i].counts.scheduled);
    // Over several, as windows of 90 s begin 60 s and 120 s apart in steps of a minute.
    if (i >= stride) {
      distances.push_back((buckets[i].time - buckets[i - stride].time) /
                          static_cast<std::int64_t>(stride));
    }
  }
  return {median(std::move(windows)), static_cast<double>(median(std::move(scheduled))),
          median(std::move(distances))};
}

class GapFinder {
 public:
  GapFinder(Nanoseconds step, const Usual& usual) : step_(step), usual_(usual) {}

  void add(const Gap& gap) {
    if (gap.missing <= Nanoseconds{0}) {
      return;
    }
    if (!gaps_.empty() && gaps_.back().to == gap.from) {
      gaps_.back().to = gap.to;
      gaps_.back().missing += gap.missing;
    } else {
      gaps_.push_back(gap);
    }
  }
  // A step that is not the first or the last one.
  void add_inner(const Bucket& bucket) {
    const double lacking = usual_.scheduled - static_cast<double>(bucket.counts.scheduled);
    const double a_window = usual_.scheduled / static_cast<double>(usual_.windows);
    if (usual_.windows >= kWindowsEnough && lacking > kSlackWindows * a_window) {
      const double share = lacking / usual_.scheduled;
      add({bucket.time, bucket.time + step_,
           Nanoseconds{static_cast<std::int64_t>(share * static_cast<double>(step_.count()))}});
    }
  }
  void add_between(const Bucket& before, const Bucket& after) {
    const Nanoseconds distance = after.time - before.time;
    if (distance > most_between()) {
      const Nanoseconds usual = std::max(step_, usual_.distance);
      add({before.time + usual, after.time, distance - usual});
    }
  }
  [[nodiscard]] std::vector<Gap> take() { return std::move(gaps_); }

 private:
  // From one bucket to the next where nothing is missing.
  [[nodiscard]] Nanoseconds most_between() const {
    if (usual_.windows >= kWindowsEnough) {
      return step_;
    }
    const Nanoseconds usual = std::max(step_, usual_.distance);
    // Windows that do not lie on the steps begin a step earlier or later.
    return usual % step_ == Nanoseconds{0} ? usual : usual + step_;
  }

  Nanoseconds step_;
  Usual usual_;
  std::vector<Gap> gaps_;
};

}  // namespace

std::vector<Gap> find_gaps(std::span<const Bucket> buckets, Nanoseconds step) {
  if (buckets.size() < 2) {
    return {};
  }
  GapFinder finder(step, usual_of(buckets));
  for (std::size_t i = 1; i < buckets.size(); ++i) {
    finder.add_between(buckets[i - 1], buckets[i]);
    if (i + 1 < buckets.size()) {
      finder.add_inner(buckets[i]);
    }
  }
  return finder.take();
}

}  // namespace isotherm::query
