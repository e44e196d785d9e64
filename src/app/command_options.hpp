// What each subcommand can be told: its options, their help and examples. command_line.cpp has the
// whole; a subcommand with many options has a file of its own, named after it.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>

#include "app/commands.hpp"

namespace isotherm::app {

// The subcommand that was asked for, ready to run.
using ChosenCommand = std::function<core::ExitCode()>;

// --config, --board, --log-dir and --best-effort. `options` must outlive the parsing.
void add_station_options(CLI::App& command, StationOptions& options);
// An option that takes a time such as 10s or 5min, longer than 0.
void add_time_option(CLI::App& command, const std::string& names, const std::string& help,
                     std::optional<core::Nanoseconds>& time);
// Accepts numbers from `low` to `high`. CLI::Range lets "nan" pass, which is on neither side of a
// limit; every option that takes a number with decimals has this instead.
[[nodiscard]] CLI::Validator number_between(double low, double high);

// Each adds its subcommand to `app`; parsing one sets `chosen`. The options live as long as the
// command that was chosen: the callbacks share them.
void add_run_command(CLI::App& app, ChosenCommand& chosen);
void add_check_command(CLI::App& app, ChosenCommand& chosen);
void add_doctor_command(CLI::App& app, ChosenCommand& chosen);
void add_sensors_command(CLI::App& app, ChosenCommand& chosen);
void add_log_command(CLI::App& app, ChosenCommand& chosen);
void add_latency_command(CLI::App& app, ChosenCommand& chosen);
void add_report_command(CLI::App& app, ChosenCommand& chosen);
void add_board_commands(CLI::App& app, ChosenCommand& chosen);
void add_capture_commands(CLI::App& app, ChosenCommand& chosen);

}  // namespace isotherm::app
