#include "app/direct_sinks.hpp"

#include <algorithm>
#include <random>
#include <string_view>
#include <utility>

namespace isotherm::app {
namespace {

capture::CaptureSettings for_virtual_time(capture::CaptureSettings settings) {
  settings.flush_interval = std::chrono::hours{24} * 36'500;
  settings.age = core::Nanoseconds{0};  // by what clock?
  return settings;
}

// A virtual run is of no boot of this machine; two that are captured into one file stay apart.
capture::BootId random_id() {
  capture::BootId id{};
  std::random_device random;
  std::generate(id.begin(), id.end(), [&random] { return static_cast<std::uint8_t>(random()); });
  return id;
}

std::string hex_text(const capture::BootId& id) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : id) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 0xFU];
  }
  return text;
}

}  // namespace

DirectLog::DirectLog(const settings::Configuration& configuration, core::LogDirectory& directory,
                     std::size_t sensor_count, store::Notices notify, const core::Clock& clock)
    : writer_(configuration.log, directory, sensor_count, std::move(notify), clock),
      clock_(clock) {}

void DirectLog::write(core::Row row) {
  rows_.push_back(std::move(row));
  if (!gave_up_ && rows_.size() >= store::LogWriter::kBatchRows) {
    pass_on();
  }
}

void DirectLog::pass_on() {
  const core::MonotonicTime limit = clock_.now() + kPatience;
  while (!writer_.wants_rows()) {
    if (clock_.now() > limit) {
      gave_up_ = true;
      return;
    }
    clock_.sleep_until(writer_.due().value_or(clock_.now()));
    writer_.work();
  }
  writer_.accept(std::exchange(rows_, {}));
  rows_.reserve(store::LogWriter::kBatchRows);
  writer_.work();
}

store::LogOutcome DirectLog::finish() { return writer_.finish(std::exchange(rows_, {})); }

DirectHistory::DirectHistory(const settings::Configuration& configuration,
                             const store::Notices& notify)
    : path_(history_path(configuration.history, configuration.log.directory)),
      file_(path_, configuration.history, "virtual " + hex_text(random_id())) {
  if (!file_.notice().empty()) {
    notify(file_.notice());
  }
}

void DirectHistory::write(core::Row row) {
  rows_.push_back(std::move(row));
  if (rows_.size() >= kRowsAFlush) {
    flush();
  }
}

void DirectHistory::flush() {
  std::size_t taken = 0;
  const history::HistoryStatus status = file_.append(rows_, taken);
  outcome_.rows += taken;
  outcome_.rows_lost += rows_.size() - taken;
  if (!status.ok()) {
    outcome_.last_error = status.error;
  }
  rows_.clear();
}

HistoryReport DirectHistory::finish() {
  flush();
  outcome_.usage = file_.usage();
  return {path_, outcome_};
}

DirectCapture::DirectCapture(const settings::Configuration& configuration, core::LogDirectory& log,
                             const core::WallClock& clock, core::MonotonicTime origin,
                             capture::Notices notify)
    : folder_(configuration, log),
      sensors_(capture_origins(configuration.readers, random_id())),
      writer_(for_virtual_time(configuration.capture), sensors_.origins, folder_.place(), clock,
              std::move(notify)) {
  writer_.begin(origin);
  writer_.open_or_refuse(folder_.path());
}

void DirectCapture::take(std::size_t reader, std::span<const core::Sample> samples) {
  for (const core::Sample& sample : samples) {
    writer_.add(sensors_.first[reader] + sample.sensor, sample);
  }
}

capture::CaptureOutcome DirectCapture::finish() {
  capture::CaptureOutcome outcome;
  outcome.path = folder_.path();
  outcome.counts = writer_.finish();
  outcome.files_deleted = writer_.files().files_deleted();
  outcome.last_error = outcome.counts.last_status.text;
  return outcome;
}

}  // namespace isotherm::app
