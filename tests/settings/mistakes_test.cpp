// Mistakes in a configuration as a whole, in [station] and in [log]: the line, what is wrong, what
// would be right.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "settings/load_configuration.hpp"
#include "settings/mistakes.hpp"

namespace {

using isotherm::test::in_log;
using isotherm::test::in_reader;
using isotherm::test::in_station;
using isotherm::test::mistakes;
using isotherm::test::texts;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(MistakesTest, AllAreReportedAtOnceSortedByLine) {
  EXPECT_THAT(
      mistakes(R"([station]
name = "kiln room"
realtime = "requierd"
stall_budget = "5"
colour = "red"
[[reader]]
name = "fast"
rate = "50 kHz"
prioritty = 80
core = -1
[[reader.sensor]]
name = "inlet"
driver = "hwmon"
[[reader.sensor]]
name = "inlet"
range = [125, -40]
[log]
window = "7 s"
rotate_count = "ten"
)"),
      ElementsAre(
          "t:2: name \"kiln room\" holds a character that a name cannot have, ' '; use letters, "
          "digits, '-', '_' and '.', a letter or digit first",
          "t:3: realtime \"requierd\" is not known; did you mean \"required\"? use \"required\" or "
          "\"best-effort\"",
          "t:4: stall_budget \"5\" has no unit; write for example \"10 ms\" or \"5 s\"",
          "t:5: unknown key \"colour\" in [station]; its keys are name, board, realtime, "
          "isolation, stall_budget, housekeeping and cpu_dma_latency",
          "t:8: rate \"50 kHz\" is an impossible rate; rates go from 0.01 Hz to 20 kHz, which are "
          "periods from 100 s to 50 us",
          "t:9: unknown key \"prioritty\" in [[reader]]; did you mean \"priority\"?",
          "t:10: core -1 is out of its range; use whole numbers from 0 to 1023",
          "t:11: device is missing; the driver \"hwmon\" needs one, `isotherm sensors` prints "
          "those of this machine",
          "t:15: the sensor name \"inlet\" is taken by line 12; give each sensor of the station a "
          "name of its own",
          "t:16: range is empty: its first number is not below its second; write the lowest and "
          "the highest good value, range = [-40, 125]",
          "t:18: window \"7 s\" does not divide a day; windows stay aligned from day to day only "
          "at lengths such as 100 ms, 1 s, 10 s, 1 min, 15 min or 1 h",
          "t:19: rotate_count must be a whole number, not a text; write it in digits, "
          "rotate_count = 1"));
}

TEST(MistakesTest, ASyntaxErrorIsOneDiagnosticAtItsLine) {
  const auto found = mistakes("[station]\nname = \"x\"\nboard = \n[log]\ncolour = 1\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0], HasSubstr("t:3: this is not valid TOML: "));
}

TEST(MistakesTest, AKeyThatIsThereTwiceIsASyntaxError) {
  const auto found = mistakes("[station]\nname = \"x\"\nname = \"y\"\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0], HasSubstr("t:3: this is not valid TOML: "));
}

TEST(MistakesTest, TextThatIsNotUtf8IsASyntaxError) {
  const auto found = mistakes("[station]\nname = \"\xff\xfe\"\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0], HasSubstr("t:2: this is not valid TOML: "));
}

TEST(MistakesTest, AFileThatCannotBeReadIsOneDiagnostic) {
  const auto missing = isotherm::settings::load_configuration("/nonexistent/isotherm.toml");
  EXPECT_THAT(texts(missing.diagnostics),
              ElementsAre("/nonexistent/isotherm.toml: cannot be read: No such file or directory; "
                          "name a file that exists and that this user may read"));
  EXPECT_EQ(missing.diagnostics[0].line, 0U);
  EXPECT_FALSE(missing.ok());
  const auto folder = isotherm::settings::load_configuration(ISOTHERM_SOURCE_DIR);
  ASSERT_EQ(folder.diagnostics.size(), 1U);
  EXPECT_EQ(folder.diagnostics[0].message, "cannot be read: it is a directory");
  const auto endless = isotherm::settings::load_configuration("/dev/zero");
  ASSERT_EQ(endless.diagnostics.size(), 1U);
  EXPECT_THAT(endless.diagnostics[0].message, HasSubstr("larger than 1 MiB"));
}

TEST(MistakesTest, AnEmptyFileHasNoReader) {
  EXPECT_THAT(mistakes(""), ElementsAre(HasSubstr("t:1: there is no reader; write [[reader]]")));
}

TEST(MistakesTest, AReaderNeedsANameAndASensor) {
  EXPECT_THAT(mistakes("\n[[reader]]\n"),
              ElementsAre("t:2: name is missing; each reader needs one, name = \"fast\"",
                          HasSubstr("t:2: this reader has no sensor; write [[reader.sensor]]")));
}

TEST(MistakesTest, ASensorNeedsAName) {
  EXPECT_THAT(mistakes("[[reader]]\nname = \"r\"\n[[reader.sensor]]\n"),
              ElementsAre("t:3: name is missing; each sensor needs one, name = \"inlet\""));
}

TEST(MistakesTest, SingleBracketsAroundAReaderOrASensorAreExplained) {
  EXPECT_THAT(mistakes("[reader]\nname = \"r\"\n"),
              ElementsAre(HasSubstr("t:1: reader must be an array of tables; write [[reader]], "
                                    "with double brackets")));
  EXPECT_THAT(mistakes("[[reader]]\nname = \"r\"\n[reader.sensor]\nname = \"s\"\n"),
              ElementsAre(HasSubstr("t:3: sensor must be an array of tables; write "
                                    "[[reader.sensor]]")));
  EXPECT_THAT(mistakes("reader = 1"), ElementsAre(HasSubstr("t:1: reader must be an array")));
  EXPECT_THAT(mistakes("reader = []"), ElementsAre(HasSubstr("t:1: reader must be an array")));
  EXPECT_THAT(mistakes("\nreader = [\n1,\n2]"),
              ElementsAre(HasSubstr("t:3: reader must be an array of tables"),
                          HasSubstr("t:4: reader must be an array of tables")));
  EXPECT_THAT(in_reader("sensor = 1").size(), 1U) << "a key that is there twice is a syntax error";
  EXPECT_THAT(mistakes("[[reader]]\nname = \"r\"\nsensor = []"),
              ElementsAre(HasSubstr("t:3: sensor is empty, so this reader has no sensor")));
  EXPECT_THAT(mistakes("[[reader]]\nname = \"r\"\nsensor = [1]"),
              ElementsAre(HasSubstr("t:3: sensor must be an array of tables")));
}

TEST(MistakesTest, DoubleBracketsAroundTheLogAreExplained) {
  const std::string reader = "[[reader]]\nname = \"r\"\n[[reader.sensor]]\nname = \"s\"\n";
  EXPECT_THAT(mistakes(reader + "[[log]]\nwindow = \"1 s\"\n"),
              ElementsAre("t:5: log must be one table, [log]; write [log], with single brackets, "
                          "once"));
  EXPECT_THAT(mistakes("station = \"kiln\"\n" + reader),
              ElementsAre("t:1: station must be one table, [station]; write [station] and its keys "
                          "under it"));
}

TEST(MistakesTest, UnknownTablesAreFound) {
  const std::string reader = "[[reader]]\nname = \"r\"\n[[reader.sensor]]\nname = \"s\"\n";
  EXPECT_THAT(mistakes(reader + "[logs]\nwindow = \"1 s\"\n"),
              ElementsAre("t:5: unknown key \"logs\" in the top level; did you mean \"log\"?"));
  EXPECT_THAT(mistakes("[[readers]]\nname = \"r\"\n"),
              ElementsAre("t:1: unknown key \"readers\" in the top level; did you mean "
                          "\"reader\"?",
                          HasSubstr("t:1: there is no reader")));
  EXPECT_THAT(mistakes("rate = \"1 Hz\"\n" + reader),
              ElementsAre("t:1: unknown key \"rate\" in the top level; it belongs to [[reader]]"));
}

TEST(StationMistakesTest, WrongTypesAndValues) {
  EXPECT_THAT(in_station("name = 3"), ElementsAre("t:2: name must be a text, not a whole number; "
                                                  "write it in quotes, name = \"...\""));
  EXPECT_THAT(in_station("name = \"\""), ElementsAre(HasSubstr("t:2: name is empty")));
  EXPECT_THAT(in_station("board = \"../x\""),
              ElementsAre(HasSubstr("t:2: board \"../x\" holds a character that a name cannot "
                                    "have, '/'")));
  EXPECT_THAT(in_station("board = \"..\""),
              ElementsAre(HasSubstr("t:2: board \"..\" does not start with a letter or digit")));
  EXPECT_THAT(in_station("realtime = true"),
              ElementsAre("t:2: realtime must be a text, not true or false; use \"required\" or "
                          "\"best-effort\""));
  EXPECT_THAT(in_station("isolation = \"best-effort\""),
              ElementsAre("t:2: isolation \"best-effort\" is not known; use \"preferred\" or "
                          "\"required\""));
  EXPECT_THAT(in_station("stall_budget = 5"),
              ElementsAre("t:2: stall_budget 5 has no unit; write it with one and in quotes, "
                          "stall_budget = \"5 ms\""));
  EXPECT_THAT(in_station("stall_budget = \"1 us\""),
              ElementsAre("t:2: stall_budget \"1 us\" is too short; use a duration from 10 ms to "
                          "10 min"));
  EXPECT_THAT(in_station("stall_budget = \"1 h\""),
              ElementsAre(HasSubstr("t:2: stall_budget \"1 h\" is too long")));
  EXPECT_THAT(in_station("stall_budget = 12:00:00"),
              ElementsAre(HasSubstr("must be a text such as \"10 ms\", not a date or time")));
  EXPECT_THAT(in_station("cpu_dma_latency = \"1500 ns\""),
              ElementsAre(HasSubstr("t:2: cpu_dma_latency is no whole number of microseconds")));
  EXPECT_THAT(in_station("cpu_dma_latency = \"2 s\""),
              ElementsAre(HasSubstr("t:2: cpu_dma_latency \"2 s\" is too long")));
  EXPECT_THAT(in_station("cpu_dma_latency = 0"),
              ElementsAre(HasSubstr("t:2: cpu_dma_latency 0 has no unit")));
  EXPECT_THAT(in_station("housekeeping = [0, \"1\"]"),
              ElementsAre("t:2: housekeeping must be a core number or an array of them, not a "
                          "text; write housekeeping = 3 or housekeeping = [2, 3]"));
  EXPECT_THAT(in_station("housekeeping = [0, 0]"),
              ElementsAre("t:2: housekeeping names core 0 twice; name each core once"));
  EXPECT_THAT(in_station("window = \"1 s\""),
              ElementsAre("t:2: unknown key \"window\" in [station]; it belongs to [log]"));
}

TEST(LogMistakesTest, WrongTypesAndValues) {
  EXPECT_THAT(in_log("directory = \"\""), ElementsAre(HasSubstr("t:2: directory is empty")));
  EXPECT_THAT(in_log("directory = \"a\\nb\""),
              ElementsAre(HasSubstr("t:2: directory holds a control character")));
  EXPECT_THAT(in_log("format = \"json\""),
              ElementsAre("t:2: format \"json\" is not known; did you mean \"jsonl\"? use \"csv\" "
                          "or \"jsonl\""));
  EXPECT_THAT(in_log("window = \"10 Hz\""),
              ElementsAre("t:2: window \"10 Hz\" is a frequency, not a duration; write for example "
                          "\"10 ms\" or \"5 s\""));
  EXPECT_THAT(in_log("window = \"50 ms\""),
              ElementsAre("t:2: window \"50 ms\" is too short; use a duration from 100 ms to 1 d"));
  EXPECT_THAT(in_log("window = \"2 d\""), ElementsAre(HasSubstr("\"2 d\" is too long")));
  EXPECT_THAT(in_log("rotate_size = 64"),
              ElementsAre("t:2: rotate_size 64 has no unit; write it with one and in quotes, "
                          "rotate_size = \"64 MB\""));
  EXPECT_THAT(in_log("rotate_size = \"64\""), ElementsAre(HasSubstr("\"64\" has no unit")));
  EXPECT_THAT(in_log("rotate_size = \"1 B\""),
              ElementsAre("t:2: rotate_size \"1 B\" is too small; use a size from 4 KiB to 1 TiB"));
  EXPECT_THAT(in_log("rotate_count = -1"),
              ElementsAre("t:2: rotate_count -1 is out of its range; use a whole number from 0 to "
                          "100000"));
  EXPECT_THAT(in_log("rotate_count = 1.5"),
              ElementsAre(HasSubstr("must be a whole number, not a number with decimals")));
  EXPECT_THAT(in_log("flush = \"2 h\""),
              ElementsAre(HasSubstr("flush \"2 h\" is too long; use a duration from 0 s to 1 h")));
  EXPECT_THAT(in_log("fsync = \"-1 s\""), ElementsAre(HasSubstr("\"-1 s\" is negative")));
  EXPECT_THAT(in_log("buffer = \"2 GiB\""),
              ElementsAre("t:2: buffer \"2 GiB\" is too large; use a size from 4 KiB to 1 GiB"));
  EXPECT_THAT(in_log("buffer = []"), ElementsAre(HasSubstr("not an array")));
}

TEST(MistakesTest, CapturesMistakesAreFound) {
  EXPECT_THAT(isotherm::test::in_capture("lateness = \"no\""),
              ElementsAre("t:2: lateness \"no\" is not known; use \"rounded\", \"exact\" or "
                          "\"none\""));
  EXPECT_THAT(isotherm::test::in_capture("total_size = \"1 kB\"").size(), 1U);
  EXPECT_THAT(isotherm::test::in_capture("flush = \"0 s\"").size(), 1U);
  EXPECT_THAT(isotherm::test::in_capture("window = \"1 s\""),
              ElementsAre("t:2: unknown key \"window\" in [capture]; it belongs to [log]"));
}

TEST(MistakesTest, ACaptureFileOfMoreThanAQuarterOfAllIsFound) {
  const auto mistakes_of = isotherm::test::in_capture;
  EXPECT_THAT(mistakes_of("total_size = \"1 GiB\"\nfile_size = \"1 GiB\""),
              ElementsAre("t:3: file_size \"1 GiB\" is more than a quarter of total_size, "
                          "\"1 GiB\"; use at most \"256 MiB\", so that the oldest file can go"));
  EXPECT_THAT(mistakes_of("file_size = \"257 MiB\""),
              ElementsAre(HasSubstr("t:2: file_size \"257 MiB\" is more than a quarter")));
  EXPECT_THAT(mistakes_of("total_size = \"1 MiB\"\nfile_size = \"256 KiB\""), ElementsAre());
  EXPECT_THAT(mistakes_of("file_size = \"256 MiB\""), ElementsAre());
  EXPECT_THAT(mistakes_of("total_size = \"64 KiB\""), ElementsAre());  // the default fits itself
  EXPECT_THAT(mistakes_of("total_size = \"1 B\"\nfile_size = \"1 TiB\""),
              ElementsAre(HasSubstr("t:2: total_size \"1 B\" is too small")));
}

TEST(MistakesTest, AHistoryInAFileOfTheLogOrInAFolderIsFound) {
  const auto mistakes_of = [](const std::string& file) {
    return isotherm::test::in_history("file = \"" + file + "\"");
  };
  for (const char* file :
       {"temperature.csv", "temperature.3.csv", "temperature.jsonl", "temperature.12.jsonl",
        "events.jsonl", "events.1.jsonl", "capture-000001.isocap", "my.isocap", ".isocap",
        "sub/temperature.csv", "/var/log/isotherm/events.jsonl"}) {
    EXPECT_THAT(mistakes_of(file), ElementsAre("t:2: file \"" + std::string(file) +
                                               "\" is a name of the log, the events or the "
                                               "captures; name a file of its own, such as "
                                               "\"history.db\""));
  }
  for (const char* file : {"/", "x/", "temperature.csv/", ".", "..", "x/.", "/var/.."}) {
    EXPECT_THAT(mistakes_of(file), ElementsAre("t:2: file \"" + std::string(file) +
                                               "\" is a folder; name a file of its own, such as "
                                               "\"history.db\""));
  }
  EXPECT_THAT(mistakes_of(""), ElementsAre(HasSubstr("file is empty")));
  for (const char* file :
       {"history.db", "/srv/isotherm/history.db", "temperature", "temperature.db",
        "temperatures.csv", "temperature.old.csv", "temperature.csv.db", "temperature..csv",
        "isocap", "..db", "temperature.csv/history.db", "capture-000001.isocap/history.db"}) {
    EXPECT_THAT(mistakes_of(file), ElementsAre()) << file;
  }
}

}  // namespace
