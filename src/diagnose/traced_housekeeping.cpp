#include "diagnose/traced_housekeeping.hpp"

#include <algorithm>
#include <utility>

namespace isotherm::diagnose {
namespace {

// A file whose writes and syncs are recorded.
class TracedLogFile : public core::LogFile {
 public:
  TracedLogFile(std::unique_ptr<core::LogFile> file, acquire::TraceLane& lane,
                const core::Clock& clock)
      : file_(std::move(file)), lane_(&lane), clock_(&clock) {}

  [[nodiscard]] core::LogStatus lock() override { return file_->lock(); }
  [[nodiscard]] core::LogAppend append(std::string_view bytes) override {
    const core::MonotonicTime start = clock_->now();
    core::LogAppend taken = file_->append(bytes);
    if (!bytes.empty()) {
      record_span(*lane_, core::TraceKind::Write, start, clock_->now(), taken.bytes);
    }
    return taken;
  }
  [[nodiscard]] core::LogStatus truncate(std::uint64_t size) override {
    return file_->truncate(size);
  }
  [[nodiscard]] core::LogStatus reserve(std::uint64_t end) override { return file_->reserve(end); }
  [[nodiscard]] core::LogStatus sync() override {
    const core::MonotonicTime start = clock_->now();
    core::LogStatus status = file_->sync();
    record_span(*lane_, core::TraceKind::Sync, start, clock_->now(), 0);
    return status;
  }
  [[nodiscard]] core::LogSize size() const override { return file_->size(); }
  [[nodiscard]] core::LogText read(std::uint64_t offset, std::uint64_t length) const override {
    return file_->read(offset, length);
  }
  [[nodiscard]] bool linked() const override { return file_->linked(); }

 private:
  std::unique_ptr<core::LogFile> file_;
  acquire::TraceLane* lane_;
  const core::Clock* clock_;
};

}  // namespace

void record_span(acquire::TraceLane& lane, core::TraceKind kind, core::MonotonicTime start,
                 core::MonotonicTime end, std::uint64_t count) {
  core::TraceRecord record{};
  record.start_ns = start.time_since_epoch().count();
  record.duration_ns = (end - start).count();
  record.count = std::min(count, core::kTraceCountLimit) & core::kTraceCountLimit;
  record.kind_code = static_cast<std::uint8_t>(kind);
  lane.record(record);
}

core::LogOpen TracedLogDirectory::open(const std::string& name) {
  core::LogOpen opened = directory_->open(name);
  if (opened.file) {
    opened.file = std::make_unique<TracedLogFile>(std::move(opened.file), *lane_, *clock_);
  }
  return opened;
}

core::LogStatus TracedLogDirectory::rename(const std::string& from, const std::string& to) {
  const core::MonotonicTime start = clock_->now();
  core::LogStatus status = directory_->rename(from, to);
  record_span(*lane_, core::TraceKind::Rotate, start, clock_->now(), 0);
  return status;
}

core::LogStatus TracedLogDirectory::sync() {
  const core::MonotonicTime start = clock_->now();
  core::LogStatus status = directory_->sync();
  record_span(*lane_, core::TraceKind::Sync, start, clock_->now(), 0);
  return status;
}

TracedRowSink::TracedRowSink(core::RowSink& sink, acquire::TraceLane& lane,
                             const core::Clock& clock, const std::vector<std::string>& sensors)
    : sink_(&sink), lane_(&lane), clock_(&clock) {
  for (const std::string& sensor : sensors) {
    index_.emplace(sensor, static_cast<std::uint16_t>(index_.size()));
  }
}

void TracedRowSink::write(core::Row row) {
  core::TraceRecord record{};
  record.start_ns = clock_->now().time_since_epoch().count();
  const auto found = index_.find(row.sensor);
  record.sensor = (found == index_.end() ? index_.size() : found->second) & 0xFFFFU;
  record.count = std::min(row.counts.scheduled, core::kTraceCountLimit) & core::kTraceCountLimit;
  record.kind_code = static_cast<std::uint8_t>(core::TraceKind::Window);
  lane_->record(record);
  sink_->write(std::move(row));
}

}  // namespace isotherm::diagnose
