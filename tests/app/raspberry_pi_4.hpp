// A Raspberry Pi 4 as its boot files' tests know it.
#pragma once

#include <string>

#include "settings/board_file.hpp"

namespace isotherm::test {

inline constexpr const char* kLine = "console=tty1 root=PARTUUID=1-2 rootwait quiet\n";
inline const std::string kLinePath = "/boot/firmware/cmdline.txt";

inline settings::BoardFacts rpi4() {
  settings::BoardFacts board;
  board.name = "rpi4";
  board.models = {"Raspberry Pi 4 "};
  board.boot.layout = settings::BootLayout::RaspberryPi;
  board.boot.device_trees = {"bcm2711-"};
  return board;
}

}  // namespace isotherm::test
