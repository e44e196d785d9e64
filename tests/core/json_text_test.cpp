#include "core/json_text.hpp"

#include <gtest/gtest.h>

namespace isotherm::core {
namespace {

TEST(JsonStringTest, EscapesWhatJsonDoesAndReplacesWhatIsNoUtf8) {
  const auto quoted = [](std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
  };
  EXPECT_EQ(quoted(""), "\"\"");
  EXPECT_EQ(quoted("plain"), "\"plain\"");
  EXPECT_EQ(quoted("a\"b\\c\td\x7F"), "\"a\\\"b\\\\c\\u0009d\\u007f\"");
  EXPECT_EQ(quoted("\xC3\xB6\xE2\x82\xAC\xF0\x9F\x8C\xA1"),
            "\"\xC3\xB6\xE2\x82\xAC\xF0\x9F\x8C\xA1\"");
  // A lone continuation, a sequence cut short, an overlong form, a surrogate, beyond U+10FFFF.
  EXPECT_EQ(quoted("\x80|\xC3"), "\"\xEF\xBF\xBD|\xEF\xBF\xBD\"");
  EXPECT_EQ(quoted("\xC0\xAF"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(quoted("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(quoted("\xF4\x90\x80\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace isotherm::core
