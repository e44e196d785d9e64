// The Allan deviation of evenly spaced values: how much averages over a time tau differ from one to
// the next, so which noise averaging takes away and from where on drift takes over.
//
//   sigma^2(tau) = 1/2 <(mean of the next tau - mean of this tau)^2>
//
// (D. W. Allan, "Statistics of atomic frequency standards", 1966; with y the value itself.) At
// octaves: tau is 1, 2, 4, ... intervals. Pairs of averages overlap: they begin at each interval up
// to tau = 4 and at each quarter of tau beyond, where more would hardly add to what is known (Howe,
// Allan, Barnes, "Properties of signal sources and measurement methods", 1981). They begin at
// multiples of that stride, counted from slot 0, so it does not matter where chunks begin.
//
// Gaps: up to tau = 64 every slot of both averages has to have a good value. Beyond, a block of 32,
// 64, ... slots counts if more than half of its slots have one; its mean then stands for it.
//
// A part (of a chunk) gives what can be told within it, its ends, and sums of 32 slots; a series
// merges the parts in their order and comes to what one pass over all values would, up to rounding.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace isotherm::analyse {

inline constexpr std::size_t kAllanOverlap = 4;   // strides a tau
inline constexpr std::size_t kAllanInside = 7;    // octaves told within parts: 1 to 64
inline constexpr std::size_t kAllanBlock = 32;    // slots of a block sum; the stride at tau = 128
inline constexpr std::size_t kAllanOctaves = 40;  // 2^39 intervals
inline constexpr std::size_t kAllanReach =
    2 * 64 - 1;  // slots that two averages have beside an end

static_assert(kAllanBlock * kAllanOverlap == std::size_t{1} << kAllanInside);

struct AllanSum {
  double squares = 0.0;  // of differences of means
  std::uint64_t terms = 0;
};

// Values of consecutive slots. `first` counts in intervals from slot 0 of the run.
struct Section {
  std::uint64_t first = 0;
  std::span<const double> values;
};

struct AllanBlock {
  std::uint64_t index = 0;  // of kAllanBlock intervals
  std::uint64_t count = 0;  // good values in it
  double sum = 0.0;
};

struct AllanPart {
  std::array<AllanSum, kAllanInside> inside{};
  std::vector<AllanBlock> blocks;  // ascending; the outer ones may be shared with other parts
  // The values up to the first gap and from the last gap on, kAllanReach at most.
  std::uint64_t head_first = 0;
  std::vector<double> head;
  std::uint64_t tail_first = 0;
  std::vector<double> tail;
  bool unbroken = false;  // there is no gap in the part
  std::uint64_t values = 0;
};

// Running sums of a section's values less their first one: sums[i] is of the first i.
void running_sums(std::span<const double> values, std::vector<double>& sums);

// The next section of a part. `sums` are its running_sums().
void add_section(const Section& section, std::span<const double> sums, AllanPart& part);

class AllanSeries {
 public:
  // The next part of the same run.
  void merge(const AllanPart& part);
  // What follows is of another run: no average reaches across.
  void end_run();

  // By octave; without the ones that have no terms.
  struct Point {
    std::uint64_t intervals = 0;
    double deviation = 0.0;
    std::uint64_t terms = 0;
  };
  // After end_run().
  [[nodiscard]] std::vector<Point> points() const;

 private:
  // Blocks of one size, of which the last few are kept.
  struct Level {
    AllanBlock growing{};  // its values may not be all there yet
    bool grows = false;
    std::array<AllanBlock, 2 * kAllanOverlap> last{};
    std::size_t kept = 0;
  };

  void add_block(std::size_t level, const AllanBlock& block);
  void finish_block(std::size_t level);
  void join(const AllanPart& part);
  void keep_tail(const AllanPart& part);

  std::array<AllanSum, kAllanOctaves> sums_{};
  std::array<Level, kAllanOctaves - kAllanInside> levels_{};
  std::uint64_t tail_first_ = 0;
  std::vector<double> tail_;
};

}  // namespace isotherm::analyse
