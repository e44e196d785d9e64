// Answers from several sources, each of which is asked about its own stretch of time only: the
// history, and the log's files for what lies before and behind it. No source is asked about a range
// that is not its own, so a question within the history reads no file.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "query/file_source.hpp"
#include "query/log_source.hpp"

namespace isotherm::query {

class JoinedSource : public LogSource {
 public:
  struct Part {
    std::unique_ptr<LogSource> source;
    history::TimeRange range;  // what it answers for
    bool is_history = false;
  };

  // In order of time. Where ranges overlap, one of the two has rows.
  JoinedSource(std::vector<Part> parts, std::optional<history::TimeRange> extent);

  [[nodiscard]] std::vector<history::SensorEntry> sensors(const history::TimeRange& range) override;
  [[nodiscard]] std::optional<history::TimeRange> extent() override { return extent_; }
  [[nodiscard]] history::TimeRange whole(const history::TimeRange& range) override;
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
  [[nodiscard]] std::string_view name() const noexcept override { return "history and files"; }
  [[nodiscard]] std::vector<std::string> notices() const override;

 private:
  struct Asked {
    LogSource& source;
    history::TimeRange range;
    bool is_history = false;
  };
  // Those parts that the range touches, each with what of the range is its own.
  [[nodiscard]] std::vector<Asked> asked(const history::TimeRange& range) const;

  std::vector<Part> parts_;
  std::optional<history::TimeRange> extent_;
};

// The history where it has the answer, the files elsewhere. `history` is not empty.
[[nodiscard]] std::unique_ptr<LogSource> join(std::unique_ptr<LogSource> history,
                                              const LogFiles& files);

}  // namespace isotherm::query
