#include "analyse/allan.hpp"

#include <algorithm>
#include <cmath>

#include "analyse/lanes.hpp"

namespace isotherm::analyse {
namespace {

constexpr std::uint64_t stride_of(std::uint64_t intervals) noexcept {
  return std::max<std::uint64_t>(intervals / kAllanOverlap, 1);
}

constexpr std::uint64_t next_multiple(std::uint64_t from, std::uint64_t of) noexcept {
  return (from + of - 1) / of * of;
}

// The pairs of averages over `intervals` that begin at slots `from` to `to` (not included) of a
// section that begins at `first`.
AllanSum pairs_in(std::span<const double> sums, std::uint64_t first, std::uint64_t intervals,
                  std::uint64_t from, std::uint64_t to) {
  const std::uint64_t stride = stride_of(intervals);
  from = next_multiple(from, stride);
  if (from >= to) {
    return {};
  }
  const auto count = static_cast<std::size_t>((to - from + stride - 1) / stride);
  const double* const begin = sums.data() + (from - first);
  const auto width = static_cast<std::size_t>(intervals);
  const double squares = lane_sum(count, [begin, width, stride](std::size_t i) {
    const double* const at = begin + i * stride;
    const double difference = at[2 * width] - 2.0 * at[width] + at[0];
    return difference * difference;
  });
  const auto scale = static_cast<double>(intervals);
  return {squares / (scale * scale), count};
}

void add_sum(AllanSum& to, const AllanSum& sum) noexcept {
  to.squares += sum.squares;
  to.terms += sum.terms;
}

void add_blocks(const Section& section, std::vector<AllanBlock>& blocks) {
  std::size_t at = 0;
  while (at < section.values.size()) {
    const std::uint64_t slot = section.first + at;
    const std::uint64_t index = slot / kAllanBlock;
    const std::size_t count = std::min(section.values.size() - at,
                                       static_cast<std::size_t>((index + 1) * kAllanBlock - slot));
    const double* const begin = section.values.data() + at;
    const double sum = lane_sum(count, [begin](std::size_t i) { return begin[i]; });
    if (!blocks.empty() && blocks.back().index == index) {
      blocks.back().sum += sum;
      blocks.back().count += count;
    } else {
      blocks.push_back({index, count, sum});
    }
    at += count;
  }
}

}  // namespace

void running_sums(std::span<const double> values, std::vector<double>& sums) {
  sums.resize(values.size() + 1);
  const double about = values.empty() ? 0.0 : values.front();
  double sum = 0.0;
  sums[0] = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    sum += values[i] - about;
    sums[i + 1] = sum;
  }
}

void add_section(const Section& section, std::span<const double> sums, AllanPart& part) {
  if (section.values.empty()) {
    return;
  }
  const std::uint64_t end = section.first + section.values.size();
  for (std::size_t octave = 0; octave < kAllanInside; ++octave) {
    const std::uint64_t intervals = std::uint64_t{1} << octave;
    if (section.values.size() >= 2 * intervals) {
      add_sum(part.inside.at(octave),
              pairs_in(sums, section.first, intervals, section.first, end - 2 * intervals + 1));
    }
  }
  add_blocks(section, part.blocks);
  const std::size_t reach = std::min(section.values.size(), kAllanReach);
  part.unbroken = part.values == 0;
  if (part.values == 0) {
    part.head_first = section.first;
    part.head.assign(section.values.begin(),
                     section.values.begin() + static_cast<std::ptrdiff_t>(reach));
  }
  part.tail_first = end - reach;
  part.tail.assign(section.values.end() - static_cast<std::ptrdiff_t>(reach), section.values.end());
  part.values += section.values.size();
}

