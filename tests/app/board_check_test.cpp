#include "app/board_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_file_tree.hpp"

namespace isotherm::app {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Weight = BoardDifference::Weight;

const std::vector<std::string> kParameters = {"isolcpus=managed_irq,domain,2-3", "nohz_full=2-3",
                                              "rcu_nocbs=2-3", "irqaffinity=0-1"};

settings::BoardFacts documented_rpi4() {
  settings::BoardFacts board;
  board.name = "rpi4";
  board.models = {"Raspberry Pi 4 "};
  board.cores = 4;
  board.housekeeping = {0, 1};
  board.isolated = {2, 3};
  board.soc_sensor = "cpu-thermal";
  board.buses = {{.kind = settings::BusKind::I2c,
                  .controller = "i2c-1",
                  .nodes = {"/dev/i2c-1"},
                  .setting = "dtparam=i2c_arm=on"},
                 {.kind = settings::BusKind::Spi,
                  .controller = "spi0",
                  .nodes = {"/dev/spidev0.0", "/dev/spidev0.1"},
                  .setting = "dtparam=spi=on"},
                 {.kind = settings::BusKind::OneWire,
                  .controller = "w1_bus_master1",
                  .setting = "dtoverlay=w1-gpio"}};
  board.boot.layout = settings::BootLayout::RaspberryPi;
  return board;
}

// A board that was booted as it is meant to be; each test takes something away.
class BoardCheckTest : public ::testing::Test {
 protected:
  BoardCheckTest() {
    files.set("/proc/device-tree/model", "Raspberry Pi 4 Model B Rev 1.4");
    files.set("/proc/cmdline",
              "console=tty1 root=/dev/mmcblk0p2 isolcpus=managed_irq,domain,2-3 nohz_full=2-3 "
              "rcu_nocbs=2,3 irqaffinity=0-1");
    files.set("/sys/devices/system/cpu/nohz_full", "2-3");
    files.set("/sys/bus/i2c/devices/i2c-1/name", "bcm2835");
    files.set("/sys/class/spi_master/spi0/uevent", "");
    files.set("/sys/bus/w1/devices/w1_bus_master1/uevent", "");
    files.set("/dev/i2c-1", "");
    files.set("/dev/spidev0.0", "");
    files.set("/dev/spidev0.1", "");
    files.set("/sys/class/thermal/thermal_zone0/type", "cpu-thermal");
    topology.online = topology.possible = topology.present = {0, 1, 2, 3};
    topology.isolated = topology.nohz_full = {2, 3};
  }
  [[nodiscard]] std::vector<BoardDifference> differences() const {
    return board_differences(board, kParameters, topology, files);
  }
  // The only difference there is.
  [[nodiscard]] BoardDifference only() const {
    const auto all = differences();
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? BoardDifference{} : all.front();
  }

