#include "sensor/w1.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "device_trees.hpp"

namespace isotherm::test {
namespace {

using core::Fault;
using ::testing::AllOf;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

constexpr const char* kSlave = "28-0316a2795aff";
constexpr const char* kFile = "/sys/bus/w1/devices/28-0316a2795aff/w1_slave";

std::string reading_text(const std::string& milli, const std::string& verdict = "YES") {
  return "72 01 4b 46 7f ff 0e 10 57 : crc=57 " + verdict +
         "\n72 01 4b 46 7f ff 0e 10 57 t=" + milli + "\n";
}

class W1ThermometerTest : public ::testing::Test {
 protected:
  sensor::W1Reading convert(sensor::W1Thermometer& thermometer, const std::string& milli) {
    files_.set(kFile, reading_text(milli));
    return thermometer.convert();
  }

  FakeFileTree files_;
};

TEST_F(W1ThermometerTest, ThePowerOnValueIsAFaultAtFirst) {
  sensor::W1Thermometer thermometer(files_, kSlave, false);
  EXPECT_EQ(convert(thermometer, "85000").fault, Fault::PowerOn);
  EXPECT_EQ(convert(thermometer, "85000").fault, Fault::PowerOn);
  EXPECT_EQ(convert(thermometer, "21000").milli, 21'000);
  EXPECT_EQ(convert(thermometer, "85000").fault, Fault::PowerOn) << "64 degrees in one step";
}

TEST_F(W1ThermometerTest, ATrue85DegreesIsReachedThroughItsNeighbours) {
  sensor::W1Thermometer thermometer(files_, kSlave, false);
  EXPECT_EQ(convert(thermometer, "80000").fault, Fault::None);
  EXPECT_EQ(convert(thermometer, "85000").milli, 85'000);
  EXPECT_EQ(convert(thermometer, "85000").fault, Fault::None) << "and may stay there";
  EXPECT_EQ(convert(thermometer, "84937").fault, Fault::None);
  EXPECT_EQ(convert(thermometer, "79937").fault, Fault::None);
  EXPECT_EQ(convert(thermometer, "85000").fault, Fault::PowerOn) << "more than 5 degrees away";
}

TEST_F(W1ThermometerTest, ANeighbourOfLongAgoProvesNothing) {
  sensor::W1Thermometer thermometer(files_, kSlave, false);
  EXPECT_EQ(convert(thermometer, "84000").fault, Fault::None);
  for (unsigned i = 0; i < sensor::W1Thermometer::kRecentConversions; ++i) {
    files_.set(kFile, reading_text("84000", "NO"));
    EXPECT_EQ(thermometer.convert().fault, Fault::Crc);
  }
  EXPECT_EQ(convert(thermometer, "85000").fault, Fault::PowerOn);
}

TEST_F(W1ThermometerTest, ThePowerOnValueCanBeAccepted) {
  sensor::W1Thermometer thermometer(files_, kSlave, true);
  EXPECT_EQ(convert(thermometer, "85000").milli, 85'000);
}

TEST_F(W1ThermometerTest, ASlaveThatIsUnpluggedAndReturnsIsOpenedAnew) {
  sensor::W1Thermometer thermometer(files_, kSlave, false);
  EXPECT_EQ(thermometer.convert().fault, Fault::Absent);
  EXPECT_EQ(convert(thermometer, "20000").milli, 20'000);
  files_.remove(kFile);
  EXPECT_EQ(thermometer.convert().fault, Fault::Absent);
  EXPECT_EQ(thermometer.convert().fault, Fault::Absent);
  EXPECT_EQ(files_.open_files(), 0U);
  EXPECT_EQ(convert(thermometer, "20500").milli, 20'500);
  EXPECT_EQ(convert(thermometer, "20600").milli, 20'600);
  EXPECT_EQ(files_.opens(kFile), 2U);
}

TEST_F(W1ThermometerTest, FaultsOfTheKernelArePassedOn) {
  sensor::W1Thermometer thermometer(files_, kSlave, false);
  files_.set(kFile, reading_text("20000"));
  files_.set_fault(kFile, Fault::Timeout);
  EXPECT_EQ(thermometer.convert().fault, Fault::Timeout);
}

class W1SensorTest : public ::testing::Test {
 protected:
  W1SensorTest() { bench_.files.set(kFile, reading_text("20000")); }

  // Runs the recorded helper for exactly one conversion: it is asked to stop while it reads.
  void convert_once() {
    std::stop_source stop;
    bench_.files.before_read = [&stop](const std::string&) { stop.request_stop(); };
    bench_.helpers.run(0, stop.get_token());
    bench_.files.before_read = nullptr;
  }

  static sensor::SensorSettings w1() { return settings_of(sensor::DriverKind::W1, kSlave); }

  Bench bench_;
};

TEST_F(W1SensorTest, AReadNeverTouchesTheBus) {
  const auto sensor = bench_.make(w1());
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(sensor->read({}).fault, Fault::Stale);
  }
  EXPECT_EQ(bench_.files.reads(kFile), 0U);
  EXPECT_LT(sensor->declared_worst_case(), 1ms);
}

TEST_F(W1SensorTest, AConversionIsCollectedOnce) {
  const auto sensor = bench_.make(w1());
  EXPECT_EQ(sensor->read({}).fault, Fault::Stale);
  convert_once();
  EXPECT_DOUBLE_EQ(sensor->read({}).value, 20.0);
  EXPECT_EQ(sensor->read({}).fault, Fault::Stale);
  bench_.files.set(kFile, reading_text("-55000"));
  convert_once();
  EXPECT_DOUBLE_EQ(sensor->read({}).value, -55.0);
}

TEST_F(W1SensorTest, FaultsTravelToTheReader) {
  const auto sensor = bench_.make(w1());
  bench_.files.set(kFile, reading_text("20000", "NO"));
  convert_once();
  EXPECT_EQ(sensor->read({}).fault, Fault::Crc);
  bench_.files.set(kFile, reading_text("85000"));
  convert_once();
  EXPECT_EQ(sensor->read({}).fault, Fault::PowerOn);
  bench_.files.set_fault(kFile, Fault::Io);
  convert_once();
  EXPECT_EQ(sensor->read({}).fault, Fault::Io);
}

TEST_F(W1SensorTest, ScaleOffsetAndRangeApply) {
  auto settings = w1();
  settings.offset = 1.5;
  settings.range = sensor::Range{0.0, 40.0};
  const auto sensor = bench_.make(settings);
  convert_once();
  EXPECT_DOUBLE_EQ(sensor->read({}).value, 21.5);
  bench_.files.set(kFile, reading_text("39000"));
  convert_once();
  EXPECT_EQ(sensor->read({}).fault, Fault::OutOfRange);
}

TEST_F(W1SensorTest, TheHelperIsNamedAfterTheSlave) {
  const auto sensor = bench_.make(w1());
  EXPECT_THAT(bench_.helpers.names(), ::testing::ElementsAre("iso-w1-a2795aff"));
}

TEST_F(W1SensorTest, ARateAboveTheConversionIsRefusedWithTheFastest) {
  // DS18B20 data sheet, tCONV: 750 ms at 12 bits; the kernel's transfers take 25 ms at most.
  EXPECT_THAT(bench_.refusal(w1(), 500ms),
              AllOf(HasSubstr("500 ms"), HasSubstr("775 ms"), HasSubstr("every = 2")));
  EXPECT_EQ(bench_.refusal(w1(), 775ms), "");
  auto settings = w1();
  settings.every = 2;
  EXPECT_EQ(bench_.refusal(settings, 500ms), "");
}

TEST_F(W1SensorTest, TheResolutionDecidesTheFastestRate) {
  const std::string directory = "/sys/bus/w1/devices/" + std::string{kSlave};
  const std::vector<std::pair<std::string, std::chrono::milliseconds>> rows = {
      {"9", 119ms}, {"10", 213ms}, {"11", 400ms}, {"12", 775ms}, {"-5", 775ms}};
  for (const auto& [bits, shortest] : rows) {
    bench_.files.set(directory + "/resolution", bits + "\n");
    EXPECT_EQ(bench_.refusal(w1(), shortest), "") << bits;
    EXPECT_NE(bench_.refusal(w1(), shortest - 1ms), "") << bits;
  }
  bench_.files.set(directory + "/conv_time", "580\n");
  EXPECT_EQ(bench_.refusal(w1(), 605ms), "");
  EXPECT_NE(bench_.refusal(w1(), 604ms), "");
}

TEST_F(W1SensorTest, WhatIsNotThereIsRefusedWithWhatIs) {
  auto settings = w1();
  settings.device = "28-000000000001";
  EXPECT_THAT(bench_.refusal(settings), HasSubstr("present: \"28-0316a2795aff\""));
  settings = w1();
  settings.input = "temp2";
  EXPECT_THAT(bench_.refusal(settings), HasSubstr("leave `input` out"));
}

// The real thread: asked by reads, converts, and stops when the sensor goes.
TEST(W1ThreadTest, ReaderAndHelperMeet) {
  FakeFileTree files;
  files.set(kFile, reading_text("20000"));
  FakeHelperThreads helpers(FakeHelperThreads::Mode::Thread);
  sensor::W1Sensor sensor(settings_of(sensor::DriverKind::W1, kSlave), files, helpers);
  const auto deadline = std::chrono::steady_clock::now() + 60s;
  int good = 0;
  for (std::uint32_t seen = 0; good < 100;) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "the helper has stopped working";
    if (sensor.conversions() == seen) {
      std::this_thread::yield();
      continue;
    }
    seen = sensor.conversions();
    const core::Reading reading = sensor.read({});
    ASSERT_EQ(reading.fault, Fault::None);
    ASSERT_DOUBLE_EQ(reading.value, 20.0);
    ++good;
  }
}

TEST(W1ThreadTest, ASensorThatIsNeverReadStops) {
  FakeFileTree files;
  FakeHelperThreads helpers(FakeHelperThreads::Mode::Thread);
  const sensor::W1Sensor sensor(settings_of(sensor::DriverKind::W1, kSlave), files, helpers);
}

TEST(W1ThreadTest, ARefusedThreadIsASetUpError) {
  FakeFileTree files;
  FakeHelperThreads helpers;
  helpers.refuse = true;
  EXPECT_THROW(sensor::W1Sensor(settings_of(sensor::DriverKind::W1, kSlave), files, helpers),
               core::SetupError);
}

}  // namespace
}  // namespace isotherm::test
