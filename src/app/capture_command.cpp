// `isotherm capture info` and `isotherm capture export`.
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <system_error>
#include <utility>

#include "app/commands.hpp"
#include "app/json.hpp"
#include "app/output_place.hpp"
#include "app/standard_output.hpp"
#include "app/text_table.hpp"
#include "app/words.hpp"
#include "capture/capture_export.hpp"
#include "capture/captured_run.hpp"
#include "os/name_pattern.hpp"
#include "settings/quantity.hpp"

namespace isotherm::app {
namespace {

namespace fs = std::filesystem;

using core::ExitCode;
using nlohmann::ordered_json;

// What is not there any more, on stderr. True if anything is missing but the torn end of the last
// file, which is what a power cut leaves and costs what it has to.
bool report_damage(const std::string& path, const capture::CaptureIndex& index) {
  const std::size_t last_file = capture::capture_files(path).size() - 1;
  bool hurt = false;
  for (const capture::Damage& damage : index.damage) {
    hurt = hurt || !damage.at_end || damage.fault != capture::ChunkFault::Torn ||
           damage.file < last_file;
    const std::string line =
        fmt::format("isotherm: {}: {} bytes are no chunk, {}: {}\n", path, damage.bytes,
                    damage.at_end ? "at its end" : fmt::format("at {}", damage.offset),
                    capture::fault_text(damage.fault));
    std::fputs(line.c_str(), stderr);
  }
  for (const capture::Missing& missing : index.missing) {
    hurt = true;
    const std::string line =
        fmt::format("isotherm: {}: {} samples of \"{}\" are missing\n", path, missing.samples,
                    index.chunks[missing.before].header.origin.name);
    std::fputs(line.c_str(), stderr);
  }
  return hurt;
}

bool report_lost(const std::string& path, const capture::CaptureIndex& index,
                 const capture::ExportResult& result) {
  for (const std::size_t place : result.damaged) {
    const capture::ChunkHeader& header = index.chunks[place].header;
    const std::string line =
        fmt::format("isotherm: {}: {} samples of \"{}\" from slot {} on are damaged\n", path,
                    header.samples, header.origin.name, header.first_slot);
    std::fputs(line.c_str(), stderr);
  }
  return !result.damaged.empty();
}

bool matches(const std::vector<std::string>& globs, const std::string& name) {
  return globs.empty() || std::any_of(globs.begin(), globs.end(), [&name](const std::string& glob) {
           return os::matches_pattern(glob, name);
         });
}

std::string quoted_list(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "\"" : ", \"") + name + "\"";
  }
  return text;
}

std::vector<std::string> chosen_names(const CaptureOptions& options,
                                      const capture::CaptureIndex& index) {
  const std::vector<std::string> all = capture::sensor_names(index);
  std::vector<std::string> chosen;
  std::copy_if(all.begin(), all.end(), std::back_inserter(chosen),
               [&options](const std::string& name) { return matches(options.names, name); });
  // A capture may be without any sample yet: all of it is nothing, and no mistake.
  if (chosen.empty() && !options.names.empty()) {
    throw core::SetupError(ExitCode::Usage, "no sensor of that name is in it", options.path,
                           all.empty() ? "it holds no sample" : "there are " + quoted_list(all));
  }
  if (options.format == "npy" && chosen.size() > 1) {
    throw core::SetupError(ExitCode::Usage, "an .npy file has the samples of one sensor",
                           options.path, "choose one with --sensor: " + quoted_list(chosen));
  }
  return chosen;
}

capture::ExportResult export_to(std::ostream& out, const CaptureOptions& options,
                                capture::CaptureReader& reader) {
  const std::vector<std::string> names = chosen_names(options, reader.index());
  const capture::SensorChoice choice = [&names](const capture::Origin& origin) {
    return std::find(names.begin(), names.end(), origin.name) != names.end();
  };
  if (options.format == "npy") {
    return capture::export_npy(reader, choice, out);
  }
  return capture::export_text(
      reader,
      options.format == "csv" ? capture::ExportFormat::Csv : capture::ExportFormat::JsonLines,
      choice, out);
}

// A file beside the one that is asked for, which it becomes once it is whole: what was there stays
// there if the export fails. What is no regular file (/dev/null, a FIFO) is written as it goes.
class ExportFile {
 public:
  explicit ExportFile(const std::string& path) : path_(path) {
    std::error_code error;
    const fs::file_status old = fs::status(path_, error);
    if (!fs::exists(old)) {
      temporary_ = path + kUnfinished;
    } else if (fs::is_regular_file(old)) {
      path_ = fs::canonical(path_, error);  // a link to it stays one
      temporary_ = path_.string() + kUnfinished;
    }
    stream_.open(temporary_.empty() ? path_ : temporary_, std::ios::binary | std::ios::trunc);
    if (!temporary_.empty() && fs::exists(old)) {
      fs::permissions(temporary_, old.permissions(), error);
    }
  }
  ~ExportFile() {
    std::error_code error;
    if (!temporary_.empty()) {
      fs::remove(temporary_, error);
    }
  }
  ExportFile(const ExportFile&) = delete;
  ExportFile& operator=(const ExportFile&) = delete;
  ExportFile(ExportFile&&) = delete;
  ExportFile& operator=(ExportFile&&) = delete;

