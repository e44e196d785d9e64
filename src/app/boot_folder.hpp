// Where a machine, or an image of one, keeps the files that it boots by, and whether they are those
// of a board.
#pragma once

#include <optional>
#include <string>

#include "app/placement.hpp"
#include "core/attribute.hpp"
#include "core/whole_files.hpp"
#include "settings/board_file.hpp"

namespace isotherm::app {

struct BootFolder {
  std::string path;  // with the root before it
  std::optional<Problem> problem;
};

// The folder with cmdline.txt: boot/firmware or boot below `root`; and `root` itself where that is
// not "", as a boot partition may be mounted alone. `tree` is that of the root.
[[nodiscard]] BootFolder find_boot_folder(const std::string& root, const core::FileTree& tree,
                                          const core::WholeFiles& files);

// Why the machine below `root` is not this board, by its device tree's model. `root` is "" for the
// running machine, which must say one; an image need not.
[[nodiscard]] std::optional<Problem> other_machine(const settings::BoardFacts& board,
                                                   const std::string& root,
                                                   const core::FileTree& tree);

// Why the boot folder is not this board's: it has device trees, and none for this board.
[[nodiscard]] std::optional<Problem> other_boards_files(const settings::BoardFacts& board,
                                                        const std::string& boot_folder,
                                                        const core::WholeFiles& files);

}  // namespace isotherm::app
