#include "os/start_gate.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

namespace isotherm::os {
namespace {

using core::MonotonicTime;
using core::Nanoseconds;

constexpr MonotonicTime kOrigin{Nanoseconds{123'456'789}};
constexpr int kReaders = 4;

TEST(StartGateTest, AllReadersGetTheOneOrigin) {
  StartGate gate;
  std::vector<std::optional<MonotonicTime>> origins(kReaders);
  {
    std::vector<std::jthread> readers;
    readers.reserve(kReaders);
    for (auto& origin : origins) {
      readers.emplace_back([&gate, &origin] { origin = gate.wait(); });
    }
    gate.wait_until_ready(kReaders);
    gate.open(kOrigin);
  }
  for (const auto& origin : origins) {
    EXPECT_EQ(origin, kOrigin);
  }
}

TEST(StartGateTest, NobodyPassesBeforeItIsOpened) {
  StartGate gate;
  std::atomic<int> passed{0};
  int passed_before_opening = -1;
  {
    std::vector<std::jthread> readers;
    readers.reserve(kReaders);
    for (int i = 0; i < kReaders; ++i) {
      readers.emplace_back([&] { passed += gate.wait().has_value() ? 1 : 0; });
    }
    gate.wait_until_ready(kReaders);
    passed_before_opening = passed.load();
    gate.open(kOrigin);
  }
  EXPECT_EQ(passed_before_opening, 0);
  EXPECT_EQ(passed.load(), kReaders);
}

TEST(StartGateTest, CancelledStartGivesReadersNothing) {
  StartGate gate;
  std::optional<MonotonicTime> origin = kOrigin;
  {
    const std::jthread reader([&] { origin = gate.wait(); });
    gate.wait_until_ready(1);
    gate.cancel();
  }
  EXPECT_FALSE(origin.has_value());
}

TEST(StartGateTest, LateReaderPassesAnOpenGateAtOnce) {
  StartGate gate;
  gate.open(kOrigin);
  EXPECT_EQ(gate.wait(), kOrigin);
}

TEST(StartGateTest, LateReaderIsTurnedAwayFromACancelledGate) {
  StartGate gate;
  gate.cancel();
  EXPECT_FALSE(gate.wait().has_value());
}

TEST(StartGateTest, OfOpeningAndCancellingTheFirstCounts) {
  StartGate opened;
  opened.open(kOrigin);
  opened.cancel();
  opened.open(kOrigin + Nanoseconds{1});
  EXPECT_EQ(opened.wait(), kOrigin);

  StartGate cancelled;
  cancelled.cancel();
  cancelled.open(kOrigin);
  EXPECT_FALSE(cancelled.wait().has_value());
}

TEST(StartGateTest, WaitingForReadersThatNeverComeEndsWithCancel) {
  StartGate gate;
  const std::jthread canceller([&] { gate.cancel(); });
  gate.wait_until_ready(kReaders);
}

TEST(StartGateTest, WaitingForNoReaderReturnsAtOnce) {
  const StartGate gate;
  gate.wait_until_ready(0);
}

}  // namespace
}  // namespace isotherm::os
