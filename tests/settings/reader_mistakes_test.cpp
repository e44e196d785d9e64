// Mistakes in [[reader]] and [[reader.sensor]]: the line, what is wrong, what would be right.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "settings/mistakes.hpp"

namespace {

using isotherm::settings::parse_configuration;
using isotherm::test::in_reader;
using isotherm::test::in_sensor;
using isotherm::test::mistakes;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(ReaderMistakesTest, Names) {
  const auto named = [](const std::string& name) {
    return mistakes("[[reader]]\nname = \"" + name + "\"\n[[reader.sensor]]\nname = \"s\"\n");
  };
  EXPECT_THAT(named("elevenchars"), IsEmpty());
  EXPECT_THAT(named("twelve-chars"),
              ElementsAre("t:2: name \"twelve-chars\" has 12 characters; use at most 11"));
  EXPECT_THAT(named("a b"), ElementsAre(HasSubstr("holds a character")));
  EXPECT_THAT(named("a/b"), ElementsAre(HasSubstr("'/'")));
  EXPECT_THAT(named("k\u00f6ln"), ElementsAre(HasSubstr("holds a character that a name cannot")));
  EXPECT_THAT(named("-a"), ElementsAre(HasSubstr("does not start with a letter or digit")));
}

TEST(ReaderMistakesTest, ANameThatIsTakenNamesTheFirstLine) {
  EXPECT_THAT(mistakes("[[reader]]\nname = \"r\"\n[[reader.sensor]]\nname = \"s\"\n"
                       "[[reader]]\nname = \"r\"\n[[reader.sensor]]\nname = \"s\"\n"),
              ElementsAre(HasSubstr("t:6: the reader name \"r\" is taken by line 2"),
                          HasSubstr("t:8: the sensor name \"s\" is taken by line 4")));
}

TEST(ReaderMistakesTest, RatesAndPeriods) {
  const std::string allowed =
      "rates go from 0.01 Hz to 20 kHz, which are periods from 100 s to 50 us";
  EXPECT_THAT(in_reader("rate = \"20.001 kHz\""),
              ElementsAre("t:3: rate \"20.001 kHz\" is an impossible rate; " + allowed));
  EXPECT_THAT(in_reader("rate = \"9 mHz\""), ElementsAre(HasSubstr("is an impossible rate")));
  EXPECT_THAT(in_reader("rate = \"0 Hz\""), ElementsAre(HasSubstr("\"0 Hz\" never comes")));
  EXPECT_THAT(in_reader("rate = 100"),
              ElementsAre("t:3: rate 100 has no unit; write it with one and in quotes, rate = "
                          "\"100 Hz\""));
  EXPECT_THAT(in_reader("rate = \"10 ms\""),
              ElementsAre("t:3: rate \"10 ms\" is a duration, not a frequency; write for example "
                          "\"100 Hz\" or \"1 kHz\""));
  EXPECT_THAT(in_reader("period = \"10 Hz\""),
              ElementsAre("t:3: period \"10 Hz\" is a frequency, not a duration; write for example "
                          "\"10 ms\" or \"5 s\""));
  EXPECT_THAT(in_reader("period = \"49 us\""),
              ElementsAre("t:3: period \"49 us\" is an impossible period; " + allowed));
  EXPECT_THAT(in_reader("period = \"0 s\""), ElementsAre(HasSubstr("impossible period")));
  EXPECT_THAT(in_reader("period = \"2 min\""), ElementsAre(HasSubstr("impossible period")));
  EXPECT_THAT(in_reader("period = 0.01"), ElementsAre(HasSubstr("t:3: period 0.01 has no unit")));
  EXPECT_THAT(in_reader("rate = \"100 Hz\"\nperiod = \"10 ms\""),
              ElementsAre("t:4: period is given beside rate; keep one of the two, each follows "
                          "from the other"));
}

TEST(ReaderMistakesTest, Cores) {
  EXPECT_THAT(in_reader("core = 1023"), IsEmpty());
  EXPECT_THAT(in_reader("core = 1024"),
              ElementsAre("t:3: core 1024 is out of its range; use whole numbers from 0 to 1023"));
  EXPECT_THAT(in_reader("core = \"3\""),
              ElementsAre("t:3: core \"3\" is not a core; write core = \"auto\", core = 3 or core "
                          "= [2, 3]"));
  EXPECT_THAT(in_reader("core = 1.0"), ElementsAre(HasSubstr("t:3: core must be a core number")));
  EXPECT_THAT(in_reader("core = []"), ElementsAre(HasSubstr("t:3: core is an empty array")));
  EXPECT_THAT(in_reader("core = [2,\n2,\n-3]"),
              ElementsAre("t:4: core names core 2 twice; name each core once",
                          HasSubstr("t:5: core -3 is out of its range")));
}

TEST(ReaderMistakesTest, AHousekeepingCoreIsNoReadersCore) {
  EXPECT_THAT(mistakes("[station]\nhousekeeping = [0, 1]\n[[reader]]\nname = \"r\"\ncore = [1, 2]\n"
                       "[[reader.sensor]]\nname = \"s\"\n"),
              ElementsAre("t:5: core 1 is a housekeeping core of [station]; use another core, or "
                          "take it out of housekeeping"));
}

TEST(ReaderMistakesTest, PolicyAndPriority) {
  EXPECT_THAT(in_reader("policy = \"FIFO\""),
              ElementsAre("t:3: policy \"FIFO\" is not known; did you mean \"fifo\"? use \"fifo\", "
                          "\"rr\", \"deadline\" or \"other\""));
  EXPECT_THAT(in_reader("priority = 0"),
              ElementsAre("t:3: priority 0 is out of its range; use a whole number from 1 to 99"));
  EXPECT_THAT(in_reader("priority = 100"), ElementsAre(HasSubstr("is out of its range")));
  EXPECT_THAT(in_reader("priority = \"high\""), ElementsAre(HasSubstr("must be a whole number")));
  EXPECT_THAT(in_reader("policy = \"other\"\npriority = 10"),
              ElementsAre("t:4: priority has no meaning under the policy \"other\"; leave it out, "
                          "or use the policy \"fifo\" or \"rr\""));
  EXPECT_THAT(in_reader("policy = \"deadline\"\npriority = 10"),
              ElementsAre(HasSubstr("t:4: priority has no meaning under the policy \"deadline\"")));
  EXPECT_THAT(in_reader("policy = \"fast\"\npriority = 10").size(), 1U)
      << "of an unknown policy nobody can say whether it has a priority";
}

TEST(ReaderMistakesTest, Runtime) {
  EXPECT_THAT(in_reader("runtime = \"1 ms\""),
              ElementsAre("t:3: runtime has no meaning under the policy \"fifo\"; leave it out, or "
                          "use the policy \"deadline\""));
  EXPECT_THAT(in_reader("policy = \"deadline\"\nrate = \"100 Hz\"\nruntime = \"10 ms\""),
              IsEmpty());
  EXPECT_THAT(in_reader("policy = \"deadline\"\nrate = \"100 Hz\"\nruntime = \"11 ms\""),
              ElementsAre(HasSubstr("t:5: runtime 11 ms is longer than the period, 10 ms")));
  EXPECT_THAT(in_reader("policy = \"deadline\"\nruntime = \"1 us\""),
              ElementsAre(HasSubstr("t:4: runtime \"1 us\" is too short")));
}

TEST(ReaderMistakesTest, OverrunAndSpin) {
  EXPECT_THAT(in_reader("overrun = \"skipp\""),
              ElementsAre("t:3: overrun \"skipp\" is not known; did you mean \"skip\"? use "
                          "\"skip\" or \"stop\""));
  EXPECT_THAT(in_reader("rate = \"1 kHz\"\nspin = \"999 us\""), IsEmpty());
  EXPECT_THAT(in_reader("rate = \"1 kHz\"\nspin = \"1 ms\""),
              ElementsAre(HasSubstr("t:4: spin 1 ms is not shorter than the period, 1 ms")));
  EXPECT_THAT(in_reader("spin = 0"), ElementsAre(HasSubstr("t:3: spin 0 has no unit")));
}

TEST(ReaderMistakesTest, Isolate) {
  EXPECT_THAT(in_reader("isolate = \"cpuset\""), IsEmpty());
  EXPECT_THAT(in_reader("isolate = \"cpusets\""),
              ElementsAre("t:3: isolate \"cpusets\" is not known; did you mean \"cpuset\"? use "
                          "\"boot\" or \"cpuset\""));
  EXPECT_THAT(in_reader("policy = \"deadline\"\nisolate = \"cpuset\""),
              ElementsAre(HasSubstr("t:4: isolate \"cpuset\" cannot go with the policy")));
  EXPECT_THAT(in_reader("policy = \"deadline\"\nisolate = \"boot\""), IsEmpty());
}

TEST(ReaderMistakesTest, WorstSlotsAreFromNoneToAsManyAsAReaderHasRoomFor) {
  EXPECT_THAT(in_reader("worst_slots = 0"), IsEmpty());
  EXPECT_THAT(in_reader("worst_slots = 64"), IsEmpty());
  EXPECT_THAT(in_reader("worst_slots = 65"), ElementsAre(HasSubstr("t:3: worst_slots 65 ")));
  EXPECT_THAT(in_reader("worst_slots = \"8\""), ElementsAre(HasSubstr("t:3: worst_slots ")));
}

TEST(SensorMistakesTest, NamesAndUnitsKeepTheLogWhole) {
  const auto named = [](const std::string& name) {
    return mistakes("[[reader]]\nname = \"r\"\n[[reader.sensor]]\nname = '" + name + "'\n");
  };
  for (const auto* const name : {"a,b", "a\"b", "a b", "=1+1", "-1"}) {
    EXPECT_THAT(named(name), ElementsAre(HasSubstr("t:4: name "))) << name;
  }
  EXPECT_THAT(named(std::string(64, 'x')), IsEmpty());
  EXPECT_THAT(named(std::string(65, 'x')), ElementsAre(HasSubstr("has 65 characters")));
  EXPECT_THAT(in_sensor("unit = \"a,b\""),
              ElementsAre("t:5: unit \"a,b\" would break the log's columns; leave out commas, "
                          "semicolons and quotes"));
  EXPECT_THAT(in_sensor("unit = \"degrees Celsius here\""), ElementsAre(HasSubstr("is longer")));
  EXPECT_THAT(in_sensor("unit = \"\u00b0C\""), IsEmpty());
}

TEST(SensorMistakesTest, Drivers) {
  EXPECT_THAT(in_sensor("driver = \"hwmom\"\ndevice = \"x\""),
              ElementsAre("t:5: driver \"hwmom\" is not known; did you mean \"hwmon\"? use "
                          "\"hwmon\", \"thermal\", \"iio\", \"w1\", \"sim\" or \"replay\""))
      << "and its device is not called a key of another driver";
  for (const std::string driver : {"hwmon", "thermal", "iio", "w1"}) {
    EXPECT_THAT(in_sensor("driver = \"" + driver + "\""),
                ElementsAre("t:3: device is missing; the driver \"" + driver +
                            "\" needs one, `isotherm sensors` prints those of this machine"));
  }
  EXPECT_THAT(in_sensor("driver = \"replay\""), ElementsAre(HasSubstr("t:3: file is missing")));
  EXPECT_THAT(in_sensor("driver = \"hwmon\"\ndevice = \"hwmon3\""), IsEmpty())
      << "which devices are good, the driver says";
}

TEST(SensorMistakesTest, KeysOfOtherDrivers) {
  EXPECT_THAT(in_sensor("driver = \"hwmon\"\ndevice = \"x\"\nfile = \"x.csv\""),
              ElementsAre("t:7: file is no key of the driver \"hwmon\"; leave it out, or use the "
                          "driver \"replay\""));
  EXPECT_THAT(in_sensor("device = \"1-0048\""),
              ElementsAre("t:5: device is no key of the driver \"sim\", which is the default; "
                          "leave it out, or use the driver \"hwmon\", \"thermal\", \"iio\" or "
                          "\"w1\""));
  EXPECT_THAT(in_sensor("driver = \"w1\"\ndevice = \"28-1\"\ninput = \"temp1\""),
              ElementsAre(HasSubstr("t:7: input is no key of the driver \"w1\"")));
  EXPECT_THAT(in_sensor("driver = \"thermal\"\ndevice = \"cpu\"\naccept_power_on_value = true"),
              ElementsAre(HasSubstr("t:7: accept_power_on_value is no key")));
  EXPECT_THAT(in_sensor("driver = \"replay\"\nfile = \"x.csv\"\nsim = {}"),
              ElementsAre(HasSubstr("t:7: sim is no key of the driver \"replay\"")));
  EXPECT_THAT(in_sensor("loop = true"), ElementsAre(HasSubstr("t:5: loop is no key")));
}

TEST(SensorMistakesTest, Numbers) {
  EXPECT_THAT(in_sensor("every = 0"),
              ElementsAre("t:5: every 0 is out of its range; use a whole number from 1 to "
                          "4294967295"));
  EXPECT_THAT(in_sensor("every = 4294967296"), ElementsAre(HasSubstr("is out of its range")));
  EXPECT_THAT(in_sensor("rate = \"1 Hz\""), ElementsAre(HasSubstr("every = 10")));
  EXPECT_THAT(in_sensor("scale = 0"), ElementsAre(HasSubstr("t:5: scale 0 makes every reading")));
  EXPECT_THAT(in_sensor("scale = \"2\""),
              ElementsAre("t:5: scale must be a number, not a text; write it without quotes and "
                          "without a unit, scale = 1.5"));
  EXPECT_THAT(in_sensor("offset = nan"),
              ElementsAre(HasSubstr("t:5: offset must be a finite number")));
  EXPECT_THAT(in_sensor("offset = -inf"), ElementsAre(HasSubstr("finite")));
  EXPECT_THAT(in_sensor("stuck_after = -1"), ElementsAre(HasSubstr("is out of its range")));
  EXPECT_THAT(in_sensor("stuck_after = 1"),
              ElementsAre(HasSubstr("t:5: stuck_after 1 would call every reading stuck")));
}

TEST(SensorMistakesTest, RefusedValuesDoNotReachTheDriverThatWouldRefuseThemAgain) {
  const auto result = parse_configuration(R"([[reader]]
name = "r"
[[reader.sensor]]
name = "s"
scale = 0.0
stuck_after = 1
range = [5, 5]
sim = { faults = { crc = 0.7, timeout = 0.7 } }
[[reader.sensor]]
name = "w"
driver = "w1"
device = "28-0316a2795aff"
input = "temp1"
)",
                                          "t");
  EXPECT_EQ(result.diagnostics.size(), 5U);
  ASSERT_EQ(result.configuration.readers[0].sensors.size(), 2U);
  const auto& sensor = result.configuration.readers[0].sensors[0];
  EXPECT_EQ(sensor.scale, 1.0);
  EXPECT_EQ(sensor.stuck_after, 0U);
  EXPECT_FALSE(sensor.range.has_value());
  EXPECT_THAT(sensor.sim.fault_rates, IsEmpty());
  EXPECT_EQ(result.configuration.readers[0].sensors[1].input, "");
}