  [[nodiscard]] std::ostream& stream() noexcept { return stream_; }

  // False if not all of it could be written.
  [[nodiscard]] bool finish() {
    stream_.close();
    std::error_code error;
    if (stream_ && !temporary_.empty()) {
      fs::rename(temporary_, path_, error);
    }
    if (stream_ && !error) {
      temporary_.clear();
    }
    return stream_ && !error;
  }

 private:
  static constexpr const char* kUnfinished = ".isotherm-new";

  fs::path path_;
  fs::path temporary_;  // empty: none
  std::ofstream stream_;
};

std::uint64_t gaps_of(const capture::CapturedSensor& sensor) {
  return sensor.scheduled() - std::min(sensor.scheduled(), sensor.samples);
}

double bytes_a_sample(const capture::CapturedSensor& sensor) {
  return static_cast<double>(sensor.bytes) / static_cast<double>(sensor.samples);
}

std::string lateness_words(const capture::CaptureIndex& index,
                           const capture::CapturedSensor& sensor) {
  std::uint32_t coarsest = 0;
  for (const std::size_t place : sensor.chunks) {
    coarsest = std::max(coarsest, index.chunks[place].header.lateness_step_ns);
  }
  return coarsest == 0   ? "not kept"
         : coarsest == 1 ? "exact"
                         : "to " + settings::duration_text(core::Nanoseconds{coarsest});
}

std::string run_text(const capture::CaptureIndex& index, const capture::CapturedRun& run) {
  std::string text =
      fmt::format("run of {}: {} from {} on{}\n", time_words(run.wall_start),
                  duration_words(run.end() - run.begin()), duration_words(run.begin()),
                  run.synced ? "" : ", by a clock that was not synchronised");
  TextTable table({{"sensor", Align::Left},
                   {"rate"},
                   {"samples"},
                   {"without"},
                   {"lost here"},
                   {"bytes"},
                   {"a sample"},
                   {"lateness", Align::Left},
                   {"unit", Align::Left}});
  for (const capture::CapturedSensor& sensor : run.sensors) {
    table.add_row({sensor.origin.name, rate_words(sensor.step()), fmt::to_string(sensor.samples),
                   fmt::to_string(gaps_of(sensor)), fmt::to_string(sensor.dropped),
                   size_words(sensor.bytes), fmt::format("{:.3f}", bytes_a_sample(sensor)),
                   lateness_words(index, sensor), sensor.origin.unit});
  }
  return text + table.text() + "\n";
}

ordered_json run_json(const capture::CapturedRun& run) {
  ordered_json json{{"start", time_words(run.wall_start)},
                    {"synced", run.synced},
                    {"begin_ns", run.begin().count()},
                    {"end_ns", run.end().count()},
                    {"sensors", ordered_json::array()}};
  for (const capture::CapturedSensor& sensor : run.sensors) {
    json["sensors"].push_back({{"name", sensor.origin.name},
                               {"unit", sensor.origin.unit},
                               {"step_ns", sensor.step().count()},
                               {"first_slot", sensor.first_slot},
                               {"last_slot", sensor.last_slot},
                               {"samples", sensor.samples},
                               {"slots_without", gaps_of(sensor)},
                               {"dropped", sensor.dropped},
                               {"chunks", sensor.chunks.size()},
                               {"bytes", sensor.bytes}});
  }
  return json;
}

}  // namespace

core::ExitCode capture_info_command(const CaptureOptions& options) {
  const capture::CaptureReader reader = capture::open_capture(options.path);
  const std::vector<capture::CapturedRun> runs = capture::runs_of(reader.index());
  std::string text;
  if (options.json) {
    ordered_json json{{"path", options.path}, {"runs", ordered_json::array()}};
    for (const capture::CapturedRun& run : runs) {
      json["runs"].push_back(run_json(run));
    }
    json["damaged_stretches"] = reader.index().damage.size();
    text = json_text(json);
  } else {
    for (const capture::CapturedRun& run : runs) {
      text += run_text(reader.index(), run);
    }
  }
  if (!print_whole(text.empty() ? "it holds no sample\n" : text)) {
    throw core::SetupError(ExitCode::Io, "cannot be written", "stdout", "make room for it");
  }
  return report_damage(options.path, reader.index()) ? ExitCode::Warnings : ExitCode::Ok;
}

core::ExitCode capture_export_command(const CaptureOptions& options) {
  capture::CaptureReader reader = capture::open_capture(options.path);
  std::optional<ExportFile> file;
  if (!options.output.empty()) {
    require_output_place(options.output);
    require_no_input(options.output, capture::capture_files(options.path));
    file.emplace(options.output);
  }
  const capture::ExportResult result =
      export_to(file ? file->stream() : std::cout, options, reader);
  if (file ? !file->finish() : !std::cout.flush()) {
    throw core::SetupError(ExitCode::Io, "the export cannot be written",
                           options.output.empty() ? "stdout" : options.output,
                           "make room, or name another file");
  }
  const bool hurt = report_damage(options.path, reader.index());
  return report_lost(options.path, reader.index(), result) || hurt ? ExitCode::Warnings
                                                                   : ExitCode::Ok;
}

}  // namespace isotherm::app
