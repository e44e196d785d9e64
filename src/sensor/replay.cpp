#include "sensor/replay.hpp"

#include <chrono>
#include <fstream>
#include <string>
#include <string_view>

#include "core/setup_error.hpp"
#include "sensor/number_text.hpp"

namespace isotherm::sensor {
namespace {

constexpr std::string_view kHeader = "timestamp,value";
constexpr core::Nanoseconds kLookUp = std::chrono::microseconds{5};

[[noreturn]] void refuse(const std::string& problem, const std::string& where,
                         const std::string& mend) {
  throw core::SetupError(core::ExitCode::Config, problem, where, mend);
}

std::string at_line(const std::string& file, std::size_t line) {
  return file + ":" + std::to_string(line);
}

double value_of(std::string_view line, const std::string& file, std::size_t number) {
  const std::size_t comma = line.find(',');
  if (comma == std::string_view::npos || line.find(',', comma + 1) != std::string_view::npos) {
    refuse("a line has two fields, timestamp and value", at_line(file, number),
           "write it as \"2026-01-01 00:00:00,21.5\"");
  }
  const auto value = parse_decimal(line.substr(comma + 1));
  if (!value) {
    refuse("\"" + std::string{line.substr(comma + 1)} + "\" is not a number", at_line(file, number),
           "give the value as a decimal number in degC, such as 21.5");
  }
  return *value;
}

void check_header(std::string_view line, const std::string& file) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (line.starts_with(kByteOrderMark)) {
    line.remove_prefix(kByteOrderMark.size());
  }
  if (trimmed_end(line) != kHeader) {
    refuse("the first line is not the header", at_line(file, 1),
           "begin the file with the line \"" + std::string{kHeader} + "\"");
  }
}

}  // namespace

std::vector<double> load_replay(const std::string& file, const std::string& where,
                                std::size_t line_limit) {
  if (file.empty()) {
    refuse("a replay sensor needs a file", where, "add file = \"series.csv\" to the sensor");
  }
  std::ifstream in(file);
  std::string line;
  // A directory opens, but does not read.
  if (!in || !std::getline(in, line)) {
    refuse("the replay file \"" + file + "\" cannot be read or is empty", where,
           "check the path; in a configuration it is relative to the folder of that file");
  }
  check_header(line, file);
  std::vector<double> values;
  std::size_t empty_line = 0;  // the first of a run of empty lines
  for (std::size_t number = 2; std::getline(in, line); ++number) {
    const std::string_view text = trimmed_end(line);
    if (text.empty()) {
      empty_line = empty_line == 0 ? number : empty_line;
      continue;
    }
    if (empty_line != 0) {
      refuse("the line is empty", at_line(file, empty_line),
             "remove it: each line is one slot, and empty lines may only stand at the end");
    }
    if (values.size() == line_limit) {
      refuse("the replay file has more than " + std::to_string(line_limit) + " lines",
             at_line(file, number), "cut it into several files");
    }
    values.push_back(value_of(text, file, number));
  }
  if (in.bad()) {
    refuse("the replay file \"" + file + "\" could not be read to its end", where,
           "check the disk that it is on");
  }
  if (values.empty()) {
    refuse("the replay file has no values", at_line(file, 1), "add a line for each slot");
  }
  values.shrink_to_fit();
  return values;
}

core::RecordedSlot ValueSeries::at(std::uint64_t ordinal) noexcept {
  if (ordinal >= values_.size()) {
    return {};
  }
  return {.kind = core::RecordedSlot::Kind::Read,
          .reading = core::Reading::good(values_[static_cast<std::size_t>(ordinal)])};
}

ReplaySensor::ReplaySensor(const SensorSettings& settings)
    : ReplaySensor(settings, std::make_unique<ValueSeries>(
                                 load_replay(settings.replay.file, settings.where))) {}

ReplaySensor::ReplaySensor(const SensorSettings& settings,
                           std::unique_ptr<core::Recording> recording)
    : recording_(std::move(recording)), loop_(settings.replay.loop), conditioning_(settings) {}

core::RecordedSlot ReplaySensor::recorded(std::uint64_t ordinal) noexcept {
  return recording_->at(loop_ ? ordinal % recording_->slots() : ordinal);
}

core::Reading ReplaySensor::read(const core::SlotInfo& slot) noexcept {
  const core::RecordedSlot recorded = this->recorded(slot.ordinal);
  if (recorded.kind != core::RecordedSlot::Kind::Read) {
    return core::Reading::faulty(core::Fault::Absent);
  }
  if (recorded.reading.fault != core::Fault::None) {
    return recorded.reading;
  }
  return conditioning_.apply(recorded.reading.value);
}

core::Nanoseconds ReplaySensor::declared_worst_case() const noexcept { return kLookUp; }

}  // namespace isotherm::sensor
