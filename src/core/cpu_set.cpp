#include "core/cpu_set.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace isotherm::core {
namespace {

std::optional<unsigned> parse_core(std::string_view text) {
  unsigned core = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), core);
  if (error != std::errc{} || end != text.data() + text.size() || core >= kCoreLimit) {
    return std::nullopt;
  }
  return core;
}

}  // namespace

CpuSet::CpuSet(std::initializer_list<unsigned> cores) : CpuSet(std::vector<unsigned>(cores)) {}

CpuSet::CpuSet(const std::vector<unsigned>& cores) : cores_(cores) {
  std::sort(cores_.begin(), cores_.end());
  cores_.erase(std::unique(cores_.begin(), cores_.end()), cores_.end());
}

std::optional<CpuSet> CpuSet::parse(std::string_view text) {
  CpuSet set;
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find(','));
    text.remove_prefix(std::min(item.size() + 1, text.size()));
    const std::size_t dash = item.find('-');
    const auto first = parse_core(item.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_core(item.substr(dash + 1));
    if (!first || !last || *first > *last) {
      return std::nullopt;
    }
    for (unsigned core = *first; core <= *last; ++core) {
      set.insert(core);
    }
  }
  return set;
}

void CpuSet::insert(unsigned core) {
  const auto place = std::lower_bound(cores_.begin(), cores_.end(), core);
  if (place == cores_.end() || *place != core) {
    cores_.insert(place, core);
  }
}

bool CpuSet::contains(unsigned core) const noexcept {
  return std::binary_search(cores_.begin(), cores_.end(), core);
}

CpuSet CpuSet::without(const CpuSet& other) const {
  CpuSet result;
  std::set_difference(cores_.begin(), cores_.end(), other.cores_.begin(), other.cores_.end(),
                      std::back_inserter(result.cores_));
  return result;
}

CpuSet CpuSet::intersection(const CpuSet& other) const {
  CpuSet result;
  std::set_intersection(cores_.begin(), cores_.end(), other.cores_.begin(), other.cores_.end(),
                        std::back_inserter(result.cores_));
  return result;
}

CpuSet CpuSet::joined(const CpuSet& other) const {
  CpuSet result;
  std::set_union(cores_.begin(), cores_.end(), other.cores_.begin(), other.cores_.end(),
                 std::back_inserter(result.cores_));
  return result;
}

std::string CpuSet::text() const {
  std::string result;
  for (std::size_t i = 0; i < cores_.size();) {
    std::size_t last = i;
    while (last + 1 < cores_.size() && cores_[last + 1] == cores_[last] + 1) {
      ++last;
    }
    result += (result.empty() ? "" : ",") + std::to_string(cores_[i]);
    if (last > i) {
      result += "-" + std::to_string(cores_[last]);
    }
    i = last + 1;
  }
  return result;
}

std::string cores_words(const CpuSet& cores) {
  return (cores.size() == 1 ? "core " : "cores ") + cores.text();
}

}  // namespace isotherm::core
