// Stretches of samples that look wrong: a value that does not change any more, and values that jump
// away and back.
//
//   equal   good values in a row that are all the same; faults and missed slots between them do not
//           end a stretch. Those of `equal_min` samples or more are counted; the longest is told.
//   spikes  Hampel's identifier (R. K. Pearson, "Outliers in process modeling and identification",
//           2002): a value further than k noises from the median of the seven about it. The noise
//           is that of the part: 1.4826 / sqrt(2) times the median of how much neighbours differ
//           (of every eighth pair), and the sensor's resolution at least. Neighbours in time, not
//           slots; a part's first and last three are judged by its first and last seven. Spikes in
//           a row are one stretch.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace isotherm::analyse {

// Values of consecutive slots.
struct SlotRun {
  std::uint64_t first = 0;  // slot, in intervals of the sensor
  std::size_t begin = 0;    // where its values begin
};

// Good values in a row, and the slots that they are of.
struct GoodValues {
  std::span<const double> values;
  std::span<const SlotRun> runs;  // the first begins at 0

  [[nodiscard]] std::uint64_t slot(std::size_t i) const noexcept {
    const auto behind =
        std::upper_bound(runs.begin(), runs.end(), i,
                         [](std::size_t at, const SlotRun& run) { return at < run.begin; });
    const SlotRun& run = *(behind - 1);
    return run.first + (i - run.begin);
  }
};

struct EqualRun {
  std::uint64_t first = 0;  // slot
  std::uint64_t last = 0;
  std::uint64_t samples = 0;  // 0: none
  double value = 0.0;
};

struct EqualPart {
  EqualRun head;                // from the part's begin
  EqualRun tail;                // to the part's end; of no samples if the head is all of it
  EqualRun longest;             // of those between
  std::uint64_t stretches = 0;  // of those between, so many are long enough
};

[[nodiscard]] EqualPart equal_in(const GoodValues& good, std::uint64_t equal_min);

// Merges the parts of runs.
class EqualSeries {
 public:
  explicit EqualSeries(std::uint64_t equal_min) : equal_min_(equal_min) {}

  // Whether the longest is of what was merged since the last end_run(): its slots are of that run.
  bool merge(const EqualPart& part);
  bool end_run();

  [[nodiscard]] std::uint64_t stretches() const noexcept { return stretches_; }
  [[nodiscard]] const EqualRun& longest() const noexcept { return longest_; }

 private:
  bool close(const EqualRun& run);

  std::uint64_t equal_min_;
  EqualRun open_;
  EqualRun longest_;
  std::uint64_t stretches_ = 0;
};

struct SpikePart {
  std::uint64_t samples = 0;
  std::uint64_t stretches = 0;
  bool at_begin = false;  // the part's first value is one
  bool at_end = false;
  double largest = 0.0;  // distance from the median, of either sign
  std::uint64_t largest_slot = 0;
};

// Used again for each part.
class SpikeFinder {
 public:
  // `k` noises; `resolution` of the sensor, or 0.
  [[nodiscard]] SpikePart find(const GoodValues& good, double k, double resolution);

 private:
  [[nodiscard]] double noise_of(std::span<const double> values);

  std::vector<double> differences_;
};

}  // namespace isotherm::analyse
