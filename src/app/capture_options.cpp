// The options of `isotherm capture`.
#include <memory>

#include "app/command_options.hpp"

namespace isotherm::app {

void add_capture_commands(CLI::App& app, ChosenCommand& chosen) {
  const auto options = std::make_shared<CaptureOptions>();
  CLI::App* capture =
      app.add_subcommand("capture", "Say what is in a capture of full-rate samples, export it");
  capture->require_subcommand(1);
  capture->footer(
      "Examples:\n"
      "  isotherm run --duration 1min --capture run.isocap\n"
      "  isotherm capture info run.isocap\n"
      "  isotherm capture export run.isocap --format npy --sensor inlet --output inlet.npy");

  CLI::App* info = capture->add_subcommand("info", "Say what is in a capture");
  info->add_option("path", options->path, "A capture file, or a folder of them")
      ->type_name("PATH")
      ->required();
  info->add_flag("--json", options->json, "Print it as JSON");
  info->footer(
      "Examples:\n"
      "  isotherm capture info run.isocap\n"
      "  isotherm capture info /var/log/isotherm --json | jq '.runs[].sensors[].name'");
  info->callback(
      [options, &chosen] { chosen = [options] { return capture_info_command(*options); }; });

  CLI::App* export_command =
      capture->add_subcommand("export", "Write a capture's samples for other programs");
  export_command->add_option("path", options->path, "A capture file, or a folder of them")
      ->type_name("PATH")
      ->required();
  export_command
      ->add_option("--format,-f", options->format,
                   "csv, jsonl, or npy: an array of one sensor for NumPy; without it csv")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"csv", "jsonl", "npy"}).description(""));
  export_command
      ->add_option("--sensor,-s", options->names,
                   "Only sensors of that name, such as inlet or 'kiln-*'; may be given again")
      ->type_name("GLOB");
  export_command->add_option("--output,-o", options->output, "File to write; without it stdout")
      ->type_name("FILE");
  export_command->footer(
      "Damaged parts are left out and told on stderr; the exit code is then 1.\n"
      "\n"
      "Examples:\n"
      "  isotherm capture export run.isocap | head\n"
      "  isotherm capture export run.isocap -f jsonl -s 'kiln-*' -o kiln.jsonl\n"
      "  isotherm capture export run.isocap -f npy -s inlet -o inlet.npy");
  export_command->callback(
      [options, &chosen] { chosen = [options] { return capture_export_command(*options); }; });
}

}  // namespace isotherm::app
