#include "app/board_lookup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/sysfs_tree.hpp"

namespace isotherm::app {
namespace {

using ::testing::HasSubstr;

std::vector<std::string> shipped_folders() { return {std::string{ISOTHERM_SOURCE_DIR} + "/board"}; }

TEST(BoardLookupTest, AKnownNameGivesItsFacts) {
  const BoardChoice choice = choose_board("host-sim", shipped_folders(), os::SysfsTree{});
  EXPECT_TRUE(choice.diagnostics.empty());
  EXPECT_EQ(choice.board.name, "host-sim");
  EXPECT_THAT(choice.where, HasSubstr("host-sim/board.toml"));
}

TEST(BoardLookupTest, APathLeadsToABoardOfOnesOwn) {
  const BoardChoice choice = choose_board(shipped_folders()[0] + "/generic", {}, os::SysfsTree{});
  EXPECT_TRUE(choice.diagnostics.empty());
  EXPECT_EQ(choice.board.name, "generic");
}

TEST(BoardLookupTest, AnUnknownNameListsTheKnownOnes) {
  const BoardChoice choice = choose_board("rpi9", shipped_folders(), os::SysfsTree{});
  ASSERT_EQ(choice.diagnostics.size(), 1U);
  EXPECT_THAT(choice.diagnostics[0].message, HasSubstr("rpi9"));
  EXPECT_THAT(choice.diagnostics[0].mend, HasSubstr("generic"));
  EXPECT_THAT(choice.diagnostics[0].mend, HasSubstr("host-sim"));
}

TEST(BoardLookupTest, AutoWithoutAnyBoardIsGenericAndNoError) {
  const BoardChoice choice = choose_board("auto", {"/nowhere"}, os::SysfsTree{});
  EXPECT_TRUE(choice.diagnostics.empty());
  EXPECT_EQ(choice.board.name, "generic");
}

TEST(BoardLookupTest, TheFoldersAreThoseOfTheSourceTreeAndOfAPackage) {
  EXPECT_EQ(board_folders("/home/me/isotherm/build/release/isotherm"),
            (std::vector<std::string>{"/home/me/isotherm/board",
                                      "/home/me/isotherm/build/share/isotherm/board"}));
  EXPECT_EQ(board_folders("/usr/bin/isotherm").back(), "/usr/share/isotherm/board");
}

}  // namespace
}  // namespace isotherm::app
