// What `isotherm board apply` does to the files that a board boots by: which they are, what they
// would become, and the writing of it. Planning changes nothing.
//
// Two files are kept beside each boot file that was edited:
//   NAME.isotherm-backup    what it would be without isotherm: what --undo restores
//   NAME.isotherm-applied   what isotherm made of that; a boot file that differs from it has been
//                           edited since, and then --undo takes back isotherm's part only
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/placement.hpp"
#include "core/whole_files.hpp"
#include "settings/board_file.hpp"

namespace isotherm::app {

inline constexpr std::string_view kBackupSuffix = ".isotherm-backup";
inline constexpr std::string_view kAppliedSuffix = ".isotherm-applied";

// What a board's folder wants to have in its boot files.
struct BootLines {
  std::vector<std::string> parameters;  // of its cmdline.txt
  std::vector<std::string> settings;    // of its config.txt
};

// `board_file` is the path of its board.toml. A file that is not there has no lines.
[[nodiscard]] BootLines read_boot_lines(const std::string& board_file,
                                        const core::WholeFiles& files);

struct BootFileEdit {
  std::string path{};
  std::string before{};
  std::string after{};
  std::optional<std::string> backup{};  // to be written; nothing: one that is there stays
  bool drop_records = false;            // of an undo: backup and record go
  std::vector<std::string> notes{};

  [[nodiscard]] bool changed() const noexcept { return before != after; }
};

struct BootEdit {
  std::vector<BootFileEdit> files;
  std::vector<Problem> problems;  // if there is any, nothing is to be written

  [[nodiscard]] bool changed() const;
};

[[nodiscard]] BootEdit plan_apply(const std::string& boot_folder, const settings::BoardFacts& board,
                                  const BootLines& lines, const core::WholeFiles& files);
[[nodiscard]] BootEdit plan_undo(const std::string& boot_folder, const core::WholeFiles& files);

// As `diff -u` writes it.
[[nodiscard]] std::string diff_of(const BootFileEdit& edit);

// Backup and record first, the boot file last; an undo the other way round. Where a boot file has
// other lines of isotherm already, it is first written without them. So a power cut at any moment
// leaves a boot file that is whole, that --undo can mend, and to which apply can be done again.
// Throws SetupError.
void write_boot_files(const BootEdit& edit, core::WholeFiles& files);

}  // namespace isotherm::app
