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
  bool marked;  // the text itself says which part is isotherm's
  std::optional<boot::Objection> (*objection)(std::string_view text);
  // What is left of a text, edited by others since, without isotherm's part.
  std::string (*taken_back)(std::string_view text, std::string_view backup,
                            std::string_view applied);
  // The same where no record says what isotherm wrote.
  std::string (*taken_back_unrecorded)(std::string_view text);
};

constexpr Format kLineFormat{
    .name = kLineFile,
    .marked = false,
    .objection = boot::objection_to_line,
    .taken_back = boot::without_parameters,
    .taken_back_unrecorded = [](std::string_view text) { return std::string(text); }};
constexpr Format kConfigFormat{
    .name = kConfigFile,
    .marked = true,
    .objection = boot::objection_to_config,
    .taken_back = [](std::string_view text, std::string_view /*backup*/,
                     std::string_view applied) { return boot::without_block(text, applied); },
    .taken_back_unrecorded = [](std::string_view text) { return boot::without_block(text, ""); }};

// What is kept beside a boot file.
struct Records {
  WholeFile backup;
  WholeFile applied;
};

// A boot file without isotherm's part.
struct Base {
  std::string text{};
  std::string applied{};        // what isotherm wrote last; "" where nothing says it
  bool edited_since = false;    // by others
  bool recorded = false;        // the backup says what it was
  bool record_missing = false;  // there is a backup, and nothing says what was made of it
  bool lone_record = false;     // there is no backup, but a record
};

// After a power cut between any two writes of write_boot_files, what is there is one of these:
//   text == backup, with any record or none   an undo that did not end, an apply that did not begin
//   text == record                            isotherm's, whole
//   no backup, a record                       an undo that did not end; its boot file is done
//   neither backup nor record                 never edited, or an undo that did end
// or, where others had edited the file, a text whose part is taken back already: taking it back
// again changes nothing.
Base base_of(const Format& format, const std::string& text, const Records& records) {
  const std::string& backup = records.backup.text;
  const std::string& applied = records.applied.text;
  const bool has_backup = records.backup.present();
  const bool has_record = records.applied.present();
  if (has_backup && has_record && text != backup && text != applied) {
    return {.text = format.taken_back(text, backup, applied),
            .applied = applied,
            .edited_since = true,
            .recorded = true};
  }
  if (has_backup && has_record) {
    return {.text = backup, .applied = applied, .recorded = true};
  }
  Base base{.text = format.taken_back_unrecorded(text)};
  base.recorded = has_backup && base.text == backup;
  base.record_missing = has_backup && !base.recorded;
  base.lone_record = has_record;
  return base;
}

