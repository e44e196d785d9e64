// Reading a board's facts.
#include "settings/board_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using isotherm::settings::load_board;
using isotherm::settings::parse_board;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> mistakes(const std::string& text) {
  std::vector<std::string> all;
  for (const auto& diagnostic : parse_board(text, "b").diagnostics) {
    all.push_back(diagnostic.text());
  }
  return all;
}

TEST(BoardFileTest, EveryKeyIsTaken) {
  const auto result = parse_board(R"(name = "raspberry-pi-4"
description = "Raspberry Pi 4 Model B"
models = ["Raspberry Pi 4 ", "Raspberry Pi Compute Module 4"]
cores = 4
housekeeping = [0, 1]
isolated = [2, 3]
)",
                                  "b");
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.board.name, "raspberry-pi-4");
  EXPECT_EQ(result.board.description, "Raspberry Pi 4 Model B");
  EXPECT_THAT(result.board.models, ElementsAre("Raspberry Pi 4 ", "Raspberry Pi Compute Module 4"));
  EXPECT_EQ(result.board.cores, 4U);
  EXPECT_THAT(result.board.housekeeping, ElementsAre(0U, 1U));
  EXPECT_THAT(result.board.isolated, ElementsAre(2U, 3U));
}

TEST(BoardFileTest, OnlyTheNameIsRequired) {
  const auto result = parse_board("name = \"x\"\n", "b");
  EXPECT_TRUE(result.ok());
  EXPECT_FALSE(result.board.cores.has_value());
  EXPECT_THAT(result.board.models, IsEmpty());
  EXPECT_THAT(mistakes(""), ElementsAre(HasSubstr("b:1: name is missing")));
}

TEST(BoardFileTest, AModelMatchesByItsBeginning) {
  const auto board = parse_board("name = \"x\"\nmodels = [\"Raspberry Pi 4 \"]\n", "b").board;
  EXPECT_TRUE(board.matches("Raspberry Pi 4 Model B Rev 1.4"));
  EXPECT_FALSE(board.matches("Raspberry Pi 400 Rev 1.0"));
  EXPECT_FALSE(board.matches(""));
}

TEST(BoardFileTest, EveryMistakeIsReportedAtOnce) {
  EXPECT_THAT(mistakes(R"(name = "a/b"
modells = ["x"]
models = ["x", 3]
cores = 4
housekeeping = [0, 2]
isolated = [2, 4]
)"),
              ElementsAre(HasSubstr("b:1: name \"a/b\" holds a character"),
                          HasSubstr("b:2: unknown key \"modells\" in a board file; did you mean "
                                    "\"models\"?"),
                          HasSubstr("b:3: models must hold texts only"),
                          "b:6: isolated names core 4, and there are 4; cores are numbered from 0 "
                          "to 3",
                          "b:6: isolated and housekeeping both name core 2; a core is one or the "
                          "other"));
  EXPECT_THAT(mistakes("name = \"x\"\ncores = 0\n"), ElementsAre(HasSubstr("b:2: cores 0")));
  EXPECT_THAT(mistakes("name = \"x\"\nmodels = \"y\"\n"),
              ElementsAre(HasSubstr("b:2: models must be an array, not a text")));
  EXPECT_THAT(mistakes("name = \"x\"\nmodels = [\"\"]\n"),
              ElementsAre(HasSubstr("b:2: models must hold texts only")))
      << "an empty prefix would match every machine";
}

TEST(BoardFileTest, AMissingFileIsOneDiagnostic) {
  const auto result = load_board("/nonexistent/board.toml");
  EXPECT_FALSE(result.ok());
  ASSERT_EQ(result.diagnostics.size(), 1U);
  EXPECT_THAT(result.diagnostics[0].text(), HasSubstr("cannot be read: No such file"));
}

}  // namespace
