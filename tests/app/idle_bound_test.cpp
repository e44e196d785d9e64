#include "app/idle_bound.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>

#include "os/temporary_tree.hpp"
#include "support/fake_file_tree.hpp"

namespace isotherm::app {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class IdleBoundTest : public testing::Test {
 protected:
  // A plain file takes the bound as the device does.
  void have_device() { std::ofstream{device_}; }
  [[nodiscard]] std::uintmax_t bytes_written() const { return std::filesystem::file_size(device_); }

  test::TemporaryTree tree_;
  std::string device_ = tree_.root() + "/cpu_dma_latency";
  test::FakeFileTree files_;
  StationPlan plan_;
  std::vector<std::string> notes_;
};

TEST_F(IdleBoundTest, NobodyIsAskedWithoutTheKey) {
  have_device();
  EXPECT_EQ(hold_cpu_dma_latency(plan_, files_, notes_, device_), nullptr);
  foretell_cpu_dma_latency(plan_, files_, notes_, device_);
  EXPECT_THAT(notes_, IsEmpty());
  EXPECT_EQ(bytes_written(), 0U);
}

TEST_F(IdleBoundTest, WhatWasGotIsSaid) {
  have_device();
  plan_.configuration.station.cpu_dma_latency = 40us;
  const auto held = hold_cpu_dma_latency(plan_, files_, notes_, device_);
  ASSERT_NE(held, nullptr);
  EXPECT_EQ(held->in_force(), 40us);
  EXPECT_THAT(notes_, ElementsAre(AllOf(HasSubstr("until the end no core idles"),
                                        HasSubstr("longer than 40 us to leave"))));
}

TEST_F(IdleBoundTest, ARefusalIsAWarningBeforeARunAndInIt) {
  plan_.configuration.station.cpu_dma_latency = 40us;
  EXPECT_EQ(hold_cpu_dma_latency(plan_, files_, notes_, device_), nullptr);
  foretell_cpu_dma_latency(plan_, files_, notes_, device_);
  const auto warning = StartsWith("warning: no cpu_dma_latency: cannot open " + device_);
  EXPECT_THAT(notes_, ElementsAre(warning, warning));
}

TEST_F(IdleBoundTest, ACheckOnlyForetells) {
  have_device();
  plan_.configuration.station.cpu_dma_latency = 40us;
  foretell_cpu_dma_latency(plan_, files_, notes_, device_);
  EXPECT_THAT(notes_, ElementsAre(HasSubstr("would hold 40 us")));
  EXPECT_EQ(bytes_written(), 0U);
}

TEST_F(IdleBoundTest, AKernelWithoutIdleStatesIsSaidToHaveNone) {
  have_device();
  plan_.configuration.station.cpu_dma_latency = 0us;
  files_.set("/sys/devices/system/cpu/cpuidle/current_driver", "none");
  foretell_cpu_dma_latency(plan_, files_, notes_, device_);
  EXPECT_THAT(notes_, ElementsAre(HasSubstr("no driver of idle states")));
  files_.set("/sys/devices/system/cpu/cpuidle/current_driver", "psci_idle");
  notes_.clear();
  foretell_cpu_dma_latency(plan_, files_, notes_, device_);
  EXPECT_THAT(notes_, ElementsAre(Not(HasSubstr("no driver"))));
}

}  // namespace
}  // namespace isotherm::app
