// Mutated configurations, from a fixed seed: reading one never crashes or throws, and gives either
// a configuration or diagnostics that name lines of the text. Under the asan-ubsan preset this also
// finds reads beyond the text.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "settings/load_configuration.hpp"
#include "settings/quantity.hpp"

namespace {

constexpr std::size_t kMutants = 20'000;
constexpr std::size_t kTextLimit = 4'096;

// Pieces that matter to the format, so that mutants get past the first bracket.
constexpr auto kPieces = std::to_array<std::string_view>({"[[reader]]\n",
                                                          "[[reader.sensor]]\n",
                                                          "[log]\n",
                                                          "[station]\n",
                                                          "[reader.sensor.sim]\n",
                                                          "name = \"a\"\n",
                                                          "rate = \"100 Hz\"\n",
                                                          "period = 10\n",
                                                          "core = [2, 2]\n",
                                                          "sim = { ",
                                                          "faults = { crc = 2 }",
                                                          "}",
                                                          "{",
                                                          "[",
                                                          "]",
                                                          "[[",
                                                          "]]",
                                                          "\"",
                                                          "'",
                                                          "\"\"\"",
                                                          "'''",
                                                          "=",
                                                          ".",
                                                          ",",
                                                          "\n",
                                                          "\r\n",
                                                          "#",
                                                          "-",
                                                          "+",
                                                          "inf",
                                                          "nan",
                                                          "1e999",
                                                          "0x7fffffffffffffff",
                                                          "9223372036854775808",
                                                          "1979-05-27T07:32:00Z",
                                                          "\\u0000",
                                                          "\\",
                                                          "\xff",
                                                          "\xc3",
                                                          "\xEF\xBB\xBF",
                                                          std::string_view("\0", 1),
                                                          "true",
                                                          "\"-5 s\"",
                                                          "99999999999999999999 d",
                                                          "a.b.c.d = 1\n"});

class Mutator {
 public:
  explicit Mutator(std::uint32_t seed) : random_(seed) {}

  // Below `limit`, which is not 0. Not a std distribution: those differ between libraries.
  std::size_t below(std::size_t limit) { return random_() % limit; }

  std::string mutated(std::string text) {
    for (std::size_t edits = 1 + below(6); edits > 0; --edits) {
      edit(text);
    }
    text.resize(std::min(text.size(), kTextLimit));
    return text;
  }

 private:
  void edit(std::string& text) {
    const std::size_t at = below(text.size() + 1);
    const std::size_t count = std::min(text.size() - at, 1 + below(40));
    switch (below(5)) {
      case 0:
        text.insert(at, kPieces[below(kPieces.size())]);
        break;
      case 1:
        text.erase(at, count);
        break;
      case 2:
        text.insert(below(text.size() + 1), text.substr(at, count));
        break;
      case 3:
        text.replace(at, count, kPieces[below(kPieces.size())]);
        break;
      default:
        if (at < text.size()) {
          text[at] = static_cast<char>(below(256));
        }
    }
  }

  std::mt19937 random_;
};

std::vector<std::string> seeds() {
  std::vector<std::string> texts;
  const std::string folder = std::string(ISOTHERM_SOURCE_DIR) + "/config/examples";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".toml") {
      std::ifstream file(entry.path(), std::ios::binary);
      std::ostringstream text;
      text << file.rdbuf();
      texts.push_back(text.str());
    }
  }
  std::sort(texts.begin(), texts.end());  // a directory's order is not fixed
  return texts;
}

std::size_t line_count(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
}

TEST(ConfigurationFuzzTest, EveryMutantIsReadOrRefusedWithALine) {
  const auto originals = seeds();
  ASSERT_FALSE(originals.empty());
  Mutator mutator(20260105);
  std::size_t read = 0;
  std::size_t refused_by_content = 0;
  for (std::size_t i = 0; i < kMutants; ++i) {
    const std::string text = mutator.mutated(originals[mutator.below(originals.size())]);
    const auto result = isotherm::settings::parse_configuration(text, "fuzz.toml");
    read += static_cast<std::size_t>(result.ok());
    if (result.ok()) {
      ASSERT_FALSE(result.configuration.readers.empty()) << text;
    } else if (result.diagnostics[0].message.find("valid TOML") == std::string::npos) {
      ++refused_by_content;
    }
    for (const auto& diagnostic : result.diagnostics) {
      ASSERT_GE(diagnostic.line, 1U) << diagnostic.text() << "\n" << text;
      ASSERT_LE(diagnostic.line, line_count(text)) << diagnostic.text() << "\n" << text;
      ASSERT_EQ(diagnostic.text().find('\n'), std::string::npos) << diagnostic.text();
    }
  }
  // The run is worth something only if mutants of all three kinds came up.
  EXPECT_GT(read, kMutants / 100);
  EXPECT_GT(refused_by_content, kMutants / 100);
  EXPECT_GT(kMutants - read - refused_by_content, kMutants / 100);
}

TEST(ConfigurationFuzzTest, DeepNestingIsRefusedAndDoesNotExhaustTheStack) {
  for (const auto* const open : {"[", "{a=", "[{a="}) {
    std::string text = "x = ";
    for (int i = 0; i < 100'000; ++i) {
      text += open;
    }
    EXPECT_FALSE(isotherm::settings::parse_configuration(text, "deep.toml").ok());
  }
  // The deepest that lines of 4096 bytes allow: a header's dots and then a key's.
  std::string dotted = "x";
  for (int i = 0; i < 2'000; ++i) {
    dotted += ".a";
  }
  const std::string deepest = "[" + dotted + "]\n" + dotted + " = 1\n";
  EXPECT_FALSE(isotherm::settings::parse_configuration(deepest, "deep.toml").ok());
  std::string deeper = dotted;
  for (int i = 0; i < 100'000; ++i) {
    deeper += ".a";
  }
  const auto result = isotherm::settings::parse_configuration("\n" + deeper + " = 1", "deep.toml");
  ASSERT_EQ(result.diagnostics.size(), 1U);
  EXPECT_EQ(result.diagnostics[0].text(),
            "deep.toml:2: this line has more than 4096 bytes; break it, arrays may go over several "
            "lines");
}

TEST(QuantityFuzzTest, EveryTextIsReadOrRefusedWithAProblem) {
  constexpr std::string_view kCharacters = "0123456789....-+e munskMGTKHziBhd \"\xc2\xb5\n";
  Mutator random(7);
  for (std::size_t i = 0; i < kMutants; ++i) {
    std::string text;
    for (std::size_t length = random.below(24); length > 0; --length) {
      text.push_back(kCharacters[random.below(kCharacters.size())]);
    }
    const auto duration = isotherm::settings::parse_duration(text);
    ASSERT_NE(duration.ok(), !duration.problem.empty()) << text;
    ASSERT_TRUE(!duration.ok() || duration.value->count() >= 0) << text;
    const auto rate = isotherm::settings::parse_rate(text);
    ASSERT_NE(rate.ok(), !rate.problem.empty()) << text;
    ASSERT_TRUE(!rate.ok() || rate.value->count() >= 1) << text;
    const auto size = isotherm::settings::parse_size(text);
    ASSERT_NE(size.ok(), !size.problem.empty()) << text;
  }
}

}  // namespace
