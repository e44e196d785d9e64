#include "diagnose/interrupts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_file_tree.hpp"

namespace isotherm::diagnose {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

// Of a PC, with a core that is offline.
constexpr const char* kPc = R"(           CPU0       CPU2
  0:          9          0   IO-APIC    2-edge      timer
120:          4         16  IR-PCI-MSIX-0000:01:00.0    1-edge      nvme0q1, other
LOC:       9000       8000   Local timer interrupts
ERR:          0
MIS:          0
)";

const InterruptLine& line_of(const std::vector<InterruptLine>& lines, const std::string& label) {
  for (const InterruptLine& line : lines) {
    if (line.label == label) {
      return line;
    }
  }
  ADD_FAILURE() << "no line " << label;
  static const InterruptLine kNone;
  return kNone;
}

TEST(InterruptsTest, LinesOfAPcHaveNamesAndCountsByCoreAndTotalsAreLeftOut) {
  const auto lines = parse_interrupts(kPc);
  ASSERT_THAT(lines, SizeIs(3));
  EXPECT_EQ(line_of(lines, "0").name, "timer");
  const InterruptLine& disk = line_of(lines, "120");
  EXPECT_EQ(disk.name, "nvme0q1, other");
  EXPECT_TRUE(disk.of_a_device());
  EXPECT_FALSE(disk.own_of_each_core);
  EXPECT_EQ(disk.counts.at(2), 16U);
  EXPECT_EQ(disk.counts.count(1), 0U);
  EXPECT_EQ(line_of(lines, "LOC").name, "Local timer interrupts");
  EXPECT_FALSE(line_of(lines, "LOC").of_a_device());
}

TEST(InterruptsTest, OnArmTimersAndCountersAreEachCoresOwn) {
  const auto lines = parse_interrupts(R"(           CPU0       CPU1
 11:     320323     316857     GICv2  30 Level     arch_timer
 25:      19817          0     GICv2 158 Level     mmc1, mmc0
 30:      34078          0  BRCM STB PCIe MSI 524288 Edge      xhci_hcd
 32:          0          0     GICv2  48 Level     arm-pmu
 87:       1234       5678  bcm2836-timer   1 Edge      arch_timer
 56:        400          0  ARMCTRL-level  57 Edge      3f804000.i2c
IPI0:     51803      73497      Rescheduling interrupts
)");
  ASSERT_THAT(lines, SizeIs(7));
  for (const char* const own : {"11", "32", "87", "IPI0"}) {
    EXPECT_TRUE(line_of(lines, own).own_of_each_core) << own;
  }
  for (const auto& [label, name] : {std::pair{"25", "mmc1, mmc0"}, std::pair{"30", "xhci_hcd"},
                                    std::pair{"56", "3f804000.i2c"}}) {
    EXPECT_FALSE(line_of(lines, label).own_of_each_core) << label;
    EXPECT_EQ(line_of(lines, label).name, name);
  }
}

TEST(InterruptsTest, WhatFiredIsTheDifferenceTheMostFrequentFirst) {
  const auto before = parse_interrupts(kPc);
  auto after = before;
  after[0].counts[0] += 1;
  after[1].counts[2] += 30;
  after[2].counts[2] += 250;
  const auto fired = fired_on(before, after, 2);
  ASSERT_THAT(fired, SizeIs(2));
  EXPECT_EQ(fired[0].label, "LOC");
  EXPECT_EQ(fired[0].count, 250U);
  EXPECT_EQ(fired[1].name, "nvme0q1, other");
  EXPECT_EQ(fired[1].count, 30U);
  EXPECT_THAT(fired_on(before, before, 2), IsEmpty());
  EXPECT_THAT(fired_on(before, after, 1), IsEmpty());
}

TEST(InterruptsTest, AnInterruptThatIsNewOrOfACoreThatCameOnlineIsNotCounted) {
  auto before = parse_interrupts(kPc);
  const auto after = before;
  before.erase(before.begin());
  EXPECT_THAT(fired_on(before, after, 0), IsEmpty());
}

TEST(InterruptsTest, ItsRouteIsTheEffectiveOneWhereTheKernelSaysIt) {
  test::FakeFileTree files;
  files.set("/proc/irq/0/smp_affinity_list", "0-2");
  files.set("/proc/irq/120/smp_affinity_list", "0-2");
  files.set("/proc/irq/120/effective_affinity_list", "2");
  const auto routes = read_routes(files, parse_interrupts(kPc));
  ASSERT_THAT(routes, SizeIs(2));
  EXPECT_EQ(routes[0].effective.text(), "0-2");
  EXPECT_EQ(routes[1].effective.text(), "2");
  EXPECT_EQ(routes[1].allowed.text(), "0-2");
}

TEST(InterruptsTest, AFileThatIsNoneGivesNothing) {
  EXPECT_THAT(parse_interrupts(""), IsEmpty());
  EXPECT_THAT(parse_interrupts("no such file\n1: 2\n"), IsEmpty());
  EXPECT_THAT(parse_interrupts("  CPU0 CPU1\n 5: 1\n 6: 1 x  GICv2 40 Level a\n"), IsEmpty());
}

}  // namespace
}  // namespace isotherm::diagnose