TEST(SensorMistakesTest, Ranges) {
  EXPECT_THAT(in_sensor("range = [5, 5]"), ElementsAre(HasSubstr("t:5: range is empty")));
  for (const auto* const range :
       {"[1]", "[1, 2, 3]", "[\"1\", 2]", "[nan, 2]", "[-inf, inf]", "\"0..5\"", "5", "[[1, 2]]"}) {
    EXPECT_THAT(in_sensor(std::string("range = ") + range),
                ElementsAre(HasSubstr("t:5: range must be two numbers")))
        << range;
  }
}

TEST(SimMistakesTest, Values) {
  EXPECT_THAT(in_sensor("sim = 1"), ElementsAre(HasSubstr("t:5: sim must be a table")));
  EXPECT_THAT(in_sensor("sim = { maen = 20 }"),
              ElementsAre("t:5: unknown key \"maen\" in [reader.sensor.sim]; did you mean "
                          "\"mean\"?"));
  EXPECT_THAT(in_sensor("sim = { noise = -1 }"), ElementsAre(HasSubstr("noise -1 is out of")));
  EXPECT_THAT(in_sensor("sim = { resolution = -1 }"), ElementsAre(HasSubstr("is out of")));
  EXPECT_THAT(in_sensor("sim = { cycle = 20 }"), ElementsAre(HasSubstr("cycle 20 has no unit")));
  EXPECT_THAT(in_sensor("sim = { cycle = \"0 s\" }"), ElementsAre(HasSubstr("is too short")));
  EXPECT_THAT(in_sensor("sim = { seed = -1 }"), ElementsAre(HasSubstr("seed -1 is out of")));
  EXPECT_THAT(in_sensor("sim = { spike_rate = 1.5 }"),
              ElementsAre("t:5: spike_rate 1.5 is out of its range; use a number from 0 to 1"));
  EXPECT_THAT(in_sensor("sim = { stall_rate = -0.1 }"), ElementsAre(HasSubstr("is out of")));
  EXPECT_THAT(in_sensor("sim = { stall_slots = 3 }"),
              ElementsAre("t:5: stall_slots must be an array, not a whole number; write "
                          "stall_slots = [3, 4], slots count from 0"));
  EXPECT_THAT(in_sensor("sim = { stall_slots = [-3] }"), ElementsAre(HasSubstr("-3 is out of")));
  EXPECT_THAT(in_sensor("sim = { stall = \"1 h\" }"), ElementsAre(HasSubstr("is too long")));
}

