// The expected texts are those of GNU diff 3.8 (`diff -u`), apart from the times in its header.
#include "boot/unified_diff.hpp"

#include <gtest/gtest.h>

namespace isotherm::boot {
namespace {

TEST(UnifiedDiffTest, EqualTextsHaveNone) {
  EXPECT_EQ(unified_diff("", "", "a", "b"), "");
  EXPECT_EQ(unified_diff("x\n", "x\n", "a", "b"), "");
}

TEST(UnifiedDiffTest, AChangedLine) {
  EXPECT_EQ(unified_diff("one\n", "two\n", "a", "b"), "--- a\n+++ b\n@@ -1 +1 @@\n-one\n+two\n");
}

TEST(UnifiedDiffTest, LinesAddedAtTheEndWithThreeOfContext) {
  EXPECT_EQ(unified_diff("1\n2\n3\n4\n5\n", "1\n2\n3\n4\n5\nx\ny\n", "a", "b"),
            "--- a\n+++ b\n@@ -3,3 +3,5 @@\n 3\n 4\n 5\n+x\n+y\n");
}

TEST(UnifiedDiffTest, FromAndToNothing) {
  EXPECT_EQ(unified_diff("", "x\n", "a", "b"), "--- a\n+++ b\n@@ -0,0 +1 @@\n+x\n");
  EXPECT_EQ(unified_diff("x\ny\n", "", "a", "b"), "--- a\n+++ b\n@@ -1,2 +0,0 @@\n-x\n-y\n");
}

TEST(UnifiedDiffTest, DistantChangesAreHunksOfTheirOwnAndNearOnesAreOne) {
  EXPECT_EQ(
      unified_diff("a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n", "a", "b"),
      "--- a\n+++ b\n@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+B\n");
  EXPECT_EQ(unified_diff("a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n", "a", "b"),
            "--- a\n+++ b\n@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n+B\n");
}

TEST(UnifiedDiffTest, ALastLineWithoutLineFeedIsSaid) {
  EXPECT_EQ(unified_diff("x", "x y", "a", "b"),
            "--- a\n+++ b\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+x y\n"
            "\\ No newline at end of file\n");
  EXPECT_EQ(unified_diff("x", "x\n", "a", "b"),
            "--- a\n+++ b\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+x\n");
}

TEST(UnifiedDiffTest, ARepeatedLineIsMatchedOnce) {
  EXPECT_EQ(unified_diff("x\nx\n", "x\nx\nx\n", "a", "b"),
            "--- a\n+++ b\n@@ -1,2 +1,3 @@\n x\n x\n+x\n");
}

}  // namespace
}  // namespace isotherm::boot
