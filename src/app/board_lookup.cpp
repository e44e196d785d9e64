#include "app/board_lookup.hpp"

#include <filesystem>
#include <map>
#include <utility>

namespace isotherm::app {
namespace {

constexpr const char* kFallback = "generic";

std::string file_of(const std::string& folder) { return folder + "/board.toml"; }

BoardChoice load(const std::string& file) {
  settings::BoardResult result = settings::load_board(file);
  return {.board = std::move(result.board),
          .where = file,
          .diagnostics = std::move(result.diagnostics)};
}

std::optional<std::string> find_file(const std::string& name,
                                     const std::vector<std::string>& folders,
                                     const core::FileTree& files) {
  for (const std::string& folder : folders) {
    const std::string file = file_of(folder + "/" + name);
    if (files.real_path(file)) {
      return file;
    }
  }
  return std::nullopt;
}

std::string names_in(const std::vector<std::string>& folders, const core::FileTree& files) {
  std::string names;
  for (const std::string& folder : folders) {
    for (const std::string& name : files.list(folder)) {
      if (files.real_path(file_of(folder + "/" + name))) {
        names += (names.empty() ? "" : ", ") + name;
      }
    }
  }
  return names.empty() ? "none are installed" : names;
}

}  // namespace

std::string machine_model(const core::FileTree& files) {
  return files.text("/proc/device-tree/model").value_or("");
}

std::vector<std::string> board_folders(const std::string& executable) {
  const std::filesystem::path program = std::filesystem::path{executable}.parent_path();
  return {(program / ".." / ".." / "board").lexically_normal().string(),
          (program / ".." / "share" / "isotherm" / "board").lexically_normal().string()};
}

BoardChoice choose_board(const std::string& wanted, const std::vector<std::string>& folders,
                         const core::FileTree& files) {
  if (wanted == "auto") {
    return board_of_model(machine_model(files), folders, files);
  }
  if (wanted.find('/') != std::string::npos) {
    return load(file_of(wanted));
  }
  if (const auto file = find_file(wanted, folders, files)) {
    return load(*file);
  }
  BoardChoice unknown;
  unknown.diagnostics.push_back({.file = "",
                                 .line = 0,
                                 .message = "there is no board \"" + wanted + "\"",
                                 .mend = "known boards: " + names_in(folders, files)});
  return unknown;
}

std::vector<BoardChoice> all_boards(const std::vector<std::string>& folders,
                                    const core::FileTree& files) {
  std::map<std::string, std::string> found;
  for (const std::string& folder : folders) {
    for (const std::string& name : files.list(folder)) {
      if (files.real_path(file_of(folder + "/" + name))) {
        found.emplace(name, file_of(folder + "/" + name));
      }
    }
  }
  std::vector<BoardChoice> boards;
  boards.reserve(found.size());
  for (const auto& [name, file] : found) {
    boards.push_back(load(file));
  }
  return boards;
}

BoardChoice board_of_model(const std::string& model, const std::vector<std::string>& folders,
                           const core::FileTree& files) {
  if (!model.empty()) {
    for (BoardChoice& choice : all_boards(folders, files)) {
      if (choice.diagnostics.empty() && choice.board.matches(model)) {
        return std::move(choice);
      }
    }
  }
  if (const auto file = find_file(kFallback, folders, files)) {
    return load(*file);
  }
  BoardChoice nothing_known;
  nothing_known.board.name = kFallback;
  return nothing_known;
}

}  // namespace isotherm::app
