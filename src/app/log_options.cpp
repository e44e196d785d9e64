// The options of `isotherm log`.
#include <map>
#include <memory>

#include "app/command_options.hpp"

namespace isotherm::app {
namespace {

const std::map<std::string, LogForm>& log_forms() {
  static const std::map<std::string, LogForm> forms{{"table", LogForm::Table},
                                                    {"csv", LogForm::Csv},
                                                    {"jsonl", LogForm::JsonLines},
                                                    {"json", LogForm::Json}};
  return forms;
}

void add_log_range(CLI::App& command, LogOptions& options) {
  command.add_option("--since", options.since, "Back from the end: 90s, 10m, 2h, 7d, 2w or 1h30m")
      ->type_name("SPAN");
  command
      .add_option("--from", options.from,
                  "Beginning: 2026-11-22, \"2026-11-22 14:00\", 14:00 (local time), "
                  "2026-11-22T13:00Z, \"2h ago\", yesterday")
      ->type_name("TIME");
  command.add_option("--to", options.to, "End, which is not part of it; now without it")
      ->type_name("TIME");
}

}  // namespace

void add_log_command(CLI::App& app, ChosenCommand& chosen) {
  const auto options = std::make_shared<LogOptions>();
  CLI::App* command = app.add_subcommand(
      "log", "Ask what was logged: a summary of the last day, rows, charts, faults, events");
  command->add_option("--log-dir", options->log_dir, "Folder of the log; wins over --config")
      ->type_name("DIR");
  command->add_option("--config,-c", options->config, "Configuration of the station (TOML)")
      ->type_name("FILE");
  command
      ->add_option("--sensor,-s", options->sensors,
                   "Only these sensors: a name with * ? [a-c]; may be given again")
      ->type_name("GLOB")
      ->allow_extra_args(false);
  add_log_range(*command, *options);
  command->add_option("--every", options->every, "Rows, merged to steps of this: 1m, 1h, 1d")
      ->type_name("SPAN");
  command
      ->add_option_function<std::string>(
          "--format,-f",
          [options](const std::string& form) { options->form = log_forms().at(form); },
          "table, csv, jsonl or json; csv and jsonl give rows")
      ->check(CLI::IsMember({"table", "csv", "jsonl", "json"}))
      ->type_name("FORM");
  command->add_flag("--plot", options->plot, "Draw a chart on the terminal");
  command->add_option("--html", options->html, "Write a page with charts to this file")
      ->type_name("FILE");
  command->add_flag("--follow", options->follow, "Print rows as they come");
  command->add_flag("--faults", options->faults,
                    "List the stretches in which slots had no good value, and why");
  command->add_flag("--events", options->events, "List the events");
  command->add_flag("--stats", options->stats,
                    "Show what the log costs: bytes a row, and writes a day");
  command->add_flag("--utc", options->utc, "Show times in UTC, and begin days by it");
  command->footer(
      "Examples:\n"
      "  isotherm log --config kiln-room.toml\n"
      "  isotherm log --log-dir isotherm-logs --since 2h --sensor 'kiln*' --plot\n"
      "  isotherm log --from 2026-11-01 --to 2026-12-01 --every 1h --format csv > november.csv\n"
      "  isotherm log --from yesterday --html yesterday.html");
  command->callback([options, &chosen] { chosen = [options] { return log_command(*options); }; });
}

}  // namespace isotherm::app
