#include "core/utf8.hpp"

#include <gtest/gtest.h>

namespace isotherm::core {
namespace {

TEST(Utf8Test, ASequenceHasOneToFourBytesAndAnythingElseNone) {
  EXPECT_EQ(utf8_length("ab"), 1U);
  EXPECT_EQ(utf8_length("\xC3\xB6"), 2U);
  EXPECT_EQ(utf8_length("\xE2\x82\xAC!"), 3U);
  EXPECT_EQ(utf8_length("\xF0\x9F\x8C\xA1"), 4U);
  // A lone continuation, cut short, overlong, a surrogate, beyond U+10FFFF.
  for (const char* text : {"", "\x80", "\xE2\x82", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80",
                           "\xF4\x90\x80\x80", "\xFF"}) {
    EXPECT_EQ(utf8_length(text), 0U) << text;
  }
}

TEST(Utf8Test, PrintableLeavesATerminalNothingToObey) {
  EXPECT_EQ(printable("kworker/0:1H"), "kworker/0:1H");
  EXPECT_EQ(printable("\xC3\xB6\xE2\x82\xAC"), "\xC3\xB6\xE2\x82\xAC");
  EXPECT_EQ(printable("\x1B[2Jhog\r\n\x7F"), "?[2Jhog???");
  EXPECT_EQ(printable("\xC2\x9B"
                      "2J\xC2\xA0"),  // U+009B begins a command as ESC [ does; U+00A0 is a blank
            "?2J\xC2\xA0");
  EXPECT_EQ(printable("\xFF\xC3|\x9B"), "??|?");
  EXPECT_EQ(printable({"a\0b", 3}), "a?b");
}

}  // namespace
}  // namespace isotherm::core
