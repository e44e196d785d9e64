// The options of `isotherm run`.
#include <array>
#include <charconv>
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>

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

// Takes a number of exactly so many digits off the text, and the character before it; -1 if it does
// not begin so.
int take_digits(std::string_view& text, std::string_view before, std::size_t digits) {
  int value = -1;
  if (!text.starts_with(before)) {
    return value;
  }
  text.remove_prefix(before.size());
  const std::string_view number = text.substr(0, digits);
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error != std::errc{} || end != number.data() + digits || number.front() == '-') {
    return -1;
  }
  text.remove_prefix(digits);
  return value;
}

// "2026-01-01" or "2026-01-01T06:30:00", with or without a Z: UTC.
std::optional<core::WallTime> utc_of(std::string_view text) {
  constexpr std::size_t kYearDigits = 4;
  constexpr int kFirstYear = 1970;
  constexpr int kLastYear = 2200;  // 64 bits of nanoseconds end in 2262
  const int year = take_digits(text, "", kYearDigits);
  const int month = take_digits(text, "-", 2);
  const int day = take_digits(text, "-", 2);
  if (year < kFirstYear || year > kLastYear || month < 1 || day < 1) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  std::array<int, 3> clock{};
  if (text.starts_with("T")) {
    clock = {take_digits(text, "T", 2), take_digits(text, ":", 2), take_digits(text, ":", 2)};
  }
  const auto [hour, minute, second] = clock;
  const bool is_clock =
      hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
  if (!date.ok() || !is_clock || !(text.empty() || text == "Z")) {
    return std::nullopt;
  }
  return core::WallTime{std::chrono::sys_days{date}} + std::chrono::hours{hour} +
         std::chrono::minutes{minute} + std::chrono::seconds{second};
}

core::WallTime parsed_begin(const std::string& text) {
  if (const auto time = utc_of(text)) {
    return *time;
  }
  throw CLI::ValidationError(
      "--start",
      "\"" + text + "\" is no time; write it in UTC as 2026-01-01T06:30:00Z, or 2026-01-01");
}

void add_virtual_options(CLI::App& command, RunOptions& options) {
  CLI::Option* fast = command.add_flag(
      "--as-fast-as-possible", options.virtual_clock,
      "Run simulated and recorded sensors on a virtual clock, without waiting for real time");
  fast->excludes("--trace")->excludes("--measure");
  command
      .add_option_function<std::string>(
          "--start", [&options](const std::string& text) { options.begin = parsed_begin(text); },
          "Where the virtual clock begins, in UTC; without it where the capture does, or now")
      ->type_name("TIME")
      ->needs(fast);
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
  add_virtual_options(*command, *options);
  command->footer(
      "Examples:\n"
      "  isotherm run --duration 10s                the machine's own sensors, or simulated ones\n"
      "  isotherm run --config kiln-room.toml       a configured station, until SIGTERM\n"
      "  isotherm run -c kiln-room.toml --log-dir /tmp/trial --best-effort\n"
      "  isotherm run -c kiln-room.toml --duration 5s --trace run.json\n"
      "  isotherm run -c kiln-room.toml --duration 1h --capture run.isocap\n"
      "  isotherm run -c replay.toml --as-fast-as-possible --log-dir /tmp/again");
  command->callback([options, &chosen] { chosen = [options] { return run_command(*options); }; });
}

}  // namespace isotherm::app
