#include "app/boot_files.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "boot/firmware_config.hpp"
#include "boot/kernel_line.hpp"
#include "boot/unified_diff.hpp"
#include "core/setup_error.hpp"

namespace isotherm::app {
namespace {

using core::WholeFile;

constexpr const char* kLineFile = "cmdline.txt";
constexpr const char* kConfigFile = "config.txt";

std::string backup_of(const std::string& path) { return path + std::string(kBackupSuffix); }
std::string applied_of(const std::string& path) { return path + std::string(kAppliedSuffix); }

Problem refusal(const std::string& path, const boot::Objection& objection) {
  return {.exit_code = core::ExitCode::Config,
          .what = "it " + objection.what,
          .where = path,
          .mend = objection.mend};
}

// The kinds of boot file, and what differs between them.
struct Format {
  const char* name;
  std::optional<boot::Objection> (*objection)(std::string_view text);
  // What is left of a text, edited by others since, without isotherm's part.
  std::string (*taken_back)(std::string_view text, std::string_view backup,
                            std::string_view applied);
  // The same where no record says what isotherm wrote.
  std::string (*taken_back_unrecorded)(std::string_view text);
};

constexpr Format kLineFormat{
    .name = kLineFile,
    .objection = boot::objection_to_line,
    .taken_back = boot::without_parameters,
    .taken_back_unrecorded = [](std::string_view text) { return std::string(text); }};
constexpr Format kConfigFormat{
    .name = kConfigFile,
    .objection = boot::objection_to_config,
    .taken_back = [](std::string_view text, std::string_view /*backup*/,
                     std::string_view applied) { return boot::without_block(text, applied); },
    .taken_back_unrecorded = [](std::string_view text) { return boot::without_block(text, ""); }};

// A boot file without isotherm's part.
struct Base {
  std::string text;
  std::string applied;  // what isotherm wrote last; "" where nothing says it
  bool edited_since = false;
  bool recorded = false;
};

Base base_of(const Format& format, const std::string& path, const std::string& text,
             const core::WholeFiles& files) {
  const WholeFile backup = files.read(backup_of(path));
  const WholeFile applied = files.read(applied_of(path));
  if (!backup.present() || !applied.present()) {
    return {.text = format.taken_back_unrecorded(text), .applied = {}};
  }
  if (text == applied.text || text == backup.text) {
    return {.text = backup.text, .applied = applied.text, .recorded = true};
  }
  return {.text = format.taken_back(text, backup.text, applied.text),
          .applied = applied.text,
          .edited_since = true,
          .recorded = true};
}

// The text of a boot file that may be edited, or a problem in `edit`.
std::optional<std::string> editable_text(const Format& format, const std::string& path,
                                         const core::WholeFiles& files, BootEdit& edit) {
  const WholeFile file = files.read(path);
  if (!file.present()) {
    const bool absent = file.state == WholeFile::State::Absent;
    edit.problems.push_back(
        {.exit_code = core::ExitCode::Config,
         .what = absent ? "it is not there" : "it cannot be read: " + file.problem,
         .where = path,
         .mend = "isotherm edits a boot folder that has both cmdline.txt and config.txt"});
    return std::nullopt;
  }
  if (const auto objection = format.objection(file.text)) {
    edit.problems.push_back(refusal(path, *objection));
    return std::nullopt;
  }
  return file.text;
}

// Somebody who added a parameter behind isotherm's has changed nothing that matters to it.
bool same_but_for_order(std::string_view a, std::string_view b) {
  std::vector<std::string> ones = boot::parameters_of(a);
  std::vector<std::string> others = boot::parameters_of(b);
  std::sort(ones.begin(), ones.end());
  std::sort(others.begin(), others.end());
  return ones == others;
}

// What an edit makes of a text, with notes for people.
using Change = std::function<std::string(const std::string& text, const Base& base,
                                         std::vector<std::string>& notes)>;

void plan_file(const Format& format, const std::string& folder, const core::WholeFiles& files,
               const Change& change, BootEdit& edit) {
  const std::string path = folder + "/" + format.name;
  const auto text = editable_text(format, path, files, edit);
  if (!text) {
    return;
  }
  const Base base = base_of(format, path, *text, files);
  BootFileEdit planned{.path = path, .before = *text};
  planned.after = change(*text, base, planned.notes);
  if (planned.changed()) {
    planned.backup = base.text;
  }
  edit.files.push_back(std::move(planned));
}

void plan_undo_of(const Format& format, const std::string& folder, const core::WholeFiles& files,
                  BootEdit& edit) {
  const std::string path = folder + "/" + format.name;
  const auto text = editable_text(format, path, files, edit);
  if (!text) {
    return;
  }
  const Base base = base_of(format, path, *text, files);
  BootFileEdit planned{
      .path = path, .before = *text, .after = base.text, .drop_records = base.recorded};
  if (base.edited_since) {
    planned.notes.push_back(path +
                            " has been edited since isotherm wrote it: only isotherm's own part is "
                            "taken back, the rest stays as it is now");
  } else if (!base.recorded) {
    planned.notes.push_back(path + " has no backup beside it (" + format.name +
                            std::string(kBackupSuffix) + ")" +
                            (planned.changed() ? ": only the marked block is taken out"
                                               : ", so there is nothing to take back"));
  }
  edit.files.push_back(std::move(planned));
}

[[noreturn]] void throw_unwritten(const std::string& path, const std::string& problem,
                                  const std::string& done) {
  throw core::SetupError(core::ExitCode::Io, "it cannot be written: " + problem, path,
                         done.empty() ? "no boot file has been changed"
                                      : done +
                                            " has been written already; `isotherm board apply "
                                            "--undo` takes that back");
}

std::string machine_words(const std::string& model) {
  return model.empty() ? "no device tree says its model" : "its model is \"" + model + "\"";
}

}  // namespace

bool BootEdit::changed() const {
  return std::any_of(files.begin(), files.end(),
                     [](const BootFileEdit& file) { return file.changed() || file.drop_records; });
}

BootLines read_boot_lines(const std::string& board_file, const core::WholeFiles& files) {
  const std::string folder = board_file.substr(0, board_file.rfind('/') + 1);
  return {.parameters = boot::parameters_of(files.read(folder + kLineFile).text),
          .settings = boot::settings_of(files.read(folder + kConfigFile).text)};
}

BootFolder find_boot_folder(const std::string& root, const core::FileTree& tree,
                            const core::WholeFiles& files) {
  const auto has_line = [&files](const std::string& folder) {
    return files.read(folder + "/" + kLineFile).state != WholeFile::State::Absent;
  };
  for (const char* candidate : {"/boot/firmware", "/boot"}) {
    // Links in the way are followed below the root only: an absolute one would lead out of an image
    // and into this machine's own files.
    const auto real = tree.real_path(candidate);
    if (real && has_line(root + *real)) {
      return {.path = root + *real, .problem = std::nullopt};
    }
  }
  if (!root.empty() && has_line(root)) {
    return {.path = root, .problem = std::nullopt};
  }
  return {.path = "",
          .problem =
              Problem{.exit_code = core::ExitCode::Config,
                      .what = "there is no cmdline.txt in " + root + "/boot/firmware or " + root +
                              "/boot" + (root.empty() ? "" : ", nor in it"),
                      .where = root,
                      .mend = root.empty() ? "mount the boot partition at /boot/firmware"
                                           : "give the folder where the image's root file system, "
                                             "with its boot partition, is mounted, or the boot "
                                             "partition itself"}};
}

std::optional<Problem> other_machine(const settings::BoardFacts& board, const std::string& root,
                                     const core::FileTree& tree) {
  const std::string model = tree.text("/proc/device-tree/model").value_or("");
  if ((!root.empty() && model.empty()) || board.matches(model)) {
    return std::nullopt;
  }
  return Problem{.exit_code = core::ExitCode::Config,
                 .what = (root.empty() ? "this machine is no " : "that machine is no ") +
                         board.name + ": " + machine_words(model),
                 .where = root,
                 .mend = root.empty() ? "`isotherm board detect` says which board it is; for an "
                                        "image that is mounted somewhere add --root"
                                      : "name the board that it is"};
}

std::optional<Problem> other_boards_files(const settings::BoardFacts& board,
                                          const std::string& boot_folder,
                                          const core::WholeFiles& files) {
  const auto& known = board.boot.device_trees;
  std::string foreign;
  for (const std::string& name : files.list(boot_folder)) {
    if (!name.ends_with(".dtb")) {
      continue;
    }
    if (std::any_of(known.begin(), known.end(),
                    [&name](const std::string& one) { return name.starts_with(one); })) {
      return std::nullopt;
    }
    foreign = name;
  }
  if (foreign.empty() || known.empty()) {
    return std::nullopt;
  }
  return Problem{.exit_code = core::ExitCode::Config,
                 .what = "it has device trees, such as " + foreign + ", and none for " +
                         board.name + ", so it does not boot that board",
                 .where = boot_folder,
                 .mend = "name the board that this image is for; `isotherm board list` has them"};
}

BootEdit plan_apply(const std::string& boot_folder, const settings::BoardFacts& board,
                    const BootLines& lines, const core::WholeFiles& files) {
  BootEdit edit;
  plan_file(
      kLineFormat, boot_folder, files,
      [&lines](const std::string& text, const Base& base, std::vector<std::string>& /*notes*/) {
        std::string target = boot::with_parameters(base.text, lines.parameters);
        return same_but_for_order(text, target) ? text : target;
      },
      edit);
  if (!edit.files.empty() && edit.files.front().after.size() > boot::kKernelLineLimit) {
    edit.problems.push_back(refusal(
        edit.files.front().path, {"would be longer than " + std::to_string(boot::kKernelLineLimit) +
                                      " bytes, and a kernel may cut what is beyond",
                                  "take something out of it"}));
  }
  plan_file(
      kConfigFormat, boot_folder, files,
      [&](const std::string& text, const Base& base, std::vector<std::string>& notes) {
        boot::ConfigEdit config = boot::with_block(text, board.name, lines.settings, base.applied);
        notes = std::move(config.notes);
        return config.text;
      },
      edit);
  return edit;
}

BootEdit plan_undo(const std::string& boot_folder, const core::WholeFiles& files) {
  BootEdit edit;
  plan_undo_of(kLineFormat, boot_folder, files, edit);
  plan_undo_of(kConfigFormat, boot_folder, files, edit);
  return edit;
}

std::string diff_of(const BootFileEdit& edit) {
  return boot::unified_diff(edit.before, edit.after, edit.path, edit.path);
}

void write_boot_files(const BootEdit& edit, core::WholeFiles& files) {
  std::string done;
  const auto replace = [&](const std::string& path, const std::string& text) {
    const std::string problem = files.replace(path, text);
    if (!problem.empty()) {
      throw_unwritten(path, problem, done);
    }
  };
  for (const BootFileEdit& file : edit.files) {
    if (file.backup) {
      replace(backup_of(file.path), *file.backup);
      replace(applied_of(file.path), file.after);
    }
    if (file.changed()) {
      replace(file.path, file.after);
      done += (done.empty() ? "" : " and ") + file.path;
    }
    if (file.drop_records) {
      for (const std::string& record : {applied_of(file.path), backup_of(file.path)}) {
        const std::string problem = files.remove(record);
        if (!problem.empty()) {
          throw core::SetupError(core::ExitCode::Io, "it cannot be removed: " + problem, record,
                                 file.path + " itself is restored; remove this file by hand");
        }
      }
    }
  }
}

}  // namespace isotherm::app
