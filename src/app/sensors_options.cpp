// The options of `isotherm sensors`.
#include <memory>

#include "app/command_options.hpp"

namespace isotherm::app {

void add_sensors_command(CLI::App& app, ChosenCommand& chosen) {
  const auto options = std::make_shared<SensorsOptions>();
  CLI::App* command = app.add_subcommand(
      "sensors", "List the temperature sensors found here, with the configuration lines to paste");
  command->add_flag("--json", options->json, "Print them as JSON");
  command->footer(
      "Examples:\n"
      "  isotherm sensors\n"
      "  isotherm sensors --json | jq -r '.sensors[].device'");
  command->callback(
      [options, &chosen] { chosen = [options] { return sensors_command(*options); }; });
}

}  // namespace isotherm::app
