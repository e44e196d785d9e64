#include "history/bucket.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace isotherm::history {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

constexpr std::int64_t kCarry = std::int64_t{1} << 62U;

// Both sums stay within +-2^62, so that no step of this overflows.
void add_sum(Bucket& into, const Bucket& later) noexcept {
  const auto within = [&into](std::int64_t sum) {
    into.sum_carry += sum >= kCarry ? 1 : sum <= -kCarry ? -1 : 0;
    return sum >= kCarry ? sum - kCarry : sum <= -kCarry ? sum + kCarry : sum;
  };
  into.sum_carry += later.sum_carry;
  const std::int64_t own = within(into.sum_nano);
  into.sum_nano = within(own + within(later.sum_nano));
}

// To the log's own tenth of a microsecond, rounded as it rounds.
core::Nanoseconds to_tenths(core::Nanoseconds duration) noexcept {
  const std::int64_t count = duration.count();
  return core::Nanoseconds{(count + (count < 0 ? -50 : 50)) / 100 * 100};
}

void merge_values(Bucket& into, const Bucket& later) noexcept {
  const core::Nanoseconds shift = later.time - into.time;
  if (!into.has_statistics) {
    into.has_statistics = true;
    into.min_nano = later.min_nano;
    into.max_nano = later.max_nano;
    into.sum_nano = later.sum_nano;
    into.sum_carry = later.sum_carry;
    into.squares = later.squares;
    into.min_offset = shift + later.min_offset;
    into.max_offset = shift + later.max_offset;
  } else {
    const auto count_a = static_cast<double>(into.counts.good);
    const auto count_b = static_cast<double>(later.counts.good);
    const double distance = later.mean() - into.mean();
    into.squares += later.squares + distance * distance * (count_a * count_b / (count_a + count_b));
    add_sum(into, later);
    if (later.min_nano < into.min_nano) {
      into.min_nano = later.min_nano;
      into.min_offset = shift + later.min_offset;
    }
    if (later.max_nano > into.max_nano) {
      into.max_nano = later.max_nano;
      into.max_offset = shift + later.max_offset;
    }
  }
  into.last_nano = later.last_nano;
}

// Stepped is worse than unsynced, unsynced worse than synced.
core::ClockState worse(core::ClockState a, core::ClockState b) noexcept {
  return static_cast<core::ClockState>(std::max(static_cast<int>(a), static_cast<int>(b)));
}
static_assert(core::ClockState::Synced < core::ClockState::Unsynced);
static_assert(core::ClockState::Unsynced < core::ClockState::Stepped);

}  // namespace

double Bucket::mean() const noexcept {
  if (!has_statistics || counts.good == 0) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const double sum =
      static_cast<double>(sum_carry) * static_cast<double>(kCarry) + static_cast<double>(sum_nano);
  return sum / static_cast<double>(counts.good) / kNanoPerUnit;
}

std::optional<double> Bucket::stddev() const noexcept {
  if (!has_statistics || counts.good < 2) {
    return std::nullopt;
  }
  return std::sqrt(squares / static_cast<double>(counts.good - 1));
}

std::int64_t to_nano(double value) noexcept {
  const double nano = std::round(value * kNanoPerUnit);
  if (!(nano > -static_cast<double>(kMost))) {
    return -kMost;
  }
  // 2^63 itself is a double, 2^63 - 1 is not.
  return nano < static_cast<double>(kMost) ? static_cast<std::int64_t>(nano) : kMost;
}

// Rounded again to the six decimals that the log prints, it has the log's digits: a tie is decided
// here, by the number itself.
std::int64_t to_logged_nano(double value) noexcept {
  constexpr std::int64_t kMicro = 1000;
  constexpr int kDecimals = 6;
  const std::int64_t nano = to_nano(value);
  if (std::abs(nano % kMicro) != kMicro / 2) {
    return nano;
  }
  std::array<char, 32> digits{};
  char* const end = digits.data() + digits.size();
  const auto written =
      std::to_chars(digits.data(), end, value, std::chars_format::fixed, kDecimals);
  double logged = value;
  if (written.ec == std::errc{}) {
    std::from_chars(digits.data(), written.ptr, logged);
  }
  return to_nano(logged);
}

Bucket bucket_of(const core::Row& row) noexcept {
  Bucket bucket;
  bucket.time = row.time;
  bucket.uptime = std::chrono::floor<std::chrono::milliseconds>(row.uptime);
  bucket.counts = row.counts;
  bucket.windows = std::max<std::uint64_t>(row.merged_rows, 1);
  if (row.statistics && row.counts.good > 0) {
    const core::WindowStatistics& statistics = *row.statistics;
    const auto good = static_cast<double>(row.counts.good);
    bucket.has_statistics = true;
    bucket.min_nano = to_logged_nano(statistics.min);
    bucket.max_nano = to_logged_nano(statistics.max);
    bucket.last_nano = to_logged_nano(statistics.last);
    bucket.sum_nano = to_nano(statistics.mean * good);
    const double deviation = statistics.stddev.value_or(0.0);
    bucket.squares = row.counts.good < 2 ? 0.0 : deviation * deviation * (good - 1.0);
  }
  if (row.lateness) {
    bucket.lateness =
        core::WindowLateness{to_tenths(row.lateness->p99), to_tenths(row.lateness->max)};
  }
  bucket.clock = row.clock;
  bucket.faults = row.faults;
  return bucket;
}

void merge_into(Bucket& into, const Bucket& later) noexcept {
  if (later.has_statistics) {
    merge_values(into, later);
  }
  into.counts += later.counts;
  into.windows += later.windows;
  if (into.lateness && later.lateness) {
    into.lateness->p99 = std::max(into.lateness->p99, later.lateness->p99);
    into.lateness->max = std::max(into.lateness->max, later.lateness->max);
  } else if (later.lateness) {
    into.lateness = later.lateness;
  }
  into.clock = worse(into.clock, later.clock);
  for (std::size_t i = 0; i < core::kFaultCount; ++i) {
    into.faults.at(i) += later.faults.at(i);
  }
}

void move_start(Bucket& bucket, core::WallTime start) noexcept {
  const core::Nanoseconds shift = bucket.time - start;
  bucket.time = start;
  bucket.uptime -= shift;
  if (bucket.has_statistics) {
    bucket.min_offset += shift;
    bucket.max_offset += shift;
  }
}

}  // namespace isotherm::history