// Why nothing is to be concluded from what is kept beside a boot file: a power cut empties files,
// or fills them with NUL bytes, where the system had written them without isotherm's care.
std::optional<Problem> damage_to(const Format& format, const std::string& path,
                                 const std::string& text, const Records& records) {
  const auto damage = [&](const WholeFile& kept) -> std::string {
    if (kept.state == WholeFile::State::Unreadable) {
      return "cannot be read: " + kept.problem;
    }
    const auto objection = kept.present() ? format.objection(kept.text) : std::nullopt;
    return objection ? objection->what : "";
  };
  const auto problem = [](const std::string& what, const std::string& where,
                          const std::string& mend) {
    return Problem{
        .exit_code = core::ExitCode::Config, .what = "it " + what, .where = where, .mend = mend};
  };
  if (const std::string what = damage(records.backup); !what.empty()) {
    return problem(what, backup_of(path),
                   "take isotherm's lines out of " + path +
                       " by hand, `isotherm board show` lists them, then remove this file and " +
                       applied_of(path));
  }
  if (const std::string what = damage(records.applied);
      !what.empty() && !(records.backup.present() && text == records.backup.text)) {
    return problem(what, applied_of(path),
                   records.backup.present()
                       ? "to undo by hand copy " + backup_of(path) + " over " + path
                       : "remove it");
  }
  return std::nullopt;
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

// A boot file as it is found, and without isotherm's part; nothing if there is a problem.
struct Found {
  std::string path;
  std::string text;
  Base base;
};

std::optional<Found> found_file(const Format& format, const std::string& folder,
                                const core::WholeFiles& files, BootEdit& edit) {
  const std::string path = folder + "/" + format.name;
  const auto text = editable_text(format, path, files, edit);
  if (!text) {
    return std::nullopt;
  }
  const Records records{.backup = files.read(backup_of(path)),
                        .applied = files.read(applied_of(path))};
  if (auto damage = damage_to(format, path, *text, records)) {
    edit.problems.push_back(std::move(*damage));
    return std::nullopt;
  }
  return Found{.path = path, .text = *text, .base = base_of(format, *text, records)};
}

void plan_file(const Format& format, const std::string& folder, const core::WholeFiles& files,
               const Change& change, BootEdit& edit) {
  const auto found = found_file(format, folder, files, edit);
  if (!found) {
    return;
  }
  BootFileEdit planned{.path = found->path, .before = found->text};
  planned.after = change(found->text, found->base, planned.notes);
  if (planned.changed()) {
    planned.backup = found->base.text;
    if (found->base.record_missing && !format.marked) {
      edit.problems.push_back(
          {.exit_code = core::ExitCode::Config,
           .what = "it is missing, so nothing says what isotherm has written into " + found->path,
           .where = applied_of(found->path),
           .mend = "copy " + backup_of(found->path) + " over " + found->path +
                   ", or remove that backup if the file is right without isotherm, and try again"});
    }
  }
  edit.files.push_back(std::move(planned));
}

// What there is to say of an undo; "" if it is as it should be.
std::string note_of_undo(const Found& found, bool changed) {
  if (found.base.edited_since) {
    return found.path +
           " has been edited since isotherm wrote it: only isotherm's own part is taken back, the "
           "rest stays as it is now";
  }
  if (found.base.record_missing) {
    return "the record " + applied_of(found.path) + " is missing" +
           (changed ? ", so only the marked block is taken out" : "") + "; to undo by hand copy " +
           backup_of(found.path) + " over " + found.path;
  }
  if (!found.base.recorded) {
    return found.path + " has no backup beside it (" + backup_of(found.path) + ")" +
           (changed ? ": only the marked block is taken out"
                    : ", so there is nothing to take back");
  }
  return "";
}

void plan_undo_of(const Format& format, const std::string& folder, const core::WholeFiles& files,
                  BootEdit& edit) {
  const auto found = found_file(format, folder, files, edit);
  if (!found) {
    return;
  }
  BootFileEdit planned{.path = found->path,
                       .before = found->text,
                       .after = found->base.text,
                       .drop_records = found->base.recorded || found->base.lone_record};
  if (std::string note = note_of_undo(*found, planned.changed()); !note.empty()) {
    planned.notes.push_back(std::move(note));
  }
  edit.files.push_back(std::move(planned));
}

[[noreturn]] void throw_unwritten(const std::string& path, const std::string& problem,
                                  const std::string& done) {
  throw core::SetupError(core::ExitCode::Io, "it cannot be written: " + problem, path,
                         done.empty() ? "no boot file has been changed; see that its partition is "
                                        "mounted for writing and has room, then try again"
                                      : done +
                                            " has been written already; `isotherm board apply "
                                            "--undo` takes that back");
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
  for (const std::string& setting : lines.settings) {
    if (setting.size() > boot::kConfigColumns) {
      edit.problems.push_back(refusal(
          boot_folder + "/" + kConfigFile,
          {"would get a line longer than " + std::to_string(boot::kConfigColumns) +
               " bytes, and the firmware ignores what is beyond: " + setting,
           "split that line of the board's config.txt; an overlay's parameters may follow it as "
           "lines of dtparam="}));
    }
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
    const std::string written = (done.empty() ? "" : done + " and ") + file.path;
    if (file.backup) {
      // Before the records change: the old ones do not fit the new text, nor the new ones the old.
      if (file.before != *file.backup) {
        replace(file.path, *file.backup);
        done = written;
      }
      replace(backup_of(file.path), *file.backup);
      replace(applied_of(file.path), file.after);
    }
    if (file.changed()) {
      replace(file.path, file.after);
      done = written;
    }
    if (file.drop_records) {
      // In this order: what a record without a backup belongs to is done, and it tells that from a
      // record that was lost.
      for (const std::string& record : {backup_of(file.path), applied_of(file.path)}) {
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
