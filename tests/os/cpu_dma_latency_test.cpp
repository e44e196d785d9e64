#include "os/cpu_dma_latency.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "os/temporary_tree.hpp"

namespace isotherm::os {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;
using testing::HasSubstr;

class CpuDmaLatencyTest : public testing::Test {
 protected:
  // What a plain file in the device's place has been given.
  [[nodiscard]] std::string bytes() const {
    std::ifstream file{path_, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
  }
  // The first bytes as the kernel takes them.
  [[nodiscard]] std::int32_t number() const {
    std::int32_t value = -1;
    const std::string text = bytes();
    if (text.size() >= sizeof value) {
      std::memcpy(&value, text.data(), sizeof value);
    }
    return value;
  }
  [[nodiscard]] static std::size_t open_files() {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator{"/proc/self/fd"},
                      std::filesystem::directory_iterator{}));
  }
  void SetUp() override { std::ofstream{path_}; }

  test::TemporaryTree files_;
  std::string path_ = files_.root() + "/cpu_dma_latency";
};

TEST_F(CpuDmaLatencyTest, WritesTheBoundAsFourBytesAndNoText) {
  const CpuDmaLatency latency{microseconds{100}, path_};
  EXPECT_TRUE(latency.held());
  EXPECT_EQ(bytes().size(), 4U);
  EXPECT_EQ(number(), 100);
}

TEST_F(CpuDmaLatencyTest, ZeroIsABoundToo) {
  const CpuDmaLatency latency{microseconds{0}, path_};
  EXPECT_TRUE(latency.held());
  EXPECT_EQ(bytes(), std::string(4, '\0'));
}

TEST_F(CpuDmaLatencyTest, ABoundBeyondTheKernelsNumberIsTheGreatestAndANegativeOneIsNone) {
  const CpuDmaLatency long_one{seconds{1'000'000}, path_};
  EXPECT_EQ(number(), 2'000'000'000);
  const CpuDmaLatency negative{microseconds{-1}, path_};
  EXPECT_EQ(number(), 0);
}

TEST_F(CpuDmaLatencyTest, KeepsTheFileOpenUntilItIsDestroyed) {
  const std::size_t before = open_files();
  {
    const CpuDmaLatency latency{microseconds{5}, path_};
    EXPECT_EQ(open_files(), before + 1);
    EXPECT_EQ(latency.in_force(), microseconds{5});
  }
  EXPECT_EQ(open_files(), before);
}

TEST_F(CpuDmaLatencyTest, AMissingDeviceIsSaidWithWhatItNeeds) {
  const CpuDmaLatency latency{microseconds{0}, files_.root() + "/nowhere"};
  ASSERT_FALSE(latency.held());
  EXPECT_THAT(latency.refusal()->what, HasSubstr("cannot open"));
  EXPECT_THAT(latency.refusal()->what, HasSubstr("No such file"));
  EXPECT_THAT(latency.refusal()->mend, HasSubstr("CONFIG_CPU_IDLE"));
  EXPECT_EQ(latency.in_force(), std::nullopt);
}

TEST_F(CpuDmaLatencyTest, WhatWouldRefuseItIsFoundWithoutAskingForABound) {
  EXPECT_FALSE(CpuDmaLatency::obstacle(path_).has_value());
  EXPECT_TRUE(bytes().empty());
  const auto refusal = CpuDmaLatency::obstacle(files_.root() + "/nowhere");
  ASSERT_TRUE(refusal.has_value());
  EXPECT_THAT(refusal->what, HasSubstr("No such file"));
}

TEST_F(CpuDmaLatencyTest, MissingRightsAreSaidWithTheRuleThatGivesThem) {
  if (::geteuid() == 0) {
    GTEST_SKIP() << "root may open any file";
  }
  std::filesystem::permissions(path_, std::filesystem::perms::none);
  const CpuDmaLatency latency{microseconds{0}, path_};
  ASSERT_FALSE(latency.held());
  EXPECT_THAT(latency.refusal()->what, HasSubstr("Permission denied"));
  EXPECT_THAT(latency.refusal()->mend, HasSubstr("KERNEL==\"cpu_dma_latency\""));
}

TEST_F(CpuDmaLatencyTest, ADeviceThatTakesNothingIsRefusedAndLeftClosed) {
  const std::size_t before = open_files();
  const CpuDmaLatency latency{microseconds{0}, "/dev/full"};
  ASSERT_FALSE(latency.held());
  EXPECT_THAT(latency.refusal()->what, HasSubstr("cannot write to /dev/full: No space left"));
  EXPECT_EQ(open_files(), before);
  EXPECT_EQ(latency.in_force(), std::nullopt);
}

TEST_F(CpuDmaLatencyTest, TheKernelKeepsToABoundWhileItIsHeld) {
  const CpuDmaLatency latency{microseconds{0}};
  if (!latency.held()) {
    GTEST_SKIP() << latency.refusal()->what;
  }
  EXPECT_EQ(latency.in_force(), microseconds{0});
}

}  // namespace
}  // namespace isotherm::os
