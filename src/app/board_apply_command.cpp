// `isotherm board apply`: shows what would change in the boot files, asks, and writes it.
#include <cstdio>
#include <string>

#include "app/board_lookup.hpp"
#include "app/boot_files.hpp"
#include "app/boot_folder.hpp"
#include "app/commands.hpp"
#include "app/json.hpp"
#include "app/prepare.hpp"
#include "os/process.hpp"
#include "os/sysfs_tree.hpp"
#include "os/whole_files.hpp"

namespace isotherm::app {
namespace {

using nlohmann::ordered_json;

// Debian's package raspi-firmware, of raspi.debian.net's images and of Debian itself, writes both
// boot files anew with each kernel. Raspberry Pi OS has a package of that name without this hook.
constexpr const char* kRegeneratingHook = "/etc/kernel/postinst.d/z50-raspi-firmware";
constexpr std::string_view kRegeneratingMark = "raspi-extra-cmdline";

// "/" and "/mnt/" as they are put in front of paths: "" and "/mnt".
std::string root_of(std::string root) {
  while (!root.empty() && root.back() == '/') {
    root.pop_back();
  }
  return root;
}

// What the command found and intends.
struct Intent {
  settings::BoardFacts board;
  std::string folder;
  BootEdit edit;
  std::vector<std::string> notes;
};

Problem as_problem(const settings::Diagnostic& diagnostic) {
  return {.exit_code = core::ExitCode::Config,
          .what = diagnostic.message,
          .where = diagnostic.line == 0 ? diagnostic.file
                                        : diagnostic.file + ":" + std::to_string(diagnostic.line),
          .mend = diagnostic.mend};
}

// The board that is asked for; problems go into the intent.
BoardChoice wanted_board(const BoardApplyOptions& options, const std::string& root,
                         const core::FileTree& tree, Intent& intent) {
  const os::SysfsTree host;
  const auto folders = board_folders(os::executable_path());
  const std::string model = machine_model(tree);
  if (options.name == "auto" && !root.empty() && model.empty()) {
    intent.edit.problems.push_back({.exit_code = core::ExitCode::Config,
                                    .what = "an image does not say which board it is for",
                                    .where = root,
                                    .mend = "name it, `isotherm board apply rpi4 --root " + root +
                                            "`; `isotherm board list` has the names"});
    return {};
  }
  BoardChoice choice = options.name == "auto" ? board_of_model(model, folders, host)
                                              : choose_board(options.name, folders, host);
  for (const settings::Diagnostic& diagnostic : choice.diagnostics) {
    intent.edit.problems.push_back(as_problem(diagnostic));
  }
  if (choice.diagnostics.empty() && choice.board.boot.layout == settings::BootLayout::None) {
    const std::string& reason = choice.board.boot.reason;
    intent.edit.problems.push_back(
        {.exit_code = core::ExitCode::Unavailable,
         .what = "the board " + choice.board.name + " has no boot files that isotherm edits" +
                 (reason.empty() ? "" : ": " + reason),
         .where = "",
         .mend = "there is nothing to apply for it; `isotherm board list` has the other boards, "
                 "and `isotherm check` says what this machine lacks"});
  }
  return choice;
}

void add_regeneration_note(const core::FileTree& tree, const BootLines& lines, Intent& intent) {
  const std::string hook = tree.text(kRegeneratingHook).value_or("");
  if (hook.find(kRegeneratingMark) == std::string::npos) {
    return;
  }
  std::string parameters;
  for (const std::string& parameter : lines.parameters) {
    parameters += (parameters.empty() ? "" : " ") + parameter;
  }
  intent.notes.push_back("this system writes cmdline.txt and config.txt anew with each kernel (" +
                         std::string(kRegeneratingHook) + "); to keep the changes, put \"" +
                         parameters +
                         "\" into /etc/default/raspi-extra-cmdline and the settings into "
                         "/etc/default/raspi-firmware-custom, or apply again after each kernel");
}

Intent intent_of(const BoardApplyOptions& options, const core::WholeFiles& files) {
  Intent intent;
  const std::string root = root_of(options.root);
  const os::SysfsTree tree(root);
  BoardChoice choice;
  // Taking something back needs no board: the records beside the files say what it was.
  if (!options.undo) {
    choice = wanted_board(options, root, tree, intent);
    intent.board = choice.board;
    if (!intent.edit.problems.empty()) {
      return intent;
    }
  }
  const auto refuse_for = [&intent](std::optional<Problem> problem) {
    if (problem) {
      intent.edit.problems.push_back(std::move(*problem));
    }
    return !intent.edit.problems.empty();
  };
  if (!options.undo && refuse_for(other_machine(choice.board, root, tree))) {
    return intent;
  }
  const BootFolder folder = find_boot_folder(root, tree, files);
  intent.folder = folder.path;
  if (refuse_for(folder.problem)) {
    return intent;
  }
  if (options.undo) {
    intent.edit = plan_undo(folder.path, files);
    return intent;
  }
  if (refuse_for(other_boards_files(choice.board, folder.path, files))) {
    return intent;
  }
  const BootLines lines = read_boot_lines(choice.where, files);
  if (lines.parameters.empty() &&
      refuse_for(Problem{.exit_code = core::ExitCode::Config,
                         .what = "the board has no kernel parameters beside it",
                         .where = choice.where,
                         .mend = "put a cmdline.txt into its folder"})) {
    return intent;
  }
  intent.edit = plan_apply(folder.path, choice.board, lines, files);
  add_regeneration_note(tree, lines, intent);
  return intent;
}

void print_json(const Intent& intent, bool written) {
  ordered_json json{{"board", intent.board.name}, {"boot_folder", intent.folder},
                    {"written", written},         {"problems", ordered_json::array()},
                    {"notes", intent.notes},      {"files", ordered_json::array()}};
  for (const Problem& problem : intent.edit.problems) {
    json["problems"].push_back(
        {{"where", problem.where}, {"what", problem.what}, {"mend", problem.mend}});
  }
  for (const BootFileEdit& file : intent.edit.files) {
    json["files"].push_back({{"path", file.path},
                             {"changed", file.changed()},
                             {"diff", diff_of(file)},
                             {"notes", file.notes}});
  }
  std::fputs(json_text(json).c_str(), stdout);
}

void print_intent(const Intent& intent) {
  for (const std::string& note : intent.notes) {
    std::printf("note: %s\n", note.c_str());
  }
  for (const BootFileEdit& file : intent.edit.files) {
    for (const std::string& note : file.notes) {
      std::printf("note: %s\n", note.c_str());
    }
  }
  for (const BootFileEdit& file : intent.edit.files) {
    std::fputs(diff_of(file).c_str(), stdout);
  }
}

core::ExitCode refuse(const Intent& intent) {
  for (const Problem& problem : intent.edit.problems) {
    std::fprintf(stderr, "isotherm: %s\n", problem_text(problem).c_str());
  }
  if (!intent.folder.empty()) {
    std::fprintf(stderr, "isotherm: nothing has been changed\n");
  }
  return intent.edit.problems.front().exit_code;
}

bool agreed() {
  std::printf("Write these changes? [y/N] ");
  std::fflush(stdout);
  std::string answer;
  for (int c = std::getchar(); c != EOF && c != '\n'; c = std::getchar()) {
    answer += static_cast<char>(c);
  }
  return answer == "y" || answer == "Y" || answer == "yes";
}

void print_done(const BoardApplyOptions& options, const Intent& intent) {
  for (const BootFileEdit& file : intent.edit.files) {
    if (file.changed()) {
      std::printf(
          "%s %s%s\n", options.undo ? "restored" : "wrote", file.path.c_str(),
          file.backup ? (", backup in " + file.path + std::string(kBackupSuffix)).c_str() : "");
    }
  }
  if (root_of(options.root).empty()) {
    std::printf("it counts from the next boot: sudo reboot%s\n",
                options.undo ? "" : "; then `isotherm check` compares");
  }
}

}  // namespace

core::ExitCode board_apply_command(const BoardApplyOptions& options) {
  if (options.json && !options.dry_run && !options.yes) {
    throw core::SetupError(core::ExitCode::Usage, "--json does not ask, so it needs a word more",
                           "", "add --dry-run to look, or --yes to write");
  }
  os::PosixWholeFiles files;
  const Intent intent = intent_of(options, files);
  const bool refused = !intent.edit.problems.empty();
  if (!options.json) {
    print_intent(intent);
  }
  if (refused || !intent.edit.changed() || options.dry_run) {
    if (options.json) {
      print_json(intent, false);
    } else if (!refused) {
      std::printf("%s\n", !intent.edit.changed() ? "nothing to change"
                                                 : "dry run: nothing has been written");
    }
    return refused ? refuse(intent) : core::ExitCode::Ok;
  }
  if (const std::string problem = files.write_problem(intent.folder); !problem.empty()) {
    throw core::SetupError(core::ExitCode::Io, "you may not write there: " + problem, intent.folder,
                           "run it with sudo");
  }
  if (!options.yes) {
    if (!os::is_terminal(os::kStandardInput) || !os::is_terminal(os::kStandardOutput)) {
      throw core::SetupError(core::ExitCode::Usage, "there is no terminal to ask on", "",
                             "add --yes to write these changes");
    }
    if (!agreed()) {
      std::printf("nothing has been changed\n");
      return core::ExitCode::Ok;
    }
  }
  write_boot_files(intent.edit, files);
  if (options.json) {
    print_json(intent, true);
  } else {
    print_done(options, intent);
  }
  return core::ExitCode::Ok;
}

}  // namespace isotherm::app
