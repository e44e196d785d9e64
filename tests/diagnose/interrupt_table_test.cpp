#include "diagnose/interrupt_table.hpp"

#include <gtest/gtest.h>

namespace isotherm::diagnose {
namespace {

// Rows of /proc/interrupts of a Raspberry Pi 4 and of a PC.
constexpr auto kText =
    "           CPU0       CPU1       CPU2       CPU3       \n"
    " 11:       1003        204       3005        406     GICv2  30 Level     arch_timer\n"
    " 38:         17          0          0          0  IO-APIC   4-edge      ttyS0\n"
    " 40:          5          6          7          8     GICv2 158 Level     mmc1, mmc0\n"
    "IPI0:        11         12         13         14       Rescheduling interrupts\n"
    "LOC:   14296754         21    9985846          3   Local timer interrupts\n"
    "ERR:          9\n";

TEST(InterruptTableTest, CountsTheWatchedCoresAndNamesTheRows) {
  InterruptTable table({3, 1});
  const InterruptCounts counts = table.read(kText);
  ASSERT_EQ(table.rows(), 6U);
  EXPECT_EQ(table.count(counts, 0, 0), 406U);
  EXPECT_EQ(table.count(counts, 0, 1), 204U);
  EXPECT_EQ(table.name(0), "11: arch_timer");
  EXPECT_EQ(table.name(1), "38: ttyS0");
  EXPECT_EQ(table.name(2), "40: mmc1, mmc0");
  EXPECT_EQ(table.name(3), "IPI0: Rescheduling interrupts");
  EXPECT_EQ(table.count(counts, 4, 0), 3U);
  EXPECT_EQ(table.name(4), "LOC: Local timer interrupts");
}

TEST(InterruptTableTest, ARowOfTheWholeMachineCountsForTheFirstCoreOnly) {
  InterruptTable table({0, 2});
  const InterruptCounts counts = table.read(kText);
  EXPECT_EQ(table.count(counts, 5, 0), 9U);
  EXPECT_EQ(table.count(counts, 5, 1), 0U);
}

TEST(InterruptTableTest, TheColumnsAreThoseOfTheHeaderWhereCoresAreOffline) {
  InterruptTable table({2});
  const InterruptCounts counts = table.read("     CPU0   CPU2\nLOC:   5   6  Local timer\n");
  EXPECT_EQ(table.count(counts, 0, 0), 6U);
}

TEST(InterruptTableTest, SoftirqsHaveNoWordsBehindTheirCounts) {
  InterruptTable table({1});
  const InterruptCounts counts =
      table.read("                    CPU0       CPU1       \n  NET_RX:      43095      63698\n");
  EXPECT_EQ(table.name(0), "NET_RX");
  EXPECT_EQ(table.count(counts, 0, 0), 63698U);
}

TEST(InterruptTableTest, ARowThatComesLaterGetsAPlaceAtTheEndAndWasZeroBefore) {
  InterruptTable table({0});
  const InterruptCounts before = table.read(" CPU0\n1: 10 chip  first\n3: 30 chip  third\n");
  const InterruptCounts after =
      table.read(" CPU0\n1: 11 chip  first\n2: 20 chip  second\n3: 33 chip  third\n");
  ASSERT_EQ(table.rows(), 3U);
  EXPECT_EQ(table.name(2), "2: second");
  EXPECT_EQ(table.count(before, 2, 0), 0U);
  EXPECT_EQ(table.count(after, 2, 0), 20U);
  EXPECT_EQ(table.count(after, 1, 0), 33U);
}

TEST(InterruptTableTest, ARowThatHasGoneIsZeroAndTheOthersKeepTheirPlace) {
  InterruptTable table({0});
  static_cast<void>(table.read(" CPU0\n1: 10\n2: 20\n3: 30\n"));
  const InterruptCounts after = table.read(" CPU0\n1: 11\n3: 33\n");
  EXPECT_EQ(table.count(after, 1, 0), 0U);
  EXPECT_EQ(table.count(after, 2, 0), 33U);
}

TEST(InterruptTableTest, AFileThatCannotBeReadCountsNothing) {
  InterruptTable table({0});
  EXPECT_TRUE(table.read("").empty());
  EXPECT_EQ(table.rows(), 0U);
  EXPECT_TRUE(table.read("nonsense\nmore nonsense\n").empty());
}

}  // namespace
}  // namespace isotherm::diagnose
