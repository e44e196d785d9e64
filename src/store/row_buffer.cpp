#include "store/row_buffer.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "store/row_merge.hpp"

namespace isotherm::store {

std::uint64_t RowBuffer::bytes_of(const core::Row& row) noexcept {
  return sizeof(core::Row) + row.sensor.size() + row.unit.size();
}

bool RowBuffer::has_room_for(std::uint64_t bytes) const noexcept {
  return rows_.empty() || bytes_ + bytes <= limit_bytes_;
}

void RowBuffer::push(core::Row row) {
  const std::uint64_t bytes = bytes_of(row);
  if (!merged_.empty() || !has_room_for(bytes)) {
    merge(std::move(row));
    return;
  }
  bytes_ += bytes;
  rows_.push_back(std::move(row));
}

void RowBuffer::merge(core::Row row) {
  const auto same =
      std::find_if(merged_.begin(), merged_.end(),
                   [&row](const core::Row& candidate) { return candidate.sensor == row.sensor; });
  if (same == merged_.end()) {
    merged_.push_back(std::move(row));
  } else {
    merge_into(*same, row);
  }
}

std::vector<core::Row> RowBuffer::take(std::size_t limit) {
  std::vector<core::Row> taken;
  taken.reserve(std::min(limit, size()));
  while (taken.size() < limit && !rows_.empty()) {
    bytes_ -= bytes_of(rows_.front());
    taken.push_back(std::move(rows_.front()));
    rows_.pop_front();
  }
  while (taken.size() < limit && !merged_.empty()) {
    taken.push_back(std::move(merged_.front()));
    merged_.erase(merged_.begin());
  }
  settle_merged();
  return taken;
}

// Once there is room for all merged rows they queue like any other, and merging ends.
void RowBuffer::settle_merged() {
  std::uint64_t bytes = 0;
  for (const auto& row : merged_) {
    bytes += bytes_of(row);
  }
  if (merged_.empty() || bytes_ + bytes > limit_bytes_) {
    return;
  }
  bytes_ += bytes;
  std::move(merged_.begin(), merged_.end(), std::back_inserter(rows_));
  merged_.clear();
}

}  // namespace isotherm::store
