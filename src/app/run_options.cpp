// The options of `isotherm run`.
#include <memory>

#include "app/command_options.hpp"
#include "diagnose/trace_file.hpp"
#include "settings/quantity.hpp"

namespace isotherm::app {
namespace {

std::uint64_t parsed_trace_limit(const std::string& text) {
  constexpr std::uint64_t kLeast = diagnose::TraceFile::kLimitLeast;
  const auto parsed = settings::parse_size(text);
  if (!parsed.ok()) {
    throw CLI::ValidationError("--trace-limit", parsed.problem + "; " + parsed.mend);
  }
  if (*parsed.value < kLeast) {
    throw CLI::ValidationError("--trace-limit", "must be at least " + settings::size_text(kLeast));
  }
  return *parsed.value;
}

void add_trace_options(CLI::App& command, RunOptions& options) {
  CLI::Option* trace =
      command
          .add_option_function<std::string>(
              "--trace",
              [&options](const std::string& file) {
                options.trace = options.trace.value_or(TraceSettings{});
                options.trace->file = file;
              },
              "Record slots, reads, drains and writes, to look at in ui.perfetto.dev")
          ->type_name("FILE");
  command
      .add_option_function<std::string>(
          "--trace-limit",
          [&options](const std::string& text) {
            options.trace = options.trace.value_or(TraceSettings{});
            options.trace->limit = parsed_trace_limit(text);
          },
          "The trace grows no larger than this; without it 256 MiB")
      ->type_name("SIZE")
      ->needs(trace);
}

}  // namespace

void add_run_command(CLI::App& app, ChosenCommand& chosen) {
  const auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand("run", "Run the station until it is told to stop");
  add_station_options(*command, options->station);
  add_time_option(*command, "--duration,-d",
                  "Stop after this long, such as 10s or 5min; without it at SIGINT or SIGTERM",
                  options->duration);
  add_trace_options(*command, *options);
  command
      ->add_option("--capture", options->capture,
                   "Keep every sample of this run in FILE, behind what is there already")
      ->type_name("FILE");
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
      "  isotherm run -c kiln-room.toml --log-dir /tmp/trial --best-effort\n"
      "  isotherm run -c kiln-room.toml --duration 5s --trace run.json\n"
      "  isotherm run -c kiln-room.toml --duration 1h --capture run.isocap");
  command->callback([options, &chosen] { chosen = [options] { return run_command(*options); }; });
}

}  // namespace isotherm::app
