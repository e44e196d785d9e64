#include "app/prepare.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "app/board_lookup.hpp"
#include "app/capture_library.hpp"
#include "app/default_station.hpp"
#include "sensor/device_lookup.hpp"
#include "sensor/make_sensor.hpp"
#include "settings/load_configuration.hpp"

namespace isotherm::app {
namespace {

void add(std::vector<Problem>& problems, const std::vector<settings::Diagnostic>& diagnostics) {
  for (const settings::Diagnostic& diagnostic : diagnostics) {
    problems.push_back({.exit_code = core::ExitCode::Config,
                        .what = diagnostic.message,
                        .where = diagnostic.line == 0
                                     ? diagnostic.file
                                     : diagnostic.file + ":" + std::to_string(diagnostic.line),
                        .mend = diagnostic.mend});
  }
}

// The memory node next to the first of a reader's devices for which sysfs names one.
std::optional<int> numa_node_of(const settings::ReaderPlan& reader, const core::FileTree& files) {
  for (const sensor::SensorSettings& settings : reader.sensors) {
    if (const auto node = sensor::numa_node(settings, files)) {
      return node;
    }
  }
  return std::nullopt;
}

PlacementInput placement_input(const settings::Configuration& configuration,
                               const BoardChoice& board, const Machine& machine) {
  PlacementInput input;
  input.topology = machine.topology;
  input.isolated_only = configuration.station.isolation == settings::Isolation::Required;
  if (!configuration.station.housekeeping.empty()) {
    input.housekeeping = core::CpuSet{configuration.station.housekeeping};
    const std::string& where = configuration.station.housekeeping_where;
    input.housekeeping_where = where.empty() ? configuration.file : where;
  } else if (!board.board.housekeeping.empty()) {
    input.housekeeping = core::CpuSet{board.board.housekeeping};
    input.housekeeping_where = board.where;
  }
  for (const settings::ReaderPlan& reader : configuration.readers) {
    input.readers.push_back(
        {.settings = reader.reader, .numa_node = numa_node_of(reader, machine.files)});
  }
  return input;
}

// "kiln.toml:12" as file and number; a place without a number sorts before all lines of its file.
std::pair<std::string, unsigned> place_of(const Problem& problem) {
  const std::size_t colon = problem.where.rfind(':');
  unsigned line = 0;
  if (colon == std::string::npos) {
    return {problem.where, line};
  }
  const char* end = problem.where.data() + problem.where.size();
  std::from_chars(problem.where.data() + colon + 1, end, line);
  return {problem.where.substr(0, colon), line};
}

// A sensor of a file that does not name the device, or the recording, that its driver needs: the
// reading of the file has said so, at the sensor's table or at the key. Everything else about a
// device only its driver can say.
bool lacks_its_source(const sensor::SensorSettings& settings) {
  switch (settings.driver) {
    case sensor::DriverKind::Sim:
      return false;
    case sensor::DriverKind::Replay:
      return !settings.where.empty() && settings.replay.file.empty();
    default:
      return !settings.where.empty() && settings.device.empty();
  }
}

}  // namespace

core::ExitCode Preparation::exit_code() const {
  const auto of_file = [](const Problem& problem) {
    return problem.exit_code == core::ExitCode::Config;
  };
  if (mistakes.empty()) {
    return core::ExitCode::Ok;
  }
  return std::any_of(mistakes.begin(), mistakes.end(), of_file) ? core::ExitCode::Config
                                                                : mistakes.front().exit_code;
}

settings::Configuration load_station(const StationOptions& options, const core::FileTree& files,
                                     Preparation& preparation) {
  settings::Configuration configuration;
  if (options.config) {
    settings::LoadResult result = settings::load_configuration(*options.config);
    add(preparation.mistakes, result.diagnostics);
    for (const settings::Diagnostic& note : result.notes) {
      preparation.notes.push_back(note.text());
    }
    configuration = std::move(result.configuration);
  } else {
    DefaultStation station = default_station(files);
    preparation.notes.push_back(std::move(station.note));
    configuration = std::move(station.configuration);
  }
  if (options.board) {
    configuration.station.board = *options.board;
    configuration.station.board_where.clear();
  }
  if (options.log_dir) {
    configuration.log.directory = *options.log_dir;
  }
  if (options.best_effort) {
    configuration.station.realtime = settings::Realtime::BestEffort;
  }
  return configuration;
}

Preparation prepare(const StationOptions& options, const Machine& machine) {
  Preparation preparation;
  const settings::Configuration configuration = load_station(options, machine.files, preparation);
  BoardChoice board =
      choose_board(configuration.station.board, machine.board_folders, machine.files);
  for (settings::Diagnostic& diagnostic : board.diagnostics) {
    if (diagnostic.file.empty()) {  // no board of that name: the mistake is where it is named
      diagnostic.file = configuration.station.board_where;
    }
  }
  preparation.board = board.board.name;
  add(preparation.mistakes, board.diagnostics);
  preparation.board_choice = board;

  Placement placement = place(placement_input(configuration, board, machine));
  for (Problem& problem : placement.errors) {
    auto& list = problem.exit_code == core::ExitCode::Config ? preparation.mistakes
                                                             : preparation.prerequisites;
    list.push_back(std::move(problem));
  }
  preparation.plan = make_plan(configuration, placement);
  for (Problem& problem : plan_problems(preparation.plan)) {
    preparation.mistakes.push_back(std::move(problem));
  }
  preparation.notes.insert(preparation.notes.end(), preparation.plan.notes.begin(),
                           preparation.plan.notes.end());
  sort_by_place(preparation.mistakes);
  return preparation;
}

StationSensors open_sensors(const StationPlan& plan, const core::FileTree& files,
                            core::HelperThreads& helpers, const core::Clock& clock,
                            std::vector<Problem>& mistakes) {
  StationSensors sensors;
  CaptureLibrary captures(CaptureLibrary::Playing::Loaded);
  for (const PlannedReader& reader : plan.readers) {
    sensors.emplace_back();
    for (const sensor::SensorSettings& settings : reader.sensors) {
      try {
        sensors.back().push_back(sensor::make_sensor(
            settings, {.files = files, .helpers = helpers, .clock = clock, .recordings = &captures},
            reader.settings.period));
      } catch (const core::SetupError& error) {
        sensors.back().push_back(nullptr);
        if (!lacks_its_source(settings)) {
          mistakes.push_back({.exit_code = error.exit_code(),
                              .what = error.problem(),
                              .where = error.where(),
                              .mend = error.mend()});
        }
      }
    }
  }
  sort_by_place(mistakes);
  return sensors;
}

core::Nanoseconds declared_load(const std::vector<std::unique_ptr<core::Sensor>>& sensors) {
  core::Nanoseconds load{0};
  for (const auto& sensor : sensors) {
    load += sensor ? sensor->declared_worst_case() : core::Nanoseconds{0};
  }
  return load;
}

std::string problem_text(const Problem& problem) {
  const std::string said =
      problem.where.empty() ? problem.what : problem.where + ": " + problem.what;
  return problem.mend.empty() ? said : said + "; " + problem.mend;
}

void sort_by_place(std::vector<Problem>& problems) {
  std::stable_sort(problems.begin(), problems.end(),
                   [](const Problem& a, const Problem& b) { return place_of(a) < place_of(b); });
}

}  // namespace isotherm::app
