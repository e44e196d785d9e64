// The rows that wait for the disk, in order and in bounded memory. When it is full, further rows of
// a sensor are merged into one: the counts stay exact however long the disk is away.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "core/row.hpp"

namespace isotherm::store {

class RowBuffer {
 public:
  // Of rows kept one by one; the merged ones, one a sensor, come on top. Always takes one row.
  explicit RowBuffer(std::uint64_t limit_bytes) : limit_bytes_(limit_bytes) {}

  void push(core::Row row);
  // The oldest rows, at most `limit`; they leave the buffer.
  [[nodiscard]] std::vector<core::Row> take(std::size_t limit);

  [[nodiscard]] bool empty() const noexcept { return rows_.empty() && merged_.empty(); }
  // Rows that would be taken, each merged one counted once.
  [[nodiscard]] std::size_t size() const noexcept { return rows_.size() + merged_.size(); }
  [[nodiscard]] bool half_full() const noexcept { return bytes_ >= limit_bytes_ / 2; }

  // The memory that one row counts for.
  [[nodiscard]] static std::uint64_t bytes_of(const core::Row& row) noexcept;

 private:
  [[nodiscard]] bool has_room_for(std::uint64_t bytes) const noexcept;
  void merge(core::Row row);
  void settle_merged();

  std::uint64_t limit_bytes_;
  std::uint64_t bytes_ = 0;
  std::deque<core::Row> rows_;
  // Behind rows_ in time, one a sensor. While there are any, every new row is merged into them, so
  // that no row overtakes an older one of its sensor.
  std::vector<core::Row> merged_;
};

}  // namespace isotherm::store
