// The options of `isotherm latency`.
#include <algorithm>
#include <charconv>
#include <memory>

#include "acquire/reader_settings.hpp"
#include "app/command_options.hpp"
#include "core/cpu_set.hpp"
#include "diagnose/latency_arm.hpp"
#include "settings/quantity.hpp"

namespace isotherm::app {
namespace {

constexpr int kPriorityMax = 99;
constexpr std::uint64_t kRoundsMax = 100'000;

void add_rate(CLI::App& command, LatencyOptions& options) {
  const auto parse = [&options](const std::string& text) {
    const auto period = settings::parse_rate(text);
    if (!period.ok()) {
      throw CLI::ValidationError("--rate", period.problem + "; " + period.mend);
    }
    if (*period.value < acquire::kPeriodMin || *period.value > acquire::kPeriodMax) {
      throw CLI::ValidationError("--rate", "must be 0.01 Hz to 20 kHz");
    }
    options.period = *period.value;
  };
  command.add_option_function<std::string>("--rate,-r", parse, "Wake-ups, such as 100Hz; 1kHz")
      ->type_name("RATE");
}

void add_core(CLI::App& command, LatencyOptions& options) {
  const auto parse = [&options](const std::string& text) {
    unsigned core = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), core);
    if (text == "auto") {
      options.core.reset();
    } else if (error == std::errc{} && end == text.data() + text.size()) {
      options.core = core;
    } else {
      throw CLI::ValidationError("--core", "must be the number of a core, or auto");
    }
  };
  command
      .add_option_function<std::string>(
          "--core", parse, "Core to measure; auto, the default, is an isolated one, else the last")
      ->type_name("N|auto");
}

void add_time(CLI::App& command, const std::string& names, const std::string& help,
              core::Nanoseconds& time) {
  const auto parse = [names, &time](const std::string& text) {
    const auto parsed = settings::parse_duration(text);
    if (!parsed.ok()) {
      throw CLI::ValidationError(names, parsed.problem + "; " + parsed.mend);
    }
    if (*parsed.value <= core::Nanoseconds{0} || *parsed.value > std::chrono::hours{24}) {
      throw CLI::ValidationError(names, "must be longer than 0 and at most 24h, such as 10s");
    }
    time = *parsed.value;
  };
  command.add_option_function<std::string>(names, parse, help)->type_name("TIME");
}

void add_load(CLI::App& command, LatencyOptions& options) {
  command.add_flag("--load", options.load,
                   "Bring a load: processor, memory and disk, on the other cores");
  command
      .add_option("--load-dir", options.load_dir,
                  "Folder on the disk to load; without it $TMPDIR or /tmp")
      ->type_name("DIR")
      ->check(CLI::ExistingDirectory.description(""));
  const auto cores = [](const std::string& text) {
    const auto parsed = core::CpuSet::parse(text);
    return parsed && !parsed->empty() ? std::string{} : "must be cores such as 0,2-3";
  };
  command
      .add_option("--load-cores", options.load_cores,
                  "Cores of the load, such as 0,2-3; without it all but the measured one")
      ->type_name("LIST")
      ->check(CLI::Validator(cores, ""));
}

}  // namespace

void add_latency_command(CLI::App& app, ChosenCommand& chosen) {
  const auto options = std::make_shared<LatencyOptions>();
  CLI::App* command = app.add_subcommand(
      "latency",
      "Measure how late a reader wakes up, before and after pinning, SCHED_FIFO, locked memory");
  add_rate(*command, *options);
  add_core(*command, *options);
  command->add_option("--priority", options->priority, "Of SCHED_FIFO, 1 to 99; 80")
      ->type_name("N")
      ->check(CLI::Range(1, kPriorityMax).description(""));
  command
      ->add_option("--arms", options->arms,
                   "Which ways to compare, such as other,fifo-locked,spin; all")
      ->type_name("LIST")
      ->delimiter(',')
      ->check(CLI::IsMember(diagnose::latency_arm_names()).description(""));
  add_time(*command, "--duration,-d", "How long to measure, about, such as 5min; 30s",
           options->duration);
  command
      ->add_option("--rounds", options->rounds, "How many rounds to measure; wins over --duration")
      ->type_name("N")
      ->check(CLI::Range(std::uint64_t{1}, kRoundsMax).description(""));
  add_time(*command, "--block", "How long one way is measured at a time; 500ms", options->block);
  add_load(*command, *options);
  command->add_flag("--json", options->json, "Print the results as JSON, and no progress");
  command->add_option("--html", options->html, "Write a report that any browser shows, offline")
      ->type_name("FILE");
  // For itself alone, and so in no help.
  command->add_option("--as-child", options->as_child)->group("");
  command->footer(
      "Examples:\n"
      "  sudo isotherm latency                      all ways that this machine allows, 30 s\n"
      "  sudo isotherm latency --load --duration 5min --html latency.html\n"
      "  sudo isotherm latency --rate 10kHz --core 3 --arms fifo-locked,cyclictest\n"
      "  sudo isotherm latency --json | jq '.ratios[] | select(.at == \"p99\")'");
  command->callback(
      [options, &chosen] { chosen = [options] { return latency_command(*options); }; });
}

}  // namespace isotherm::app
