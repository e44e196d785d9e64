// The options of `isotherm report`.
#include <memory>

#include "app/command_options.hpp"
#include "core/cpu_set.hpp"

namespace isotherm::app {
namespace {

constexpr unsigned kJobsMax = 1024;

}  // namespace

void add_report_command(CLI::App& app, ChosenCommand& chosen) {
  const auto options = std::make_shared<ReportOptions>();
  CLI::App* command = app.add_subcommand(
      "report", "Analyse captures: noise, drift, spectrum, stuck and spike stretches, lateness");
  command->add_option("captures", options->captures, "Capture files, or folders that have some")
      ->type_name("CAPTURE");
  command->add_option("--jobs,-j", options->jobs, "Workers; without it one a core")
      ->type_name("N")
      ->check(CLI::Range(1U, kJobsMax).description(""));
  const auto cores = [](const std::string& text) {
    const auto parsed = core::CpuSet::parse(text);
    return parsed && !parsed->empty() ? std::string{} : "must be cores such as 0,2-3";
  };
  command
      ->add_option("--cores", options->cores,
                   "Cores of the workers, such as 0,2-3; without it all that may be used")
      ->type_name("LIST")
      ->check(CLI::Validator(cores, ""));
  command
      ->add_option("--deal", options->deal,
                   "Who gets the next chunk: free, whoever is free; round-robin, each in turn")
      ->type_name("HOW")
      ->check(CLI::IsMember({"free", "round-robin"}).description(""));
  command->add_flag("--processes", options->processes,
                    "Workers are processes: if one crashes, it costs the chunk that it had");
  command->add_flag("--compare", options->compare,
                    "Measure the speed-up: do it all with one worker first");
  command->add_option("--stuck", options->stuck, "Equal values in a row that are stuck; 1000")
      ->type_name("N")
      ->check(CLI::Range(std::uint64_t{2}, std::uint64_t{1} << 40U).description(""));
  command->add_option("--spike", options->spike, "Noises away from the median that are a spike; 6")
      ->type_name("K")
      ->check(number_between(1.0, 1e6));
  command->add_flag("--json", options->json, "Print the results as JSON");
  command->add_option("--html", options->html, "Write a report that any browser shows, offline")
      ->type_name("FILE");
  // For itself alone, and so in no help.
  command->add_flag("--as-child", options->as_child)->group("");
  command->footer(
      "Examples:\n"
      "  isotherm report /var/log/isotherm              all captures of a folder\n"
      "  isotherm report night.isocap --html night.html\n"
      "  isotherm report night.isocap --cores 2-3 --compare\n"
      "  isotherm report night.isocap --json | jq '.sensors[] | [.sensor, .drift_per_hour]'");
  command->callback([options, &chosen] {
    if (options->captures.empty() && !options->as_child) {
      throw CLI::ValidationError("CAPTURE", "name a capture file, or a folder that has some");
    }
    chosen = [options] { return report_command(*options); };
  });
}

}  // namespace isotherm::app
