#include "app/idle_bound.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_file_tree.hpp"

namespace isotherm::app {
namespace {

using namespace std::chrono_literals;
using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class IdleBoundTest : public testing::Test {
 protected:
  test::FakeFileTree files_;
  StationPlan plan_;
  std::vector<std::string> notes_;
};

TEST_F(IdleBoundTest, NobodyIsAskedWithoutTheKey) {
  EXPECT_EQ(hold_cpu_dma_latency(plan_, files_, notes_), nullptr);
  foretell_cpu_dma_latency(plan_, files_, notes_);
  EXPECT_THAT(notes_, IsEmpty());
}

// Whether this machine has the device is not the test's to choose; either way it is said.
TEST_F(IdleBoundTest, WhatWasGotIsSaidAndARefusalIsAWarning) {
  plan_.configuration.station.cpu_dma_latency = 40us;
  const auto held = hold_cpu_dma_latency(plan_, files_, notes_);
  if (held) {
    EXPECT_THAT(notes_, ElementsAre(HasSubstr("until the end no core idles")));
    EXPECT_LE(held->in_force().value_or(0us), 40us);
  } else {
    EXPECT_THAT(notes_, ElementsAre(HasSubstr("warning: no cpu_dma_latency")));
  }
}

TEST_F(IdleBoundTest, ACheckOnlyForetells) {
  plan_.configuration.station.cpu_dma_latency = 40us;
  foretell_cpu_dma_latency(plan_, files_, notes_);
  EXPECT_THAT(notes_,
              ElementsAre(AnyOf(HasSubstr("would hold 40 us"), HasSubstr("no cpu_dma_latency"))));
}

TEST_F(IdleBoundTest, AKernelWithoutIdleStatesIsSaidToHaveNone) {
  if (os::CpuDmaLatency::obstacle()) {
    GTEST_SKIP() << os::CpuDmaLatency::obstacle()->what;
  }
  plan_.configuration.station.cpu_dma_latency = 0us;
  files_.set("/sys/devices/system/cpu/cpuidle/current_driver", "none");
  foretell_cpu_dma_latency(plan_, files_, notes_);
  EXPECT_THAT(notes_, ElementsAre(HasSubstr("no driver of idle states")));
  files_.set("/sys/devices/system/cpu/cpuidle/current_driver", "psci_idle");
  notes_.clear();
  foretell_cpu_dma_latency(plan_, files_, notes_);
  EXPECT_THAT(notes_, ElementsAre(Not(HasSubstr("no driver"))));
}

}  // namespace
}  // namespace isotherm::app
