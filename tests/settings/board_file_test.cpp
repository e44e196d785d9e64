// Reading a board's facts.
#include "settings/board_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using isotherm::settings::load_board;
using isotherm::settings::parse_board;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> board_mistakes(const std::string& text) {
  std::vector<std::string> all;
  for (const auto& diagnostic : parse_board(text, "b").diagnostics) {
    all.push_back(diagnostic.text());
  }
  return all;
}

TEST(BoardFileTest, EveryKeyIsTaken) {
  const auto result = parse_board(R"(name = "raspberry-pi-4"
description = "Raspberry Pi 4 Model B"
models = ["Raspberry Pi 4 ", "Raspberry Pi Compute Module 4"]
cores = 4
housekeeping = [0, 1]
isolated = [2, 3]
soc_sensor = "cpu-thermal"

[[bus]]
kind = "i2c"
controller = "i2c-1"
nodes = ["/dev/i2c-1"]
setting = "dtparam=i2c_arm=on"
pins = "3, 5"

[[bus]]
kind = "w1"
controller = "w1_bus_master1"

[boot]
layout = "raspberry-pi"
device_trees = ["bcm2711-"]
)",
                                  "b");
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.board.soc_sensor, "cpu-thermal");
  ASSERT_EQ(result.board.buses.size(), 2U);
  EXPECT_EQ(result.board.buses[0].kind, isotherm::settings::BusKind::I2c);
  EXPECT_EQ(result.board.buses[0].controller, "i2c-1");
  EXPECT_THAT(result.board.buses[0].nodes, ElementsAre("/dev/i2c-1"));
  EXPECT_EQ(result.board.buses[0].setting, "dtparam=i2c_arm=on");
  EXPECT_EQ(result.board.buses[0].pins, "3, 5");
  EXPECT_EQ(result.board.buses[1].kind, isotherm::settings::BusKind::OneWire);
  EXPECT_EQ(result.board.boot.layout, isotherm::settings::BootLayout::RaspberryPi);
  EXPECT_THAT(result.board.boot.device_trees, ElementsAre("bcm2711-"));
  EXPECT_EQ(result.board.boot.reason, "");
  EXPECT_EQ(result.board.name, "raspberry-pi-4");
  EXPECT_EQ(result.board.description, "Raspberry Pi 4 Model B");
  EXPECT_THAT(result.board.models, ElementsAre("Raspberry Pi 4 ", "Raspberry Pi Compute Module 4"));
  EXPECT_EQ(result.board.cores, 4U);
  EXPECT_THAT(result.board.housekeeping, ElementsAre(0U, 1U));
  EXPECT_THAT(result.board.isolated, ElementsAre(2U, 3U));
}

TEST(BoardFileTest, OnlyTheNameIsRequired) {
  const auto result = parse_board("name = \"x\"\n", "b");
  EXPECT_TRUE(result.ok());
  EXPECT_FALSE(result.board.cores.has_value());
  EXPECT_THAT(result.board.models, IsEmpty());
  EXPECT_THAT(board_mistakes(""), ElementsAre(HasSubstr("b:1: name is missing")));
}

TEST(BoardFileTest, AModelMatchesByItsBeginning) {
  const auto board = parse_board("name = \"x\"\nmodels = [\"Raspberry Pi 4 \"]\n", "b").board;
  EXPECT_TRUE(board.matches("Raspberry Pi 4 Model B Rev 1.4"));
  EXPECT_FALSE(board.matches("Raspberry Pi 400 Rev 1.0"));
  EXPECT_FALSE(board.matches(""));
}

TEST(BoardFileTest, EveryMistakeIsReportedAtOnce) {
  EXPECT_THAT(board_mistakes(R"(name = "a/b"
modells = ["x"]
models = ["x", 3]
cores = 4
housekeeping = [0, 2]
isolated = [2, 4]
)"),
              ElementsAre(HasSubstr("b:1: name \"a/b\" holds a character"),
                          HasSubstr("b:2: unknown key \"modells\" in a board file; did you mean "
                                    "\"models\"?"),
                          HasSubstr("b:3: models must hold texts only"),
                          "b:6: isolated names core 4, and there are 4; cores are numbered from 0 "
                          "to 3",
                          "b:6: isolated and housekeeping both name core 2; a core is one or the "
                          "other"));
  EXPECT_THAT(board_mistakes("name = \"x\"\ncores = 0\n"), ElementsAre(HasSubstr("b:2: cores 0")));
  EXPECT_THAT(board_mistakes("name = \"x\"\nmodels = \"y\"\n"),
              ElementsAre(HasSubstr("b:2: models must be an array, not a text")));
  EXPECT_THAT(board_mistakes("name = \"x\"\nmodels = [\"\"]\n"),
              ElementsAre(HasSubstr("b:2: models must hold texts only")))
      << "an empty prefix would match every machine";
}

