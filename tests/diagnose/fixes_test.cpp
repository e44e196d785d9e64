#include "diagnose/fixes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "diagnose/recorded_machine.hpp"

namespace isotherm::diagnose {
namespace {

using core::CpuSet;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kGovernor = "/sys/devices/system/cpu/cpu2/cpufreq/scaling_governor";
constexpr const char* kMigration = "/proc/sys/kernel/timer_migration";

class FakeTools final : public FixTools {
 public:
  std::optional<std::string> read(const std::string& path) override { return texts[path]; }
  std::string write(const std::string& path, const std::string& text) override {
    if (refused[path]) {
      return "Input/output error (error 5)";
    }
    texts[path] = text;
    order.push_back(path + "=" + text);
    return "";
  }
  std::string hold_latency() override {
    held = latency_refusal.empty();
    return latency_refusal;
  }
  void release_latency() override {
    held = false;
    order.emplace_back("released");
  }

  std::map<std::string, std::string> texts;
  std::map<std::string, bool> refused;
  std::vector<std::string> order;
  std::string latency_refusal;
  bool held = false;
};

struct FixesTest : testing::Test {
  Say say = [this](const std::string& line) { said.push_back(line); };
  std::vector<Fix> two{{"governor of core 2", kGovernor, "ondemand", "performance"},
                       {"timer migration", kMigration, "1", "0"}};
  std::vector<std::string> said;
  FakeTools tools;
};

TEST_F(FixesTest, AStockPi4GetsItsGovernorsItsInterruptsAndItsTimersFixed) {
  const test::RecordedMachine machine("stock-pi4");
  std::vector<std::string> what;
  for (const Fix& fix : wanted_fixes(machine.files, CpuSet{2}, CpuSet{0, 1})) {
    what.push_back(fix.what + ": " + fix.before + " -> " + fix.wanted);
  }
  EXPECT_THAT(
      what,
      ElementsAre("governor of core 2: ondemand -> performance",
                  "interrupt 14 fe00b880.mailbox: 0-3 -> 0-1,3",
                  "interrupt 15 DMA IRQ: 0-3 -> 0-1,3", "interrupt 25 mmc1, mmc0: 0-3 -> 0-1,3",
                  "interrupt 28 eth0: 0-3 -> 0-1,3", "interrupt 29 eth0: 0-3 -> 0-1,3",
                  "interrupt 30 xhci_hcd: 0-3 -> 0-1,3", "timer migration: 1 -> 0"));
}

TEST_F(FixesTest, AnInterruptOfReadersCoresOnlyGoesElsewhereAndStaysWhereThereIsNoElsewhere) {
  test::RecordedMachine machine("container");
  const auto governors_and_timers_aside = [&](const CpuSet& elsewhere) {
    std::vector<std::string> paths;
    for (const Fix& fix : wanted_fixes(machine.files, CpuSet{2}, elsewhere)) {
      if (fix.path.starts_with("/proc/irq/126/")) {
        paths.push_back(fix.before + " -> " + fix.wanted);
      }
    }
    return paths;
  };
  EXPECT_THAT(governors_and_timers_aside({0, 1}), ElementsAre("2 -> 0-1"));
  EXPECT_THAT(governors_and_timers_aside({}), IsEmpty());
}

TEST_F(FixesTest, ATunedPi5NeedsNone) {
  const test::RecordedMachine machine("tuned-pi5");
  EXPECT_THAT(wanted_fixes(machine.files, CpuSet{2, 3}, CpuSet{0, 1}), IsEmpty());
}

TEST_F(FixesTest, AreUndoneInReverse) {
  Fixes fixes(tools, say);
  fixes.make(two);
  EXPECT_TRUE(tools.held);
  tools.order.clear();
  EXPECT_TRUE(fixes.take_back());
  EXPECT_THAT(tools.order, ElementsAre("released", std::string{kMigration} + "=1",
                                       std::string{kGovernor} + "=ondemand"));
  EXPECT_THAT(said,
              ElementsAre("fixed: governor of core 2: ondemand -> performance",
                          "fixed: timer migration: 1 -> 0", "fixed: cpu_dma_latency: 0 us, held",
                          "undone: cpu_dma_latency: released", "undone: timer migration: 0 -> 1",
                          "undone: governor of core 2: performance -> ondemand"));
}

TEST_F(FixesTest, WhatIsRefusedIsSaidWithItsReasonAndNotUndone) {
  tools.refused[kGovernor] = true;
  tools.latency_refusal = "no /dev/cpu_dma_latency here";
  Fixes fixes(tools, say);
  fixes.make(two);
  EXPECT_THAT(said[0], HasSubstr("not fixed: governor of core 2: ondemand -> performance: "
                                 "Input/output error (error 5)"));
  EXPECT_THAT(said[2], HasSubstr("not fixed: cpu_dma_latency: no /dev/cpu_dma_latency here"));
  tools.order.clear();
  EXPECT_TRUE(fixes.take_back());
  EXPECT_THAT(tools.order, ElementsAre(std::string{kMigration} + "=1"));
}

TEST_F(FixesTest, TheRestIsUndoneWhereOneCannotBe) {
  Fixes fixes(tools, say);
  fixes.make(two);
  tools.refused[kMigration] = true;
  EXPECT_FALSE(fixes.take_back());
  EXPECT_EQ(tools.texts[kGovernor], "ondemand");
  EXPECT_FALSE(tools.held);
  EXPECT_THAT(said[4], HasSubstr("not undone: timer migration: Input/output error (error 5); "
                                 "`echo 1 | sudo tee /proc/sys/kernel/timer_migration`"));
}

TEST_F(FixesTest, WhatSomebodyHasChangedSinceIsLeftToThem) {
  Fixes fixes(tools, say);
  fixes.make(two);
  tools.texts[kGovernor] = "powersave";
  EXPECT_TRUE(fixes.take_back());
  EXPECT_EQ(tools.texts[kGovernor], "powersave");
  EXPECT_THAT(said.back(), HasSubstr("left: governor of core 2"));
}

TEST_F(FixesTest, AreUndoneByTheEndOfTheirLife) {
  {
    Fixes fixes(tools, say);
    fixes.make(two);
  }
  EXPECT_EQ(tools.texts[kMigration], "1");
  EXPECT_FALSE(tools.held);
}

}  // namespace
}  // namespace isotherm::diagnose
