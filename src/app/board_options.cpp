// The options of `isotherm board`.
#include <memory>

#include "app/command_options.hpp"

namespace isotherm::app {
namespace {

struct Options {
  BoardOptions board{.name = "auto"};
  BoardApplyOptions apply;
};

void add_board_apply(CLI::App& board, BoardApplyOptions& options) {
  CLI::App* apply = board.add_subcommand(
      "apply", "Edit the boot files so that the board boots with isolated cores and its buses on");
  apply->add_option("name", options.name, "Board; without it the one that this machine is")
      ->type_name("NAME");
  apply
      ->add_option("--root", options.root,
                   "Where an image's root file system (with its boot partition) or its boot "
                   "partition alone is mounted; then NAME is needed, except with --undo")
      ->type_name("DIR")
      ->check(CLI::ExistingDirectory.description(""));  // "DIR" is said already
  apply->add_flag("--dry-run,-n", options.dry_run, "Show what would change, and write nothing");
  apply->add_flag("--yes,-y", options.yes,
                  "Do not ask; needed where there is no terminal to ask on");
  apply->add_flag("--undo", options.undo, "Take back what apply has written");
  apply->add_flag("--json", options.json,
                  "Print what is found as JSON; with --dry-run or --yes only");
  apply->footer(
      "Shows the changes as a diff first. On a terminal it then asks; elsewhere it writes only "
      "with\n"
      "--yes. A backup stays beside each file. What is not recognised is not touched: exit code "
      "78.\n"
      "\n"
      "Examples:\n"
      "  isotherm board apply --dry-run             what would change on this machine\n"
      "  sudo isotherm board apply                  asks, writes; then reboot\n"
      "  sudo isotherm board apply rpi4 --root /media/me/bootfs\n"
      "  sudo isotherm board apply --undo");
}

}  // namespace

void add_board_commands(CLI::App& app, ChosenCommand& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App* board = app.add_subcommand(
      "board",
      "List, show and detect boards; put a board's boot lines in place, and take them back");
  board->require_subcommand(1);
  board->footer(
      "Examples:\n"
      "  isotherm board list\n"
      "  isotherm board show rpi4\n"
      "  sudo isotherm board apply");
  // What looks only: `run` with the options, of which --json is one of each.
  const auto add = [&](const char* name, const char* help, const char* examples,
                       core::ExitCode (*run)(const BoardOptions&)) {
    CLI::App* one = board->add_subcommand(name, help);
    one->add_flag("--json", options->board.json, "Print it as JSON");
    one->footer(examples);
    one->callback(
        [options, run, &chosen] { chosen = [options, run] { return run(options->board); }; });
    return one;
  };
  add("list", "List the boards that are installed",
      "Examples:\n  isotherm board list\n  isotherm board list --json | jq '.boards[].name'",
      board_list_command);
  add("show", "Show a board's facts and boot lines",
      "Examples:\n  isotherm board show rpi4\n  isotherm board show ./my-board", board_show_command)
      ->add_option("name", options->board.name, "Board; without it the one that this machine is")
      ->type_name("NAME");
  add("detect", "Say which board this machine is",
      "Examples:\n  isotherm board detect\n  isotherm board detect --json | jq -r .name",
      board_detect_command);

  add_board_apply(*board, options->apply);
  board->get_subcommand("apply")->callback(
      [options, &chosen] { chosen = [options] { return board_apply_command(options->apply); }; });
}

}  // namespace isotherm::app
