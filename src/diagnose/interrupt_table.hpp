// /proc/interrupts and /proc/softirqs: how often each core was interrupted, by name (proc(5)).
//
// A reading of its own beside parse_interrupts(), because it is done ten times a second while
// readers run: it makes no text of what has not changed, looks at a few cores only, and keeps each
// row in its place, so that two looks are subtracted number by number.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace isotherm::diagnose {

// Counts of one look, by row of the table and then by core.
using InterruptCounts = std::vector<std::uint64_t>;

// Knows the rows of such a file. Rows that appear later, with a driver, are added at the end.
class InterruptTable {
 public:
  // The cores to look at, by number.
  explicit InterruptTable(std::vector<unsigned> cores) : cores_(std::move(cores)) {}

  // Housekeeping. The counts in the file's text. What the text does not have is 0.
  [[nodiscard]] InterruptCounts read(std::string_view text);

  [[nodiscard]] std::size_t rows() const noexcept { return names_.size(); }
  // "38: virtio2-input.0", "LOC: Local timer interrupts", "NET_RX".
  [[nodiscard]] const std::string& name(std::size_t row) const { return names_.at(row); }
  // `core` by its place among the cores of this table. 0 for rows that came after those counts.
  [[nodiscard]] std::uint64_t count(const InterruptCounts& counts, std::size_t row,
                                    std::size_t core) const noexcept {
    const std::size_t place = row * cores_.size() + core;
    return place < counts.size() ? counts[place] : 0;
  }

 private:
  void read_header(std::string_view line);
  [[nodiscard]] std::size_t row_of(std::string_view label, std::size_t expected,
                                   std::string_view after_counts);

  std::vector<unsigned> cores_;
  std::vector<std::size_t> columns_;  // for each column of the text its place in cores_, or kNone
  std::vector<std::string> labels_;   // "38", "LOC"
  std::vector<std::string> names_;
};

}  // namespace isotherm::diagnose
