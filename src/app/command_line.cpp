// The command line: what can be said, its help, and the way from every error to its exit code.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "app/command_options.hpp"

namespace isotherm::app {
namespace {

using core::ExitCode;

constexpr int to_int(ExitCode code) { return static_cast<int>(code); }

}  // namespace

int run_command_line(int argc, const char* const* argv) {
  CLI::App app{
      "isotherm: real-time temperature acquisition for embedded Linux.\n"
      "Readers on isolated cores sample at a fixed rate; every scheduled reading is accounted for "
      "in the log."};
  app.set_version_flag("--version", ISOTHERM_VERSION);
  app.require_subcommand(1);
  ChosenCommand command;
  add_run_command(app, command);
  add_check_command(app, command);
  add_doctor_command(app, command);
  add_sensors_command(app, command);
  add_log_command(app, command);
  add_latency_command(app, command);
  add_report_command(app, command);
  add_board_commands(app, command);
  add_capture_commands(app, command);

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
