// The command line: what can be said, its help, and the way from every error to its exit code.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <functional>

#include "app/commands.hpp"
#include "settings/quantity.hpp"

namespace isotherm::app {
namespace {

using core::ExitCode;

constexpr int to_int(ExitCode code) { return static_cast<int>(code); }

constexpr core::Nanoseconds kDurationMax = std::chrono::hours{24} * 36'500;

void add_station_options(CLI::App& command, StationOptions& options) {
  command.add_option("--config,-c", options.config, "Configuration file (TOML)")->type_name("FILE");
  command
      .add_option("--board", options.board,
                  "Board: a folder of board/, or \"auto\"; wins over the configuration")
      ->type_name("NAME");
  command
      .add_option("--log-dir", options.log_dir,
                  "Folder of the temperature log; wins over the configuration")
      ->type_name("DIR");
  command.add_flag("--best-effort", options.best_effort,
                   "Go on where a real-time prerequisite is missing, and say so");
}

void add_duration(CLI::App& command, RunOptions& options) {
  command
      .add_option_function<std::string>(
          "--duration,-d",
          [&options](const std::string& text) {
            const auto duration = settings::parse_duration(text);
            if (!duration.ok()) {
              throw CLI::ValidationError("--duration", duration.problem + "; " + duration.mend);
            }
            if (*duration.value <= core::Nanoseconds{0} || *duration.value > kDurationMax) {
              throw CLI::ValidationError(
                  "--duration",
                  "must be longer than 0 and at most 36500d (100 years), such as 10s");
            }
            options.duration = duration.value;
          },
          "Stop after this long, such as 10s or 5min; without it at SIGINT or SIGTERM")
      ->type_name("TIME");
}

void add_board_apply(CLI::App& board, BoardApplyOptions& options) {
  CLI::App* apply = board.add_subcommand(
      "apply", "Edit the boot files so that the board boots with isolated cores and its buses on");
  apply->add_option("name", options.name, "Board; without it the one that this machine is")
      ->type_name("NAME");
  apply
      ->add_option("--root", options.root,
                   "Where an image's root file system (with its boot partition) or its boot "
                   "partition alone is mounted; then NAME is needed, except with --undo")
      ->type_name("DIR")
      ->check(CLI::ExistingDirectory.description(""));  // "DIR" is said already
  apply->add_flag("--dry-run,-n", options.dry_run, "Show what would change, and write nothing");
  apply->add_flag("--yes,-y", options.yes,
                  "Do not ask; needed where there is no terminal to ask on");
  apply->add_flag("--undo", options.undo, "Take back what apply has written");
  apply->add_flag("--json", options.json,
                  "Print what is found as JSON; with --dry-run or --yes only");
  apply->footer(
      "Shows the changes as a diff first. On a terminal it then asks; elsewhere it writes only "
      "with\n"
      "--yes. A backup stays beside each file. What is not recognised is not touched: exit code "
      "78.\n"
      "\n"
      "Examples:\n"
      "  isotherm board apply --dry-run             what would change on this machine\n"
      "  sudo isotherm board apply                  asks, writes; then reboot\n"
      "  sudo isotherm board apply rpi4 --root /media/me/bootfs\n"
      "  sudo isotherm board apply --undo");
}

// `command` becomes what was asked for.
void add_board_commands(CLI::App& app, BoardOptions& options, BoardApplyOptions& apply,
                        std::function<ExitCode()>& command) {
  CLI::App* board = app.add_subcommand(
      "board",
      "List, show and detect boards; put a board's boot lines in place, and take them back");
  board->require_subcommand(1);
  board->footer(
      "Examples:\n"
      "  isotherm board list\n"
      "  isotherm board show rpi4\n"
      "  sudo isotherm board apply");
  const auto json = [&options](CLI::App* one) {
    one->add_flag("--json", options.json, "Print it as JSON");
  };

  CLI::App* list = board->add_subcommand("list", "List the boards that are installed");
  json(list);
  list->footer(
      "Examples:\n  isotherm board list\n  isotherm board list --json | jq '.boards[].name'");
  list->callback([&] { command = [&options] { return board_list_command(options); }; });

  CLI::App* show = board->add_subcommand("show", "Show a board's facts and boot lines");
  show->add_option("name", options.name, "Board; without it the one that this machine is")
      ->type_name("NAME");
  json(show);
  show->footer("Examples:\n  isotherm board show rpi4\n  isotherm board show ./my-board");
  show->callback([&] { command = [&options] { return board_show_command(options); }; });

  CLI::App* detect = board->add_subcommand("detect", "Say which board this machine is");
  json(detect);
  detect->footer(
      "Examples:\n  isotherm board detect\n  isotherm board detect --json | jq -r .name");
  detect->callback([&] { command = [&options] { return board_detect_command(options); }; });

  add_board_apply(*board, apply);
  board->get_subcommand("apply")->callback(
      [&] { command = [&apply] { return board_apply_command(apply); }; });
}

}  // namespace

int run_command_line(int argc, const char* const* argv) {
  CLI::App app{
      "isotherm: real-time temperature acquisition for embedded Linux.\n"
      "Readers on isolated cores sample at a fixed rate; every scheduled reading is accounted for "
      "in the log."};
  app.set_version_flag("--version", ISOTHERM_VERSION);
  app.require_subcommand(1);
  std::function<ExitCode()> command;

  RunOptions run;
  CLI::App* run_app = app.add_subcommand("run", "Run the station until it is told to stop");
  add_station_options(*run_app, run.station);
  add_duration(*run_app, run);
  run_app->add_flag("--quiet,-q", run.quiet, "No live view and no summary; errors only");
  run_app->add_flag("--json", run.json, "Print the summary as JSON, and no live view");
  run_app->footer(
      "Examples:\n"
      "  isotherm run --duration 10s                the machine's own sensors, or simulated ones\n"
      "  isotherm run --config kiln-room.toml       a configured station, until SIGTERM\n"
      "  isotherm run -c kiln-room.toml --log-dir /tmp/trial --best-effort");
  run_app->callback([&] { command = [&run] { return run_command(run); }; });

  CheckOptions check;
  CLI::App* check_app = app.add_subcommand(
      "check",
      "Validate a configuration, compare the board with this machine and show the plan; changes "
      "nothing");
  add_station_options(*check_app, check.station);
  check_app->add_flag("--json", check.json, "Print the findings and the plan as JSON");
  check_app->footer(
      "Examples:\n"
      "  isotherm check --config kiln-room.toml\n"
      "  isotherm check --config kiln-room.toml --json | jq '.plan.readers[].cores'");
  check_app->callback([&] { command = [&check] { return check_command(check); }; });

  SensorsOptions sensors;
  CLI::App* sensors_app = app.add_subcommand(
      "sensors", "List the temperature sensors found here, with the configuration lines to paste");
  sensors_app->add_flag("--json", sensors.json, "Print them as JSON");
  sensors_app->footer(
      "Examples:\n"
      "  isotherm sensors\n"
      "  isotherm sensors --json | jq -r '.sensors[].device'");
  sensors_app->callback([&] { command = [&sensors] { return sensors_command(sensors); }; });

  BoardOptions board{.name = "auto"};
  BoardApplyOptions board_apply;
  add_board_commands(app, board, board_apply, command);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // CLI11's own codes are about itself: all that matters outside is whether it was an error.
    return app.exit(error) == 0 ? to_int(ExitCode::Ok) : to_int(ExitCode::Usage);
  }
  try {
    const ExitCode code = command();
    // What was printed may still be on its way: a full disk shows only now.
    if (std::fflush(stdout) != 0 && code == ExitCode::Ok) {
      std::fprintf(stderr, "isotherm: stdout cannot be written\n");
      return to_int(ExitCode::Io);
    }
    return to_int(code);
  } catch (const core::SetupError& error) {
    std::fprintf(stderr, "isotherm: %s\n", error.what());
    return to_int(error.exit_code());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "isotherm: this is a bug: %s\n", error.what());
    return to_int(ExitCode::Software);
  }
}

}  // namespace isotherm::app
