#include "core/fault.hpp"

#include <gtest/gtest.h>

namespace isotherm::core {
namespace {

TEST(FaultWordTest, EveryFaultHasItsOwnWordAndComesBackFromIt) {
  for (std::size_t i = 1; i < kFaultCount; ++i) {
    const auto fault = static_cast<Fault>(i);
    EXPECT_EQ(fault_from_word(fault_word(fault)), fault) << i;
  }
}

TEST(FaultWordTest, WordsThatAreNoFaultsGiveNothing) {
  EXPECT_EQ(fault_from_word("none"), std::nullopt);
  EXPECT_EQ(fault_from_word(""), std::nullopt);
  EXPECT_EQ(fault_from_word("CRC"), std::nullopt);
}

}  // namespace
}  // namespace isotherm::core
