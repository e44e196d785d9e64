// Answers from the files of the temperature log and of events.jsonl, the rotated ones too, for
// where there is no history. Every question reads the files that the range touches.
//
// A line that makes no sense is left out and told in notices(); a last line without its end is
// still being written, or was torn by a power cut, and says nothing. Rows are taken in the order of
// the files, so the clock may go back in them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
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
  explicit FileSource(LogFiles files);

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
  [[nodiscard]] std::vector<std::string> notices() const override;

 private:
  // Whole lines of a file, until `visit` says false.
  using LineVisitor = std::function<bool(const std::string& line)>;
  using RowVisitor = std::function<bool(const core::Row& row)>;

  bool each_row(const RowFile& file, const RowVisitor& visit);
  // Of the files that may have rows in the range.
  void each_row_in(const history::TimeRange& range, const RowVisitor& visit);
  // When its rows were taken, by its first and last lines; nothing without rows.
  [[nodiscard]] std::optional<history::TimeRange> span_of(const RowFile& file);
  void visit_windows(Sensors sensors, const history::TimeRange& range, const BucketVisitor& visit);

  LogFiles files_;
  std::map<std::string, std::uint64_t> nonsense_;  // lines, by path
  std::set<std::string> unreadable_;
};

}  // namespace isotherm::query
