#include "query/glob.hpp"

#include <fnmatch.h>
#include <gtest/gtest.h>

#include <random>

#include "core/setup_error.hpp"

namespace isotherm::query {
namespace {

TEST(Glob, AStarIsAnyTextAndAQuestionMarkOneCharacter) {
  EXPECT_TRUE(glob_matches("kiln*", "kiln"));
  EXPECT_TRUE(glob_matches("kiln*", "kiln-left"));
  EXPECT_TRUE(glob_matches("*left", "kiln-left"));
  EXPECT_TRUE(glob_matches("*a*b*", "xxaxxbxx"));
  EXPECT_FALSE(glob_matches("kiln", "kiln-left"));
  EXPECT_TRUE(glob_matches("k?ln", "kiln"));
  EXPECT_FALSE(glob_matches("k?ln", "kln"));
}

TEST(Glob, ASetIsOneOfItsCharacters) {
  EXPECT_TRUE(glob_matches("t[0-3]", "t2"));
  EXPECT_FALSE(glob_matches("t[0-3]", "t4"));
  EXPECT_TRUE(glob_matches("t[!0-3]", "t4"));
  EXPECT_TRUE(glob_matches("t[]x]", "t]"));
  EXPECT_TRUE(glob_matches("t[", "t["));
  EXPECT_TRUE(glob_matches("\\*", "*"));
  EXPECT_FALSE(glob_matches("\\*", "x"));
}

// The C library is the other opinion.
TEST(Glob, AgreesWithFnmatch) {
  std::mt19937 random(7);
  constexpr std::string_view kPattern = "ab*?[]!-\\";
  constexpr std::string_view kText = "ab-]";
  const auto made = [&](std::string_view letters) {
    std::string text;
    for (auto length = random() % 8; length > 0; --length) {
      text += letters[random() % letters.size()];
    }
    return text;
  };
  int matches = 0;
  for (int i = 0; i < 200'000; ++i) {
    const std::string pattern = made(kPattern);
    const std::string text = made(kText);
    // What a backslash at the end or inside of a set, an open set and a range that goes backwards
    // or ends in a set's end mean differs from C library to C library.
    if (pattern.find('[') != std::string::npos &&
        (pattern.find('\\') != std::string::npos || pattern.find('-') != std::string::npos ||
         pattern.find(']', pattern.find('[') + 2) == std::string::npos)) {
      continue;
    }
    if (pattern.ends_with('\\')) {
      continue;
    }
    const bool expected = fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
    matches += expected ? 1 : 0;
    ASSERT_EQ(glob_matches(pattern, text), expected) << pattern << " against " << text;
  }
  EXPECT_GT(matches, 1000);
}

TEST(Glob, ManyStarsDoNotTakeForEver) {
  EXPECT_FALSE(glob_matches("*a*a*a*a*a*a*a*a*b", std::string(5000, 'a')));
}

std::vector<history::SensorEntry> three() {
  return {{0, "kiln-left", "degC"}, {1, "kiln-right", "degC"}, {2, "room", "degC"}};
}

TEST(SelectSensors, AllWithoutGlobsAndEachOnceInItsOrder) {
  const auto sensors = three();
  EXPECT_EQ(select_sensors(sensors, {}).size(), 3U);
  const std::vector<std::string> globs{"room", "kiln*", "*left"};
  const auto chosen = select_sensors(sensors, globs);
  ASSERT_EQ(chosen.size(), 3U);
  EXPECT_EQ(chosen[0].name, "kiln-left");
  EXPECT_EQ(chosen[2].name, "room");
}

TEST(SelectSensors, AGlobThatMatchesNothingNamesWhatThereIs) {
  const auto sensors = three();
  const std::vector<std::string> globs{"room", "oven*"};
  try {
    static_cast<void>(select_sensors(sensors, globs));
    FAIL() << "no error";
  } catch (const core::SetupError& error) {
    EXPECT_EQ(error.exit_code(), core::ExitCode::Usage);
    EXPECT_EQ(error.where(), "--sensor oven*");
    EXPECT_EQ(error.mend(), "there are kiln-left, kiln-right, room");
  }
}

}  // namespace
}  // namespace isotherm::query