TEST(SimMistakesTest, Faults) {
  EXPECT_THAT(in_sensor("sim = { faults = { crcc = 0.1 } }"),
              ElementsAre("t:5: unknown key \"crcc\" in the faults of a simulated sensor; did you "
                          "mean \"crc\"?"));
  EXPECT_THAT(in_sensor("sim = { faults = { none = 0.1 } }"),
              ElementsAre(HasSubstr("unknown key \"none\"")))
      << "no fault is no fault";
  EXPECT_THAT(in_sensor("sim = { faults = { crc = 1.1 } }"),
              ElementsAre(HasSubstr("crc 1.1 is out of its range")));
  EXPECT_THAT(in_sensor("sim = { faults = { crc = 0.6, nack = 0.6 } }"),
              ElementsAre("t:5: faults add up to more than 1; each is the share of slots that "
                          "fail that way, 0.05 is 5 %"));
  EXPECT_THAT(in_sensor("sim = { faults = { crc = 0.1, nack = 0.2, io = 0.7 } }"), IsEmpty());
  EXPECT_THAT(in_sensor("sim = { faults = 0.05 }"),
              ElementsAre("t:5: faults must be a table of faults; write faults = { crc = 0.05 }"));
  EXPECT_THAT(in_sensor("sim = { fault_slots = { crc = [0, 1.5] } }"),
              ElementsAre(HasSubstr("crc must be slot numbers, not a number with decimals")));
  EXPECT_THAT(in_sensor("sim = { fault_slots = { tmeout = [1] } }"),
              ElementsAre(HasSubstr("did you mean \"timeout\"?")));
  EXPECT_THAT(in_sensor("sim = { fault_slots = [1] }"),
              ElementsAre(HasSubstr("fault_slots must be a table of faults")));
}

TEST(SimMistakesTest, ATableOfItsOwnHasItsOwnLines) {
  EXPECT_THAT(in_sensor("[reader.sensor.sim]\nmean = 1\nnois = 2\nfaults.crc = 2\n"),
              ElementsAre(HasSubstr("t:7: unknown key \"nois\""),
                          HasSubstr("t:8: crc 2 is out of its range")));
}

}  // namespace
