#include "core/cpu_set.hpp"

#include <gtest/gtest.h>

namespace isotherm::core {
namespace {

TEST(CpuSetTest, ReadsTheKernelsListFormatAndWritesItBack) {
  for (const char* text : {"", "0", "0-3", "0-3,5", "1,3,5-7", "1023"}) {
    const auto set = CpuSet::parse(text);
    ASSERT_TRUE(set) << text;
    EXPECT_EQ(set->text(), text);
  }
  EXPECT_EQ(CpuSet::parse("0-3,5")->cores(), (std::vector<unsigned>{0, 1, 2, 3, 5}));
}

TEST(CpuSetTest, RefusesWhatIsNoList) {
  for (const char* text : {"a", "1-", "-1", "3-1", "1,,2", "1024", "0x1", "1 2", "99999999999"}) {
    EXPECT_EQ(CpuSet::parse(text), std::nullopt) << text;
  }
}

TEST(CpuSetTest, SetArithmetic) {
  const CpuSet all{0, 1, 2, 3};
  EXPECT_EQ(all.without(CpuSet{1, 9}), (CpuSet{0, 2, 3}));
  EXPECT_EQ(all.intersection(CpuSet{3, 4}), CpuSet{3});
  EXPECT_EQ((CpuSet{2, 2, 1}.joined(CpuSet{0})), (CpuSet{0, 1, 2}));
  EXPECT_TRUE(all.contains(3));
  EXPECT_FALSE(all.contains(4));
}

TEST(CpuSetTest, InWordsOneCoreIsNotSeveral) {
  EXPECT_EQ(cores_words({2}), "core 2");
  EXPECT_EQ(cores_words({2, 3, 5}), "cores 2-3,5");
}

}  // namespace
}  // namespace isotherm::core
