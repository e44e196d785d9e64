// The options of `isotherm check`.
#include <memory>

#include "app/command_options.hpp"

namespace isotherm::app {

void add_check_command(CLI::App& app, ChosenCommand& chosen) {
  const auto options = std::make_shared<CheckOptions>();
  CLI::App* command = app.add_subcommand(
      "check",
      "Validate a configuration, compare the board with this machine and show the plan; changes "
      "nothing");
  add_station_options(*command, options->station);
  command->add_flag("--json", options->json, "Print the findings and the plan as JSON");
  command->add_flag("--measure", options->measure,
                    "Read each sensor some hundred times first, and refuse a plan that cannot hold "
                    "its rates by that");
  command->add_flag("--force", options->force,
                    "Go on with a plan that cannot hold its rates, and say so");
  command->footer(
      "Examples:\n"
      "  isotherm check --config kiln-room.toml\n"
      "  isotherm check --config kiln-room.toml --measure\n"
      "  isotherm check --config kiln-room.toml --json | jq '.plan.readers[].cores'");
  command->callback([options, &chosen] { chosen = [options] { return check_command(*options); }; });
}

}  // namespace isotherm::app
