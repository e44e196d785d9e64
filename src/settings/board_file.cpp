#include "settings/board_file.hpp"

#include <algorithm>
#include <utility>

#include "core/cpu_set.hpp"
#include "settings/document.hpp"
#include "settings/keys.hpp"
#include "settings/section.hpp"

namespace isotherm::settings {

namespace {

constexpr Limits<std::int64_t> kCores{1, core::kCoreLimit};

void check_core_numbers(const Section& section, std::string_view key,
                        const std::vector<unsigned>& named, unsigned cores) {
  for (const unsigned core : named) {
    if (core >= cores) {
      section.mistake(
          key, "names core " + std::to_string(core) + ", and there are " + std::to_string(cores),
          "cores are numbered from 0 to " + std::to_string(cores - 1));
    }
  }
}

void read_board(const Node& table, Findings& findings, BoardFacts& board) {
  const Section section(table, kBoardTable, findings);
  if (section.require("name", "write the name of the board's folder, name = \"generic\"")) {
    section.name("name", kNameLimit, board.name);
  }
  section.text("description", board.description);
  section.texts("models", board.models);
  unsigned cores = 0;
  if (section.integer("cores", kCores, cores)) {
    board.cores = cores;
  }
  section.cores("housekeeping", true, board.housekeeping);
  section.cores("isolated", true, board.isolated);
  if (board.cores) {
    check_core_numbers(section, "housekeeping", board.housekeeping, cores);
    check_core_numbers(section, "isolated", board.isolated, cores);
  }
  for (const unsigned core : board.isolated) {
    if (std::find(board.housekeeping.begin(), board.housekeeping.end(), core) !=
        board.housekeeping.end()) {
      section.mistake("isolated", "and housekeeping both name core " + std::to_string(core),
                      "a core is one or the other");
    }
  }
}

}  // namespace

bool BoardFacts::matches(std::string_view model) const {
  return std::any_of(models.begin(), models.end(),
                     [&](const std::string& prefix) { return model.starts_with(prefix); });
}

BoardResult parse_board(std::string_view text, const std::string& name) {
  Findings findings(name);
  BoardFacts board;
  if (const auto document = parse_document(text, findings)) {
    read_board(*document, findings, board);
  }
  return {std::move(board), findings.take_mistakes()};
}

BoardResult load_board(const std::string& path) {
  Findings findings(path);
  if (const auto text = read_text(path, findings)) {
    return parse_board(*text, path);
  }
  return {{}, findings.take_mistakes()};
}

}  // namespace isotherm::settings