TEST(BoardFileTest, MistakesInABusAreReported) {
  EXPECT_THAT(board_mistakes(R"(name = "x"
[[bus]]
kind = "i3c"
controler = "i2c-1"
nodes = ["i2c-1"]
[[bus]]
kind = "spi"
controller = "spi0"
[[bus]]
kind = "spi"
controller = "spi0"
)"),
              ElementsAre("b:2: controller is missing; write the kernel's name for it, controller "
                          "= \"i2c-1\"",
                          HasSubstr("b:3: kind \"i3c\" is not known; did you mean \"i2c\"?"),
                          HasSubstr("b:4: unknown key \"controler\" in [[bus]]; did you mean "
                                    "\"controller\"?"),
                          "b:5: nodes \"i2c-1\" is no device node; write its whole path, such as "
                          "/dev/i2c-1",
                          HasSubstr("b:9: the bus \"spi0\" is there twice")));
  EXPECT_THAT(board_mistakes("name = \"x\"\n[bus]\nkind = \"i2c\"\n"),
              ElementsAre(HasSubstr("bus must be an array of at most 64 tables")));
  EXPECT_THAT(board_mistakes("name = \"x\"\nbus = [1]\n"),
              ElementsAre(HasSubstr("b:2: bus must be an array of tables")));
  EXPECT_THAT(board_mistakes("name = \"x\"\n[[bus]]\ncontroller = \"a\"\n"),
              ElementsAre(HasSubstr("b:2: kind is missing")));
}

TEST(BoardFileTest, MistakesInTheBootTableAreReported) {
  EXPECT_THAT(board_mistakes("name = \"x\"\n[boot]\nlayout = \"grub\"\n"),
              ElementsAre(HasSubstr("b:3: layout \"grub\" is not known")));
  EXPECT_THAT(board_mistakes("name = \"x\"\n[boot]\n"),
              ElementsAre(HasSubstr("b:2: layout is missing")));
  EXPECT_THAT(board_mistakes("name = \"x\"\n[boot]\nlayout = \"none\"\n"),
              ElementsAre(HasSubstr("b:2: reason is missing")))
      << "who asks for boot lines is to be told why there are none";
  EXPECT_THAT(board_mistakes("name = \"x\"\n[boot]\nlayout = \"raspberry-pi\"\nreason = \"y\"\n"),
              ElementsAre(HasSubstr("b:4: reason has no meaning")));
  EXPECT_THAT(board_mistakes("name = \"x\"\nboot = 3\n"),
              ElementsAre(HasSubstr("b:2: boot must be one table, [boot]")));
  EXPECT_THAT(board_mistakes("name = \"x\"\nlayout = \"none\"\n"),
              ElementsAre(HasSubstr("it belongs to [boot]")));
}

TEST(BoardFileTest, ABusIsFoundInSysfsByItsKind) {
  using isotherm::settings::BoardBus;
  using isotherm::settings::BusKind;
  EXPECT_EQ((BoardBus{.kind = BusKind::I2c, .controller = "i2c-1"}).sysfs_path(),
            "/sys/bus/i2c/devices/i2c-1");
  EXPECT_EQ((BoardBus{.kind = BusKind::Spi, .controller = "spi0"}).sysfs_path(),
            "/sys/class/spi_master/spi0");
  EXPECT_EQ((BoardBus{.kind = BusKind::OneWire, .controller = "w1_bus_master1"}).sysfs_path(),
            "/sys/bus/w1/devices/w1_bus_master1");
  EXPECT_EQ(isotherm::settings::bus_word(BusKind::OneWire), "w1");
}

TEST(BoardFileTest, AMissingFileIsOneDiagnostic) {
  const auto result = load_board("/nonexistent/board.toml");
  EXPECT_FALSE(result.ok());
  ASSERT_EQ(result.diagnostics.size(), 1U);
  EXPECT_THAT(result.diagnostics[0].text(), HasSubstr("cannot be read: No such file"));
}

}  // namespace
