// Options that several subcommands have.
#include <spdlog/fmt/fmt.h>

#include "app/command_options.hpp"
#include "settings/quantity.hpp"

namespace isotherm::app {
namespace {

constexpr core::Nanoseconds kTimeMax = std::chrono::hours{24} * 36'500;

}  // namespace

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

void add_time_option(CLI::App& command, const std::string& names, const std::string& help,
                     std::optional<core::Nanoseconds>& time) {
  const auto parse = [names, &time](const std::string& text) {
    const auto parsed = settings::parse_duration(text);
    if (!parsed.ok()) {
      throw CLI::ValidationError(names, parsed.problem + "; " + parsed.mend);
    }
    if (*parsed.value <= core::Nanoseconds{0} || *parsed.value > kTimeMax) {
      throw CLI::ValidationError(
          names, "must be longer than 0 and at most 36500d (100 years), such as 10s");
    }
    time = parsed.value;
  };
  command.add_option_function<std::string>(names, parse, help)->type_name("TIME");
}

CLI::Validator number_between(double low, double high) {
  const auto check = [low, high](const std::string& text) {
    double number = 0.0;
    if (CLI::detail::lexical_cast(text, number) && number >= low && number <= high) {
      return std::string{};
    }
    return fmt::format("must be a number from {:.10g} to {:.10g}", low, high);
  };
  return {check, ""};
}

}  // namespace isotherm::app
