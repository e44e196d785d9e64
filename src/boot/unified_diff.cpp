#include "boot/unified_diff.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace isotherm::boot {
namespace {

// Lines without their line feeds; the last one may lack it.
struct Lines {
  std::vector<std::string_view> lines;
  bool ends_in_line_feed = true;
};

struct Step {
  char mark;          // ' ' in both, '-' only before, '+' only after
  std::size_t index;  // of the line, in the text that has it
};

// Where a stretch of steps stands in the two texts.
struct Hunk {
  std::size_t first;
  std::size_t end;
};

Lines lines_of(std::string_view text) {
  Lines result;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    result.lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) {
      result.ends_in_line_feed = false;
      break;
    }
    text.remove_prefix(end + 1);
  }
  return result;
}

// Whether line i of one is line j of the other: a last line without a line feed equals only its
// like.
bool same(const Lines& a, std::size_t i, const Lines& b, std::size_t j) {
  const bool a_bare = !a.ends_in_line_feed && i + 1 == a.lines.size();
  const bool b_bare = !b.ends_in_line_feed && j + 1 == b.lines.size();
  return a.lines[i] == b.lines[j] && a_bare == b_bare;
}

// Along a longest common subsequence, by the textbook's table.
std::vector<Step> steps_between(const Lines& a, const Lines& b) {
  const std::size_t rows = a.lines.size();
  const std::size_t columns = b.lines.size();
  std::vector<std::uint32_t> common((rows + 1) * (columns + 1), 0);
  const auto at = [columns](std::size_t i, std::size_t j) { return i * (columns + 1) + j; };
  for (std::size_t i = rows; i-- > 0;) {
    for (std::size_t j = columns; j-- > 0;) {
      common[at(i, j)] = same(a, i, b, j) ? common[at(i + 1, j + 1)] + 1
                                          : std::max(common[at(i + 1, j)], common[at(i, j + 1)]);
    }
  }
  std::vector<Step> steps;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < rows || j < columns) {
    if (i < rows && j < columns && same(a, i, b, j)) {
      steps.push_back({' ', i++});
      ++j;
    } else if (i < rows && (j == columns || common[at(i + 1, j)] >= common[at(i, j + 1)])) {
      steps.push_back({'-', i++});
    } else {
      steps.push_back({'+', j++});
    }
  }
  return steps;
}

// Changes with their context; those whose contexts touch are one hunk.
std::vector<Hunk> hunks_of(const std::vector<Step>& steps) {
  std::vector<Hunk> hunks;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].mark == ' ') {
      continue;
    }
    const std::size_t first = i > kDiffContext ? i - kDiffContext : 0;
    const std::size_t end = std::min(i + 1 + kDiffContext, steps.size());
    if (!hunks.empty() && first <= hunks.back().end) {
      hunks.back().end = end;
    } else {
      hunks.push_back({first, end});
    }
  }
  return hunks;
}

// "12,3"; a length of 1 is left out, and a stretch of no lines is named by the line before it.
std::string range_text(std::size_t first, std::size_t length) {
  const std::string start = std::to_string(length == 0 ? first : first + 1);
  return length == 1 ? start : start + "," + std::to_string(length);
}

}  // namespace

std::string unified_diff(std::string_view before, std::string_view after,
                         std::string_view name_before, std::string_view name_after) {
  if (before == after) {
    return "";
  }
  const Lines a = lines_of(before);
  const Lines b = lines_of(after);
  const std::vector<Step> steps = steps_between(a, b);
  std::string text = "--- " + std::string(name_before) + "\n+++ " + std::string(name_after) + "\n";
  std::size_t line_a = 0;
  std::size_t line_b = 0;
  std::size_t next = 0;
  for (const Hunk& hunk : hunks_of(steps)) {
    line_a += hunk.first - next;  // the steps that were passed over are in both
    line_b += hunk.first - next;
    std::string body;
    std::size_t length_a = 0;
    std::size_t length_b = 0;
    for (std::size_t i = hunk.first; i < hunk.end; ++i) {
      const Step& step = steps[i];
      const Lines& from = step.mark == '+' ? b : a;
      body += step.mark + std::string(from.lines[step.index]) + "\n";
      if (!from.ends_in_line_feed && step.index + 1 == from.lines.size()) {
        body += "\\ No newline at end of file\n";
      }
      length_a += step.mark == '+' ? 0 : 1;
      length_b += step.mark == '-' ? 0 : 1;
    }
    text += "@@ -" + range_text(line_a, length_a) + " +" + range_text(line_b, length_b) + " @@\n" +
            body;
    line_a += length_a;
    line_b += length_b;
    next = hunk.end;
  }
  return text;
}

}  // namespace isotherm::boot