void AllanSeries::join(const AllanPart& part) {
  if (tail_first_ + tail_.size() != part.head_first || tail_.empty()) {
    return;
  }
  std::vector<double> values = tail_;
  values.insert(values.end(), part.head.begin(), part.head.end());
  std::vector<double> sums;
  running_sums(values, sums);
  const std::uint64_t border = part.head_first;
  const std::uint64_t end = border + part.head.size();
  for (std::size_t octave = 0; octave < kAllanInside; ++octave) {
    const std::uint64_t width = std::uint64_t{2} << octave;
    if (end - tail_first_ < width) {
      break;
    }
    // They begin before the border and end behind it.
    const std::uint64_t from = std::max(tail_first_, border - std::min(border, width - 1));
    const std::uint64_t to = std::min(border, end - width + 1);
    add_sum(sums_.at(octave), pairs_in(sums, tail_first_, width / 2, from, to));
  }
}

void AllanSeries::keep_tail(const AllanPart& part) {
  const bool goes_on = part.unbroken && part.tail.size() < kAllanReach &&
                       tail_first_ + tail_.size() == part.head_first && !tail_.empty();
  if (!goes_on) {
    tail_first_ = part.tail_first;
    tail_ = part.tail;
    return;
  }
  tail_.insert(tail_.end(), part.tail.begin(), part.tail.end());
  if (tail_.size() > kAllanReach) {
    const std::size_t excess = tail_.size() - kAllanReach;
    tail_.erase(tail_.begin(), tail_.begin() + static_cast<std::ptrdiff_t>(excess));
    tail_first_ += excess;
  }
}

void AllanSeries::merge(const AllanPart& part) {
  if (part.values == 0) {
    return;
  }
  for (std::size_t octave = 0; octave < kAllanInside; ++octave) {
    add_sum(sums_.at(octave), part.inside.at(octave));
  }
  join(part);
  keep_tail(part);
  for (const AllanBlock& block : part.blocks) {
    add_block(0, block);
  }
}

void AllanSeries::add_block(std::size_t level, const AllanBlock& block) {
  if (level >= levels_.size()) {
    return;
  }
  Level& here = levels_.at(level);
  if (here.grows && here.growing.index == block.index) {
    here.growing.sum += block.sum;
    here.growing.count += block.count;
    return;
  }
  finish_block(level);
  here.growing = block;
  here.grows = true;
}

void AllanSeries::finish_block(std::size_t level) {
  Level& here = levels_.at(level);
  if (!here.grows) {
    return;
  }
  here.grows = false;
  const AllanBlock block = here.growing;
  const std::uint64_t slots = std::uint64_t{kAllanBlock} << level;
  if (block.count * 2 <= slots ||
      (here.kept > 0 && here.last.at(here.kept - 1).index + 1 != block.index)) {
    here.kept = 0;
  }
  if (block.count * 2 > slots) {
    if (here.kept == here.last.size()) {
      std::rotate(here.last.begin(), here.last.begin() + 1, here.last.end());
      --here.kept;
    }
    here.last.at(here.kept++) = block;
  }
  if (here.kept == here.last.size()) {
    double before = 0.0;
    double behind = 0.0;
    for (std::size_t i = 0; i < kAllanOverlap; ++i) {
      before += here.last[i].sum / static_cast<double>(here.last[i].count);
      behind += here.last[i + kAllanOverlap].sum /
                static_cast<double>(here.last[i + kAllanOverlap].count);
    }
    const double difference = (behind - before) / static_cast<double>(kAllanOverlap);
    add_sum(sums_.at(kAllanInside + level), {difference * difference, 1});
  }
  add_block(level + 1, {block.index / 2, block.count, block.sum});
}

void AllanSeries::end_run() {
  tail_.clear();
  for (std::size_t level = 0; level < levels_.size(); ++level) {
    finish_block(level);
    levels_.at(level).kept = 0;
  }
}

std::vector<AllanSeries::Point> AllanSeries::points() const {
  std::vector<Point> out;
  for (std::size_t octave = 0; octave < kAllanOctaves; ++octave) {
    const AllanSum& sum = sums_.at(octave);
    if (sum.terms > 0) {
      out.push_back({std::uint64_t{1} << octave,
                     std::sqrt(sum.squares / (2.0 * static_cast<double>(sum.terms))), sum.terms});
    }
  }
  return out;
}

}  // namespace isotherm::analyse
