#include "app/boot_folder.hpp"

#include <algorithm>

#include "app/board_lookup.hpp"

namespace isotherm::app {
namespace {

std::string machine_words(const std::string& model) {
  return model.empty() ? "no device tree says its model" : "its model is \"" + model + "\"";
}

}  // namespace

BootFolder find_boot_folder(const std::string& root, const core::FileTree& tree,
                            const core::WholeFiles& files) {
  const auto has_line = [&files](const std::string& folder) {
    return files.read(folder + "/cmdline.txt").state != core::WholeFile::State::Absent;
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
  const std::string model = machine_model(tree);
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

}  // namespace isotherm::app
