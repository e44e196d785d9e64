// Answers from the files of the temperature log and of events.jsonl, the rotated ones too, for
// what no history has. Every question reads the files that the range touches.
//
// A line that makes no sense is left out and told in notices(); a last line without its end is
// still being written, or was torn by a power cut, and says nothing. Rows are taken in the order of
// the files, so the clock may go back in them.
#pragma once

#include <cstdint>
#include <functional>
#include <ios>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/row.hpp"
#include "query/log_source.hpp"

namespace isotherm::query {

enum class FileFormat { Csv, JsonLines };

struct RowFile {
  std::string path;
  FileFormat format = FileFormat::Csv;
};

// Each list from the oldest file to the current one.
struct LogFiles {
  std::vector<RowFile> rows;
  std::vector<std::string> events;
};

class FileSource : public LogSource {
 public:
  enum class Reading {
    Whole,
    // Of a large file only from an hour before the range on, which is right for rows that were
    // written last.
    FromTheEnd,
  };

  // Rows to leave out: the sensor, and the uptime to the millisecond.
  using LeftOut = std::set<std::pair<std::string, core::Nanoseconds>>;

  explicit FileSource(LogFiles files, Reading reading = Reading::Whole, LeftOut left_out = {});

  [[nodiscard]] std::vector<history::SensorEntry> sensors(const history::TimeRange& range) override;
  [[nodiscard]] std::optional<history::TimeRange> extent() override;
  [[nodiscard]] std::vector<std::optional<history::Bucket>> totals(
      Sensors sensors, const history::TimeRange& range) override;
  [[nodiscard]] history::Series series(Sensors sensors, const history::TimeRange& range,
                                       std::size_t limit) override;
  void each(Sensors sensors, const history::TimeRange& range, Steps steps,
            const BucketVisitor& visit) override;
  void each_with_faults(Sensors sensors, const history::TimeRange& range,
                        const BucketVisitor& visit) override;
  [[nodiscard]] std::vector<history::StoredEvent> events(const history::TimeRange& range) override;
  [[nodiscard]] std::vector<history::ClockStep> clock_steps(
      const history::TimeRange& range) override;
  [[nodiscard]] std::string_view name() const noexcept override { return "files"; }
  [[nodiscard]] std::vector<std::string> notices() const override;

 private:
  // Takes rows until it says false.
  using RowVisitor = std::function<bool(const core::Row& row)>;

  struct Span {
    history::TimeRange range;  // the start of its oldest and of its newest row
    bool is_in_order = true;   // or there are rows outside, as the clock has gone back
    std::vector<std::pair<core::WallTime, std::streamoff>> probes;  // what time it is where
  };

  // From the first line behind a place in the file on.
  bool each_row(const RowFile& file, std::streamoff from, const RowVisitor& visit);
  // Of the files that may have rows in the range.
  void each_row_in(const history::TimeRange& range, const RowVisitor& visit);
  // Nothing without rows.
  [[nodiscard]] std::optional<Span> span_of(const RowFile& file);
  [[nodiscard]] bool is_left_out(const core::Row& row) const;
  void visit_windows(Sensors sensors, const history::TimeRange& range, const BucketVisitor& visit);

  LogFiles files_;
  Reading reading_;
  LeftOut left_out_;
  std::map<std::string, std::uint64_t> nonsense_;  // lines, by path
  std::set<std::string> unreadable_;
};

}  // namespace isotherm::query
