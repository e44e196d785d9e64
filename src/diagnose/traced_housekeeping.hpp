// What stands between the station's housekeeping parts where a run is traced, and nowhere else: a
// log directory and a row sink that pass everything on and record what it was. A station that is
// not traced has none of it, so the trace costs it nothing there.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "acquire/trace_lane.hpp"
#include "core/clock.hpp"
#include "core/log_directory.hpp"
#include "core/row_sink.hpp"

namespace isotherm::diagnose {

// Records something that took from `start` until `end`.
void record_span(acquire::TraceLane& lane, core::TraceKind kind, core::MonotonicTime start,
                 core::MonotonicTime end, std::uint64_t count);

// Of a log: its writes, syncs and renamings. The lane is that of the thread that uses the
// directory.
class TracedLogDirectory : public core::LogDirectory {
 public:
  // All outlive this.
  TracedLogDirectory(core::LogDirectory& directory, acquire::TraceLane& lane,
                     const core::Clock& clock)
      : directory_(&directory), lane_(&lane), clock_(&clock) {}

  [[nodiscard]] const std::string& path() const override { return directory_->path(); }
  [[nodiscard]] core::LogStatus create() override { return directory_->create(); }
  [[nodiscard]] core::LogStatus claim() override { return directory_->claim(); }
  [[nodiscard]] core::LogOpen open(const std::string& name) override;
  [[nodiscard]] core::LogStatus rename(const std::string& from, const std::string& to) override;
  [[nodiscard]] core::LogStatus remove(const std::string& name) override {
    return directory_->remove(name);
  }
  [[nodiscard]] std::vector<std::string> list() const override { return directory_->list(); }
  [[nodiscard]] core::LogStatus sync() override;

 private:
  core::LogDirectory* directory_;
  acquire::TraceLane* lane_;
  const core::Clock* clock_;
};

// Of windows: the moment at which each row was made. The lane is that of the aggregator.
class TracedRowSink : public core::RowSink {
 public:
  // All outlive this. `sensors` are the names, by the index that the record carries.
  TracedRowSink(core::RowSink& sink, acquire::TraceLane& lane, const core::Clock& clock,
                const std::vector<std::string>& sensors);

  void write(core::Row row) override;

 private:
  core::RowSink* sink_;
  acquire::TraceLane* lane_;
  const core::Clock* clock_;
  std::unordered_map<std::string, std::uint16_t> index_;
};

}  // namespace isotherm::diagnose
