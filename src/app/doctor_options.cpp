// The options of `isotherm doctor`.
#include <memory>

#include "app/command_options.hpp"

namespace isotherm::app {
namespace {

void add_core_option(CLI::App& command, core::CpuSet& cores) {
  const auto parse = [&cores](const std::string& text) {
    const auto parsed = core::CpuSet::parse(text);
    if (!parsed || parsed->empty()) {
      throw CLI::ValidationError("--core", "must be a list of cores such as 2 or 1-3,5");
    }
    cores = *parsed;
  };
  command
      .add_option_function<std::string>(
          "--core", parse, "Cores to look at as well, as if a reader were there, such as 2-3")
      ->type_name("LIST");
}

}  // namespace

void add_doctor_command(CLI::App& app, ChosenCommand& chosen) {
  const auto options = std::make_shared<DoctorOptions>();
  CLI::App* command = app.add_subcommand(
      "doctor",
      "Is this machine real-time for this plan? Each finding with the line that mends it");
  add_station_options(*command, options->station);
  add_core_option(*command, options->cores);
  command->add_flag("--json", options->json, "Print the findings as JSON");
  CLI::Option* fix = command->add_flag(
      "--fix", options->fix,
      "Change what can be changed at run time, hold it until SIGINT or SIGTERM, and undo it");
  add_time_option(*command, "--duration,-d", "With --fix: hold it for this long, such as 10min",
                  options->duration);
  command->get_option("--duration")->needs(fix);
  command
      ->add_option("--record", options->record,
                   "Also write everything that was read of /proc and /sys into this file")
      ->type_name("FILE");
  command->footer(
      "Exit code: 0 if all is well, 1 with warnings, 2 with failures.\n\n"
      "Examples:\n"
      "  sudo isotherm doctor --config kiln-room.toml\n"
      "  isotherm doctor --core 2-3 --json | jq '.findings[] | select(.severity != \"pass\")'\n"
      "  sudo isotherm doctor --fix");
  command->callback(
      [options, &chosen] { chosen = [options] { return doctor_command(*options); }; });
}

}  // namespace isotherm::app
