#include "diagnose/latency_facts.hpp"

#include <gtest/gtest.h>

#include "support/fake_file_tree.hpp"

namespace isotherm::diagnose {
namespace {

using Counts = std::map<std::string, std::uint64_t>;

constexpr const char* kInterrupts =
    "           CPU0       CPU2\n"
    "  0:         24          7  IO-APIC   2-edge      timer\n"
    "LOC:      34567       1200   Local timer interrupts\n"
    "ERR:          3\n";

TEST(LatencyFactsTest, InterruptsAreThoseOfTheCoreByItsNumberNotItsColumn) {
  EXPECT_EQ(interrupts_of_core(kInterrupts, 2),
            (Counts{{"0 IO-APIC 2-edge timer", 7}, {"LOC Local timer interrupts", 1200}}));
  EXPECT_TRUE(interrupts_of_core(kInterrupts, 1).empty());
  EXPECT_TRUE(interrupts_of_core("", 0).empty());
}

TEST(LatencyFactsTest, StealIsTheEighthNumberOfItsLine) {
  const std::string stat = "cpu  1 2 3 4 5 6 7 88 9 10\ncpu1 1 2 3 4 5 6 7 8 9 10\n";
  EXPECT_EQ(steal_ticks(stat, "cpu"), 88U);
  EXPECT_EQ(steal_ticks(stat, "cpu1"), 8U);
  EXPECT_EQ(steal_ticks(stat, "cpu2"), 0U);
}

TEST(LatencyFactsTest, WhatWasAddedIsToldAndWhatStoodStillIsNot) {
  const MachineCounts before{
      .interrupts = {{"LOC", 100}, {"24 mmc0", 5}}, .steal_ticks = 10, .core_steal_ticks = 4};
  const MachineCounts after{.interrupts = {{"LOC", 150}, {"24 mmc0", 5}, {"30 eth0", 2}},
                            .steal_ticks = 13,
                            .core_steal_ticks = 5};
  const MachineCounts between = counts_between(before, after);
  EXPECT_EQ(between.interrupts, (Counts{{"LOC", 50}, {"30 eth0", 2}}));
  EXPECT_EQ(between.steal_ticks, 3U);
  EXPECT_EQ(between.core_steal_ticks, 1U);
}

TEST(LatencyFactsTest, ABoardIsTakenFromItsDeviceTreeAndItsGovernorFromTheMeasuredCore) {
  test::FakeFileTree files;
  files.set("/proc/device-tree/model", "Raspberry Pi 5 Model B Rev 1.0");
  files.set("/proc/cmdline", "isolcpus=2,3 nohz_full=2,3");
  files.set("/proc/cpuinfo", "processor\t: 0\nModel\t\t: Raspberry Pi 5 Model B Rev 1.0\n");
  files.set("/sys/devices/system/cpu/online", "0-3");
  files.set("/sys/devices/system/cpu/isolated", "2-3");
  files.set("/sys/devices/system/cpu/nohz_full", "2-3");
  files.set("/sys/devices/system/cpu/cpu2/cpufreq/scaling_governor", "performance");
  files.set("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "ondemand");
  const LatencyFacts facts = latency_facts(files, "#1 SMP PREEMPT_RT Debian 1:6.12.47-1", 2);
  EXPECT_EQ(facts.model, "Raspberry Pi 5 Model B Rev 1.0");
  EXPECT_EQ(facts.cpu_model, "Raspberry Pi 5 Model B Rev 1.0");
  EXPECT_EQ(facts.governor, "performance");
  EXPECT_EQ(facts.cores_isolated, "2-3");
  EXPECT_EQ(facts.cores_nohz_full, "2-3");
  EXPECT_EQ(facts.preemption, "PREEMPT_RT");
  EXPECT_FALSE(facts.hypervisor);
}

TEST(LatencyFactsTest, AVirtualPcSaysSoAndWhatIsNotThereIsEmpty) {
  test::FakeFileTree files;
  files.set("/proc/cpuinfo", "model name\t: Some Xeon\nflags\t\t: fpu hypervisor sse\n");
  files.set("/sys/devices/system/cpu/nohz_full", "(null)");
  const LatencyFacts facts = latency_facts(files, "#1 SMP", 0);
  EXPECT_TRUE(facts.hypervisor);
  EXPECT_EQ(facts.cpu_model, "Some Xeon");
  EXPECT_EQ(facts.cores_nohz_full, "");
  EXPECT_EQ(facts.governor, "");
  EXPECT_EQ(facts.preemption, "");
}

}  // namespace
}  // namespace isotherm::diagnose
