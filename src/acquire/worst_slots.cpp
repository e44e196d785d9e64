#include "acquire/worst_slots.hpp"

#include <algorithm>

namespace isotherm::acquire {

WorstSlots::WorstSlots(std::uint32_t keep, core::Nanoseconds period) noexcept
    : keep_(std::min(keep, kWorstSlotsMax)),
      slots_per_stretch_(static_cast<std::uint64_t>(std::max<std::int64_t>(kStretch / period, 1))) {
  if (keep_ == 0) {
    stretch_end_ = std::numeric_limits<std::uint64_t>::max();
    least_ = std::numeric_limits<std::int64_t>::max();
  }
}

void WorstSlots::begin_stretch(std::uint64_t slot) noexcept {
  stretch_end_ = (stretch_of(slot) + 1) * slots_per_stretch_;
  std::fill_n(done_.begin(), keep_, kAnything);
  least_ = kAnything;
  least_index_ = 0;
}

void WorstSlots::keep(const SlotRecord& record) noexcept {
  if (!ring_.push(record)) {
    // Not one of the worst then, so that the next one that is as bad is tried again.
    lost_.add(1);
    return;
  }
  done_[least_index_] = record.done().count();
  const auto end = done_.begin() + static_cast<std::ptrdiff_t>(keep_);
  const auto least = std::min_element(done_.begin(), end);
  least_ = *least;
  least_index_ = static_cast<std::size_t>(least - done_.begin());
}

}  // namespace isotherm::acquire
