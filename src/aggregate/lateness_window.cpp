#include "aggregate/lateness_window.hpp"

#include <cassert>

namespace isotherm::aggregate {
namespace {

// One in so many may be later than the 99th percentile.
constexpr std::uint64_t kOneIn = 100;

// Worked out by the compiler, which also proves to the linter that every shift in it is in range.
constexpr auto kUpperEdges = [] {
  std::array<std::uint64_t, core::histogram_buckets::kCount> edges{};
  for (std::size_t i = 0; i < edges.size(); ++i) {
    edges[i] = core::histogram_buckets::upper_edge(i);
  }
  return edges;
}();

core::Nanoseconds nanoseconds(std::uint64_t count) noexcept {
  return core::Nanoseconds{static_cast<std::int64_t>(count)};
}

}  // namespace

std::optional<core::WindowLateness> LatenessWindow::close(std::uint64_t count) noexcept {
  if (count == 0) {
    return std::nullopt;
  }
  const std::uint64_t may_be_above = count / kOneIn;
  std::optional<std::uint64_t> p99;
  std::uint64_t above = 0;
  // Downwards from the largest, until all are found; each bucket is emptied on the way.
  const std::size_t top = core::histogram_buckets::index(max_);
  assert(top < buckets_.size());
  for (std::size_t i = top + 1; i-- > 0 && above < count;) {
    above += buckets_[i];
    buckets_[i] = 0;
    if (!p99 && above > may_be_above) {
      p99 = std::min(kUpperEdges[i], max_);
    }
  }
  assert(above == count);
  const core::WindowLateness lateness{nanoseconds(p99.value_or(max_)), nanoseconds(max_)};
  max_ = 0;
  return lateness;
}

}  // namespace isotherm::aggregate
