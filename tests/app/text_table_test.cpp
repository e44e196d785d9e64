#include "app/text_table.hpp"

#include <gtest/gtest.h>

namespace isotherm::app {
namespace {

TEST(TextTableTest, ColumnsAreAsWideAsTheirWidestCellAndLinesEndWithoutBlanks) {
  TextTable table({{"name", Align::Left}, {"n"}, {"note", Align::Left}});
  table.add_row({"a", "1000", ""});
  table.add_row({"longer", "2", "x"});
  EXPECT_EQ(table.text(),
            "name       n  note\n"
            "a       1000\n"
            "longer     2  x\n");
}

TEST(TextTableTest, AShortRowIsFilledUp) {
  TextTable table({{"a"}, {"b"}});
  table.add_row({"1"});
  EXPECT_EQ(table.text(), "a  b\n1\n");
}

}  // namespace
}  // namespace isotherm::app
