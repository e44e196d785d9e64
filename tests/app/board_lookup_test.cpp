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

TEST(BoardLookupTest, AModelLeadsToItsBoardAndAnUnknownOneToGeneric) {
  const os::SysfsTree files;
  EXPECT_EQ(board_of_model("Raspberry Pi 4 Model B Rev 1.4", shipped_folders(), files).board.name,
            "rpi4");
  EXPECT_EQ(board_of_model("Orange Pi 3", shipped_folders(), files).board.name, "generic");
  EXPECT_EQ(board_of_model("", shipped_folders(), files).board.name, "generic");
}

TEST(BoardLookupTest, AllBoardsAreListedByNameAndEachOnce) {
  const os::SysfsTree files;
  std::vector<std::string> folders = shipped_folders();
  folders.push_back(folders[0]);
  std::vector<std::string> names;
  for (const BoardChoice& choice : all_boards(folders, files)) {
    names.push_back(choice.board.name);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"beaglebone-black", "generic", "host-sim",
                                             "rpi-zero2w", "rpi3", "rpi4", "rpi5"}));
}

TEST(BoardLookupTest, TheFoldersAreThoseOfTheSourceTreeAndOfAPackage) {
  EXPECT_EQ(board_folders("/home/me/isotherm/build/release/isotherm"),
            (std::vector<std::string>{"/home/me/isotherm/board",
                                      "/home/me/isotherm/build/share/isotherm/board"}));
  EXPECT_EQ(board_folders("/usr/bin/isotherm").back(), "/usr/share/isotherm/board");
}

}  // namespace
}  // namespace isotherm::app
