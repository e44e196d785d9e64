// Answers from the history's file: the coarsest tier that gives the right answer.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "history/history_reader.hpp"
#include "query/log_source.hpp"

namespace isotherm::query {

class HistorySource : public LogSource {
 public:
  // Throws SetupError as HistoryReader does.
  explicit HistorySource(const std::string& path) : reader_(path) {}

  [[nodiscard]] std::vector<history::SensorEntry> sensors(const history::TimeRange& range) override;
  [[nodiscard]] std::optional<history::TimeRange> extent() override;
  [[nodiscard]] history::TimeRange whole(const history::TimeRange& range) override;
  [[nodiscard]] bool was_redated() override { return reader_.was_redated(); }
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
  [[nodiscard]] std::string_view name() const noexcept override { return "history"; }
  [[nodiscard]] std::vector<std::string> notices() const override;

 private:
  // Stretches of the range that hold data, one after the other, each small enough for memory.
  [[nodiscard]] std::vector<history::TimeRange> slices(std::span<const std::int64_t> ids,
                                                       const history::TimeRange& range,
                                                       core::Nanoseconds length, Steps& steps);
  // Windows, or coarser buckets where those are good or the windows have expired. False: no more.
  bool look_closer(std::int64_t sensor, const history::TimeRange& range, history::Tier tier,
                   const std::function<bool(const history::Bucket&)>& visit);
  // The same between two times within an hour, whose minutes may be all that is kept.
  bool look_between(std::int64_t sensor, const history::TimeRange& range, core::WallTime windows,
                    const std::function<bool(const history::Bucket&)>& visit);
  // From where on a tier answers for all that the history knows.
  [[nodiscard]] core::WallTime complete_from(history::Tier tier);
  void note_expired(const history::TimeRange& range, history::Tier tier);

  history::HistoryReader reader_;
  std::vector<std::string> notices_;
};

}  // namespace isotherm::query
