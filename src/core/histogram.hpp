// A histogram of durations with fixed memory: 32 buckets an octave from 0 to 2^40 ns (18 minutes),
// so a quantile is at most 1/32 (3.2 %) above the true value. Recording is an index from the
// number's leading bits and one increment; nothing is ever allocated.
//
// Counter is std::uint64_t for one thread, or SingleWriterCounter where one thread records and
// another reads.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "core/realtime.hpp"
#include "core/time.hpp"

namespace isotherm::core {

// A counter that one thread writes and any thread may read. A relaxed load and store, not a
// read-modify-write: with a single writer that is enough, and it costs no locked instruction.
class SingleWriterCounter {
 public:
  void add(std::uint64_t n) noexcept ISOTHERM_REALTIME {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  void set(std::uint64_t n) noexcept ISOTHERM_REALTIME {
    value_.store(n, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t load() const noexcept ISOTHERM_REALTIME {
    return value_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t> value_{0};
};

namespace histogram_buckets {

inline constexpr unsigned kSubBits = 5;
inline constexpr unsigned kTopBit = 40;
inline constexpr std::uint64_t kLimit = (std::uint64_t{1} << kTopBit) - 1;
// The first octave block holds 0..31 one by one; each further bit adds 32 buckets.
inline constexpr std::size_t kCount = std::size_t{kTopBit - kSubBits + 1} << kSubBits;

// Bucket of a value; values above kLimit go into the last one.
constexpr std::size_t index(std::uint64_t value) noexcept {
  value = std::min(value, kLimit);
  const auto width = static_cast<unsigned>(std::bit_width(value));
  if (width <= kSubBits) {
    return static_cast<std::size_t>(value);
  }
  const unsigned shift = width - kSubBits - 1;
  const std::uint64_t sub = (value >> shift) & ((std::uint64_t{1} << kSubBits) - 1);
  return (std::size_t{shift + 1} << kSubBits) + static_cast<std::size_t>(sub);
}

// Largest value that falls into a bucket.
constexpr std::uint64_t upper_edge(std::size_t bucket) noexcept {
  const std::size_t block = bucket >> kSubBits;
  const std::uint64_t sub = bucket & ((std::size_t{1} << kSubBits) - 1);
  if (block == 0) {
    return sub;
  }
  const auto shift = static_cast<unsigned>(block - 1);
  return ((((std::uint64_t{1} << kSubBits) + sub + 1)) << shift) - 1;
}

static_assert(index(kLimit) == kCount - 1);
static_assert(upper_edge(kCount - 1) == kLimit);

}  // namespace histogram_buckets

template <typename Counter>
class BasicHistogram {
 public:
  // Real-time; the single writer only. Negative durations count as 0.
  void record(Nanoseconds duration) noexcept ISOTHERM_REALTIME {
    const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0));
    bump(buckets_[histogram_buckets::index(value)]);
    if (value > load(max_)) {
      assign(max_, value);
    }
  }

  // Real-time; the single writer only. Writes every byte, so that no page of it faults later.
  void reset() noexcept ISOTHERM_REALTIME {
    for (auto& bucket : buckets_) {
      assign(bucket, 0);
    }
    assign(max_, 0);
  }

  [[nodiscard]] std::uint64_t count() const noexcept {
    std::uint64_t total = 0;
    for (const auto& bucket : buckets_) {
      total += load(bucket);
    }
    return total;
  }

  // Housekeeping; the single writer only. Adds `count` values of bucket `i` that were recorded
  // elsewhere; `max` is the exact maximum there. `i` is below histogram_buckets::kCount.
  void add(std::size_t i, std::uint64_t count, Nanoseconds max) noexcept {
    assign(buckets_.at(i), load(buckets_.at(i)) + count);
    assign(max_, std::max(load(max_), static_cast<std::uint64_t>(max.count())));
  }

  // Housekeeping; the single writer only. Adds all that the other one has recorded.
  template <typename Other>
  void merge(const BasicHistogram<Other>& other) noexcept {
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      add(i, other.bucket(i), other.max());
    }
  }

  // The smallest bucket edge at or below which `fraction` (0 to 1) of all values lie, never above
  // the exact maximum; 0 if nothing was recorded.
  [[nodiscard]] Nanoseconds quantile(double fraction) const noexcept {
    const std::uint64_t total = count();
    const double wanted = fraction * static_cast<double>(total);
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      below += load(buckets_[i]);
      if (below > 0 && static_cast<double>(below) >= wanted) {
        return Nanoseconds{
            static_cast<std::int64_t>(std::min(histogram_buckets::upper_edge(i), load(max_)))};
      }
    }
    return Nanoseconds{0};
  }

  // Exact, not rounded to a bucket.
  [[nodiscard]] Nanoseconds max() const noexcept {
    return Nanoseconds{static_cast<std::int64_t>(load(max_))};
  }

  [[nodiscard]] std::uint64_t bucket(std::size_t i) const noexcept { return load(buckets_.at(i)); }

 private:
  static void bump(std::uint64_t& counter) noexcept { ++counter; }
  static void bump(SingleWriterCounter& counter) noexcept { counter.add(1); }
  static void assign(std::uint64_t& counter, std::uint64_t n) noexcept { counter = n; }
  static void assign(SingleWriterCounter& counter, std::uint64_t n) noexcept { counter.set(n); }
  static std::uint64_t load(const std::uint64_t& counter) noexcept { return counter; }
  static std::uint64_t load(const SingleWriterCounter& counter) noexcept { return counter.load(); }

  std::array<Counter, histogram_buckets::kCount> buckets_{};
  Counter max_{};
};

using Histogram = BasicHistogram<std::uint64_t>;
using SharedHistogram = BasicHistogram<SingleWriterCounter>;

}  // namespace isotherm::core
