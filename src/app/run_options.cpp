// The options of `isotherm run`.
#include <memory>

#include "app/command_options.hpp"

namespace isotherm::app {

void add_run_command(CLI::App& app, ChosenCommand& chosen) {
  const auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand("run", "Run the station until it is told to stop");
  add_station_options(*command, options->station);
  add_time_option(*command, "--duration,-d",
                  "Stop after this long, such as 10s or 5min; without it at SIGINT or SIGTERM",
                  options->duration);
  command->add_flag("--quiet,-q", options->quiet, "No live view and no summary; errors only");
  command->add_flag("--json", options->json, "Print the summary as JSON, and no live view");
  command->add_flag("--measure", options->measure,
                    "Read each sensor some hundred times first, and refuse a plan that cannot hold "
                    "its rates by that");
  command->add_flag("--force", options->force,
                    "Go on with a plan that cannot hold its rates, and say so in the summary");
  command->footer(
      "Examples:\n"
      "  isotherm run --duration 10s                the machine's own sensors, or simulated ones\n"
      "  isotherm run --config kiln-room.toml       a configured station, until SIGTERM\n"
      "  isotherm run -c kiln-room.toml --log-dir /tmp/trial --best-effort");
  command->callback([options, &chosen] { chosen = [options] { return run_command(*options); }; });
}

}  // namespace isotherm::app
