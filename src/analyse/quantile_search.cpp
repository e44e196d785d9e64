#include "analyse/quantile_search.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "analyse/value_counts.hpp"

namespace isotherm::analyse {
namespace {

constexpr unsigned kPassBits = 16;
constexpr unsigned kKeyBits = 64;
constexpr std::uint64_t kSign = std::uint64_t{1} << 63U;

std::uint64_t key_of(double value) noexcept {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  return (bits & kSign) != 0 ? ~bits : bits | kSign;
}

double value_of_key(std::uint64_t key) noexcept {
  return std::bit_cast<double>((key & kSign) != 0 ? key & ~kSign : ~key);
}

// One quantile on its way: the leading bits of its key, and which of the values that share them it
// is.
struct Search {
  std::uint64_t prefix = 0;
  std::uint64_t rank = 0;
  std::vector<std::uint64_t> counts = std::vector<std::uint64_t>(std::size_t{1} << kPassBits);

  void narrow() {
    std::size_t bucket = 0;
    // A chunk that could be read in an earlier pass may be gone in this one.
    while (bucket + 1 < counts.size() && rank > counts[bucket]) {
      rank -= counts[bucket++];
    }
    prefix = (prefix << kPassBits) | bucket;
    counts.assign(counts.size(), 0);
  }
};

}  // namespace

std::array<double, kFractions.size()> search_quantiles(const EachValues& each) {
  std::uint64_t total = 0;
  each([&total](std::span<const double> values) {
    for (const double value : values) {
      total += std::isfinite(value) ? 1U : 0U;
    }
  });
  std::array<Search, kFractions.size()> searches;
  for (std::size_t i = 0; i < searches.size(); ++i) {
    searches.at(i).rank = rank_of(kFractions.at(i), total);
  }
  for (unsigned known = 0; known < kKeyBits; known += kPassBits) {
    each([&](std::span<const double> values) {
      for (const double value : values) {
        if (!std::isfinite(value)) {
          continue;
        }
        const std::uint64_t key = key_of(value);
        for (Search& search : searches) {
          if (known == 0 || key >> (kKeyBits - known) == search.prefix) {
            const std::uint64_t next = key >> (kKeyBits - known - kPassBits);
            ++search.counts[static_cast<std::size_t>(next & ((1U << kPassBits) - 1U))];
          }
        }
      }
    });
    for (Search& search : searches) {
      search.narrow();
    }
  }
  std::array<double, kFractions.size()> out{};
  for (std::size_t i = 0; i < searches.size(); ++i) {
    out.at(i) = value_of_key(searches.at(i).prefix);
  }
  return out;
}

}  // namespace isotherm::analyse
