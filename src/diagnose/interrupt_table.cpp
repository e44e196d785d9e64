#include "diagnose/interrupt_table.hpp"

#include <algorithm>
#include <limits>

#include "os/proc_text.hpp"

namespace isotherm::diagnose {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

std::string_view without_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

// Behind the counts stand the chip, the line's number there and its kind, and then, after two
// blanks or more, who asked for it: " IO-APIC   5-edge      ACPI:Ged". Rows without a chip have one
// text: "  Local timer interrupts".
std::string name_of(std::string_view label, std::string_view text) {
  text = without_blanks(text);
  const std::size_t gap = text.rfind("  ");
  if (gap != std::string_view::npos) {
    text = text.substr(gap + 2);
  }
  return text.empty() ? std::string{label} : std::string{label} + ": " + std::string{text};
}

}  // namespace

void InterruptTable::read_header(std::string_view line) {
  columns_.clear();
  line = without_blanks(line);
  while (!line.empty()) {
    std::string_view word = os::next_word(line);
    word.remove_prefix(std::min<std::size_t>(word.size(), std::string_view{"CPU"}.size()));
    const auto core = os::parse_number<unsigned>(word);
    const auto place = core ? std::find(cores_.begin(), cores_.end(), *core) : cores_.end();
    columns_.push_back(place == cores_.end() ? kNone
                                             : static_cast<std::size_t>(place - cores_.begin()));
  }
}

std::size_t InterruptTable::row_of(std::string_view label, std::size_t expected,
                                   std::string_view after_counts) {
  if (expected < labels_.size() && labels_[expected] == label) {
    return expected;
  }
  const auto known = std::find(labels_.begin(), labels_.end(), label);
  if (known != labels_.end()) {
    return static_cast<std::size_t>(known - labels_.begin());
  }
  labels_.emplace_back(label);
  names_.push_back(name_of(label, after_counts));
  return labels_.size() - 1;
}

InterruptCounts InterruptTable::read(std::string_view text) {
  InterruptCounts counts(names_.size() * cores_.size());
  std::vector<std::uint64_t> row_counts(cores_.size());
  std::size_t expected = 0;
  for (bool header = true; !text.empty(); header = false) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (header) {
      read_header(line);
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
      continue;
    }
    const std::string_view label = without_blanks(line.substr(0, colon));
    line.remove_prefix(colon + 1);
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    std::fill(row_counts.begin(), row_counts.end(), 0);
    for (const std::size_t place : columns_) {
      // "ERR:          0" counts for the whole machine and has no more columns.
      std::string_view rest = line;
      const auto count = os::parse_number<std::uint64_t>(os::next_word(rest));
      if (!count) {
        break;
      }
      line = rest;
      if (place != kNone) {
        row_counts[place] = *count;
      }
    }
    const std::size_t row = row_of(label, expected, line);
    expected = row + 1;
    counts.resize(std::max(counts.size(), names_.size() * cores_.size()));
    std::copy(row_counts.begin(), row_counts.end(),
              counts.begin() + static_cast<std::ptrdiff_t>(row * cores_.size()));
  }
  return counts;
}

}  // namespace isotherm::diagnose
