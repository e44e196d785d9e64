// A board's facts: board/<name>/board.toml. Facts, not choices: what is true of every station on
// that board: the models it goes by, its cores, its buses, and how it boots.
//
// `cores`, `isolated` and the buses decide nothing: they tell how the board is meant to be booted,
// and `isotherm check` compares them with the machine. At start the cores and their isolation are
// those that the kernel shows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "settings/diagnostic.hpp"

namespace isotherm::settings {

enum class BusKind : std::uint8_t { I2c, Spi, OneWire };

// "i2c", "spi", "w1".
[[nodiscard]] std::string_view bus_word(BusKind kind);

struct BoardBus {
  BusKind kind = BusKind::I2c;
  std::string controller{};          // the kernel's name for it: "i2c-1", "spi0", "w1_bus_master1"
  std::vector<std::string> nodes{};  // of /dev, for programs that talk to the bus directly
  std::string setting{};  // what switches it on: "dtparam=i2c_arm=on"; "" if it always is
  std::string pins{};     // where it comes out, for people

  // Where sysfs shows it.
  [[nodiscard]] std::string sysfs_path() const;
};

enum class BootLayout : std::uint8_t {
  None,         // isotherm edits no boot file there
  RaspberryPi,  // cmdline.txt and config.txt, in /boot/firmware or /boot
};

struct BoardBoot {
  BootLayout layout = BootLayout::None;
  // A boot folder with device trees and none of these belongs to another board; empty: any.
  std::vector<std::string> device_trees;
  std::string reason;  // why there is nothing to edit, where the layout is None
};

struct BoardFacts {
  std::string name;         // the folder's name
  std::string description;  // one line for people
  // It is this board if /proc/device-tree/model starts with one of these; empty: never by itself.
  std::vector<std::string> models;
  std::optional<unsigned> cores;       // how many it has; nothing: whatever is found
  std::vector<unsigned> housekeeping;  // cores for everything but readers; empty: decided at start
  std::vector<unsigned> isolated;      // cores its boot lines isolate; empty: whatever is found
  std::string soc_sensor;  // type of the thermal zone of its processor; "" if it has none
  std::vector<BoardBus> buses;
  BoardBoot boot;

  [[nodiscard]] bool matches(std::string_view model) const;
};

struct BoardResult {
  BoardFacts board;                     // to be used only where ok()
  std::vector<Diagnostic> diagnostics;  // sorted by line

  [[nodiscard]] bool ok() const noexcept { return diagnostics.empty(); }
};

// `path` is that of the board.toml itself. A file that cannot be read gives one diagnostic.
[[nodiscard]] BoardResult load_board(const std::string& path);

// The same from a text; `name` is the file's path in messages.
[[nodiscard]] BoardResult parse_board(std::string_view text, const std::string& name);

}  // namespace isotherm::settings
