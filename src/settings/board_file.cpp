#include "settings/board_file.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/cpu_set.hpp"
#include "settings/document.hpp"
#include "settings/keys.hpp"
#include "settings/section.hpp"
#include "settings/suggestion.hpp"

namespace isotherm::settings {

namespace {

constexpr Limits<std::int64_t> kCores{1, core::kCoreLimit};
constexpr std::size_t kBusLimit = 64;

constexpr auto kBusKinds = std::to_array<Choice<BusKind>>(
    {{"i2c", BusKind::I2c}, {"spi", BusKind::Spi}, {"w1", BusKind::OneWire}});
constexpr auto kLayouts = std::to_array<Choice<BootLayout>>(
    {{"none", BootLayout::None}, {"raspberry-pi", BootLayout::RaspberryPi}});

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

void read_cores(const Section& section, BoardFacts& board) {
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

void read_bus(const Node& table, Findings& findings, BoardBus& bus) {
  const Section section(table, kBusTable, findings);
  if (section.require("kind", "write kind = \"i2c\", \"spi\" or \"w1\"")) {
    section.choice<BusKind>("kind", kBusKinds, bus.kind);
  }
  if (section.require("controller", "write the kernel's name for it, controller = \"i2c-1\"")) {
    section.name("controller", kNameLimit, bus.controller);
  }
  if (section.texts("nodes", bus.nodes)) {
    for (const std::string& node : bus.nodes) {
      if (!node.starts_with("/dev/")) {
        section.mistake("nodes", in_quotes(node) + " is no device node",
                        "write its whole path, such as /dev/i2c-1");
      }
    }
  }
  section.text("setting", bus.setting);
  section.text("pins", bus.pins);
}

void read_buses(const Section& root, Findings& findings, BoardFacts& board) {
  const Node* const buses = root.find("bus");
  const std::string mend = "write [[bus]], with double brackets, and its keys under it";
  if (buses == nullptr) {
    return;
  }
  if (buses->kind != Node::Kind::Array || buses->children.size() > kBusLimit) {
    root.mistake("bus", "must be an array of at most " + std::to_string(kBusLimit) + " tables",
                 mend);
    return;
  }
  for (const Node& child : buses->children) {
    if (child.kind != Node::Kind::Table) {
      findings.mistake(child.line, "bus must be an array of tables", mend);
      continue;
    }
    BoardBus bus;
    read_bus(child, findings, bus);
    const auto twin =
        std::find_if(board.buses.begin(), board.buses.end(), [&bus](const BoardBus& other) {
          return other.kind == bus.kind && other.controller == bus.controller;
        });
    if (twin != board.buses.end() && !bus.controller.empty()) {
      findings.mistake(child.line, "the bus " + in_quotes(bus.controller) + " is there twice",
                       "describe each bus once");
    }
    board.buses.push_back(std::move(bus));
  }
}

void read_boot(const Section& root, Findings& findings, BoardFacts& board) {
  const Node* const table = root.find("boot");
  if (table == nullptr) {
    return;
  }
  if (table->kind != Node::Kind::Table) {
    root.mistake("boot", "must be one table, [boot]", "write [boot] and its keys under it");
    return;
  }
  const Section section(*table, kBootTable, findings);
  BoardBoot& boot = board.boot;
  const bool known = section.require("layout", "write layout = \"raspberry-pi\" or \"none\"") &&
                     section.choice<BootLayout>("layout", kLayouts, boot.layout);
  section.texts("device_trees", boot.device_trees);
  section.text("reason", boot.reason);
  if (known && boot.layout == BootLayout::None) {
    section.require("reason", "say why no boot file is edited, for whoever asks for it");
  } else if (known && section.has("reason")) {
    section.mistake("reason", "has no meaning where there are boot files to edit",
                    "leave it out, or write layout = \"none\"");
  }
}

void read_board(const Node& table, Findings& findings, BoardFacts& board) {
  const Section section(table, kBoardTable, findings);
  if (section.require("name", "write the name of the board's folder, name = \"generic\"")) {
    section.name("name", kNameLimit, board.name);
  }
  section.text("description", board.description);
  section.texts("models", board.models);
  read_cores(section, board);
  section.text("soc_sensor", board.soc_sensor);
  read_buses(section, findings, board);
  read_boot(section, findings, board);
}

}  // namespace

std::string_view bus_word(BusKind kind) {
  return std::find_if(kBusKinds.begin(), kBusKinds.end(),
                      [kind](const Choice<BusKind>& choice) { return choice.value == kind; })
      ->word;
}

std::string BoardBus::sysfs_path() const {
  switch (kind) {
    case BusKind::I2c:
      return "/sys/bus/i2c/devices/" + controller;
    case BusKind::Spi:
      return "/sys/class/spi_master/" + controller;
    case BusKind::OneWire:
      break;
  }
  return "/sys/bus/w1/devices/" + controller;
}

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
