#include "store/tail_mending.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace isotherm::store {
namespace {

// The complete lines of `text` that have no NUL in them, and where the first other one begins.
struct Sifted {
  std::string good_behind_bad;
  std::size_t bad_begin = std::string_view::npos;
};

Sifted sift(std::string_view text) {
  Sifted result;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = text.find('\n', begin);
    const bool torn = end == std::string_view::npos;
    const std::string_view line = text.substr(begin, torn ? end : end + 1 - begin);
    const bool bad = torn || line.find('\0') != std::string_view::npos;
    if (bad && result.bad_begin == std::string_view::npos) {
      result.bad_begin = begin;
    } else if (!bad && result.bad_begin != std::string_view::npos) {
      result.good_behind_bad += line;
    }
    begin += line.size();
  }
  return result;
}

}  // namespace

TailMend mend_tail(core::LogFile& file) {
  const auto size = file.size();
  if (!size.status.ok()) {
    return {0, size.status};
  }
  std::uint64_t start = 0;
  std::string text;
  for (std::uint64_t window = kMendWindow;; window *= 2) {
    start = size.bytes > window ? size.bytes - window : 0;
    auto read = file.read(start, size.bytes - start);
    if (!read.status.ok()) {
      return {0, read.status};
    }
    text = std::move(read.text);
    if (start == 0) {
      break;
    }
    // What is before the first line end belongs to a line that begins outside of the window. If
    // that one is bad, the window has to be larger.
    const std::size_t line_end = text.find('\n');
    if (line_end != std::string::npos && text.find('\0') > line_end) {
      start += line_end + 1;
      text.erase(0, line_end + 1);
      break;
    }
  }
  const Sifted sifted = sift(text);
  if (sifted.bad_begin == std::string_view::npos) {
    return {};
  }
  const std::uint64_t keep = start + sifted.bad_begin;
  auto status = file.truncate(keep);
  if (!status.ok()) {
    return {0, std::move(status)};
  }
  if (!sifted.good_behind_bad.empty()) {
    auto appended = file.append(sifted.good_behind_bad);
    if (!appended.status.ok()) {
      return {0, std::move(appended.status)};
    }
  }
  return {size.bytes - keep - sifted.good_behind_bad.size(), {}};
}

}  // namespace isotherm::store