  test::FakeFileTree files;
  os::Topology topology;
  settings::BoardFacts board = documented_rpi4();
};

TEST_F(BoardCheckTest, ABoardThatIsAsItIsMeantToBeHasNoDifference) {
  EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(BoardCheckTest, TheGenericBoardDiffersFromNoMachine) {
  settings::BoardFacts generic;
  generic.name = "generic";
  EXPECT_THAT(board_differences(generic, {}, topology, files), IsEmpty());
}

TEST_F(BoardCheckTest, AnotherModelIsAWarning) {
  files.set("/proc/device-tree/model", "Raspberry Pi 5 Model B Rev 1.0");
  EXPECT_EQ(only().weight, Weight::Warning);
  EXPECT_THAT(only().what, HasSubstr("\"Raspberry Pi 5 Model B Rev 1.0\""));
  files.remove("/proc/device-tree/model");
  EXPECT_THAT(only().what, HasSubstr("no device tree"));
}

TEST_F(BoardCheckTest, MissingAndOfflineCoresAreSaid) {
  topology.online = {0, 1, 3};
  EXPECT_THAT(only().what, HasSubstr("core 2 is offline"));
  EXPECT_THAT(only().mend, HasSubstr("cpu2/online"));
  topology.online = topology.possible = topology.present = {0, 1};
  EXPECT_THAT(only().what, HasSubstr("there are 2 cores, and the board has 4"));
}

TEST_F(BoardCheckTest, ABoardThatWasBootedWithoutItsParametersIsToldHowToMendThat) {
  files.set("/proc/cmdline", "console=tty1 root=/dev/mmcblk0p2");
  files.set("/sys/devices/system/cpu/nohz_full", "");
  topology.isolated = topology.nohz_full = {};
  const auto all = differences();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_THAT(all[0].what, HasSubstr("cores 2-3 are not isolated"));
  EXPECT_THAT(all[1].what, HasSubstr("the timer tick stays on cores 2-3"));
  EXPECT_THAT(all[2].what, HasSubstr("without rcu_nocbs=2-3 irqaffinity=0-1"));
  for (const BoardDifference& one : all) {
    EXPECT_EQ(one.weight, Weight::Warning);
    EXPECT_EQ(one.mend, "`sudo isotherm board apply`, and reboot");
  }
}

TEST_F(BoardCheckTest, WhereNoBootFileIsEditedTheParametersAreSpeltOut) {
  board.boot.layout = settings::BootLayout::None;
  files.set("/proc/cmdline", "root=/dev/sda1 nohz_full=2-3 rcu_nocbs=2-3 irqaffinity=0-1");
  topology.isolated = {3};
  EXPECT_THAT(only().what, HasSubstr("core 2 is not isolated"));
  EXPECT_EQ(only().mend,
            "add `isolcpus=managed_irq,domain,2-3` to the kernel command line and reboot");
}

TEST_F(BoardCheckTest, IsolationThatTheKernelWasAskedForAndDoesNotGiveIsAnotherMatter) {
  topology.isolated = {};
  EXPECT_THAT(only().what, HasSubstr("booted with isolcpus=managed_irq,domain,2-3 and does not"));
  EXPECT_THAT(only().mend, HasSubstr("dmesg"));
}

TEST_F(BoardCheckTest, MoreIsolatedCoresThanTheBoardAsksForAreANote) {
  topology.isolated = {1, 2, 3};
  EXPECT_EQ(only().weight, Weight::Note);
  EXPECT_THAT(only().what, HasSubstr("core 1 is isolated too"));
}

TEST_F(BoardCheckTest, AKernelThatDoesNotKnowNohzFullIsANote) {
  files.remove("/sys/devices/system/cpu/nohz_full");
  topology.nohz_full = {};
  EXPECT_EQ(only().weight, Weight::Note);
  EXPECT_THAT(only().what, HasSubstr("CONFIG_NO_HZ_FULL"));
}

TEST_F(BoardCheckTest, NohzFullThatTheKernelDoesNotHonourIsAWarning) {
  topology.nohz_full = {3};
  EXPECT_EQ(only().weight, Weight::Warning);
  EXPECT_THAT(only().what, HasSubstr("keeps the timer tick on core 2"));
}

TEST_F(BoardCheckTest, AnotherValueOfAParameterIsSaid) {
  files.set("/proc/cmdline", "isolcpus=2,3 nohz_full=2-3 rcu_nocbs=2,3 irqaffinity=0");
  EXPECT_THAT(only().what, HasSubstr("booted with irqaffinity=0,"));
}

TEST_F(BoardCheckTest, ABusThatIsOffIsANoteWithItsSetting) {
  files.remove("/sys/bus/w1/devices/w1_bus_master1");
  EXPECT_EQ(only().weight, Weight::Note);
  EXPECT_THAT(only().what, HasSubstr("w1 bus w1_bus_master1 is not switched on"));
  EXPECT_EQ(only().mend, "dtoverlay=w1-gpio: `sudo isotherm board apply`, and reboot");
}

TEST_F(BoardCheckTest, ABusWithoutItsDeviceNodesIsANote) {
  files.remove("/dev/i2c-1");
  files.remove("/dev/spidev0.1");
  const auto all = differences();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_THAT(all[0].what, HasSubstr("i2c bus i2c-1 is on, and has no /dev/i2c-1"));
  EXPECT_THAT(all[0].mend, HasSubstr("modprobe i2c-dev"));
  EXPECT_THAT(all[1].what, HasSubstr("has no /dev/spidev0.1"));
}

TEST_F(BoardCheckTest, AMissingProcessorSensorIsANote) {
  files.set("/sys/class/thermal/thermal_zone0/type", "gpu-thermal");
  EXPECT_THAT(only().what, HasSubstr("thermal zone cpu-thermal, is not there"));
}

TEST_F(BoardCheckTest, WarningsComeFirst) {
  files.remove("/sys/class/spi_master/spi0");
  topology.isolated = {1, 2};
  const auto all = differences();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].weight, Weight::Warning);
  EXPECT_EQ(all[1].weight, Weight::Note);
  EXPECT_EQ(weight_word(all[0].weight), "warning");
  EXPECT_EQ(weight_word(all[2].weight), "note");
}

}  // namespace
}  // namespace isotherm::app
