#include "app/measure_sensors.hpp"

#include <gtest/gtest.h>

#include "support/fake_clock.hpp"
#include "support/scripted_sensor.hpp"

namespace isotherm::app {
namespace {

using namespace std::chrono_literals;
using core::Nanoseconds;
using core::Reading;
using core::SlotInfo;

Nanoseconds computed{0};
Nanoseconds fake_cpu_time() noexcept { return computed; }

class MeasureSensorTest : public ::testing::Test {
 protected:
  // A sensor whose reads take what `script` advances the clock by.
  SensorMeasurement measure(const test::ScriptedSensor::Script& script, Nanoseconds period = 1ms) {
    test::ScriptedSensor sensor(script);
    return measure_sensor(sensor, period, clock_, &fake_cpu_time, wake_worst_);
  }

  test::FakeClock clock_;
  Nanoseconds wake_worst_{0};
};

TEST_F(MeasureSensorTest, AQuickSensorIsReadSomeHundredTimesAndItsWorstReadIsKept) {
  const SensorMeasurement result = measure([this](const SlotInfo& slot) {
    clock_.advance(slot.ordinal == 77 ? 900us : 100us);
    computed += slot.ordinal == 5 ? 30us : 20us;
    return Reading::good(21.0);
  });
  EXPECT_EQ(result.reads, kMeasuredReads);
  EXPECT_EQ(result.worst, 900us);
  EXPECT_EQ(result.median, 100us);
  EXPECT_EQ(result.cpu_worst, 30us);
  EXPECT_EQ(result.faulty, 0U);
}

TEST_F(MeasureSensorTest, ASlowSensorIsReadForTwoSecondsAndAHangingOneThreeTimes) {
  const auto taking = [this](Nanoseconds time) {
    return [this, time](const SlotInfo&) {
      clock_.advance(time);
      return Reading::good(21.0);
    };
  };
  EXPECT_EQ(measure(taking(100ms)).reads, 20U);
  const SensorMeasurement hanging = measure(taking(60s));
  EXPECT_EQ(hanging.reads, kMeasuredReadsMin);
  EXPECT_EQ(hanging.worst, 60s);
}

TEST_F(MeasureSensorTest, FaultsAreCountedAndTheirTimeCountsLikeAnyOther) {
  const SensorMeasurement result = measure([this](const SlotInfo& slot) {
    clock_.advance(slot.ordinal % 4 == 3 ? 5ms : 1ms);
    return slot.ordinal % 4 == 3 ? Reading::faulty(core::Fault::Timeout) : Reading::good(21.0);
  });
  EXPECT_EQ(result.faulty, kMeasuredReads / 4);
  EXPECT_EQ(result.fault, core::Fault::Timeout);
  EXPECT_EQ(result.worst, 5ms);
}

TEST_F(MeasureSensorTest, AConversionThatIsNotOverYetIsNoFault) {
  const SensorMeasurement result =
      measure([](const SlotInfo&) { return Reading::faulty(core::Fault::Stale); });
  EXPECT_EQ(result.faulty, 0U);
}

TEST_F(MeasureSensorTest, EachReadBeginsWithAWakeUpWhoseLatenessIsKept) {
  int sleeps = 0;
  clock_.oversleep = [&sleeps](core::MonotonicTime) {
    return ++sleeps == 10 ? Nanoseconds{70us} : Nanoseconds{10us};
  };
  const SensorMeasurement result = measure([](const SlotInfo&) { return Reading::good(21.0); });
  EXPECT_EQ(static_cast<unsigned>(sleeps), result.reads);
  EXPECT_EQ(wake_worst_, 70us);
  EXPECT_EQ(result.worst, 0ns) << "the lateness is not the sensor's";
}

TEST_F(MeasureSensorTest, ItSleepsForTheSensorsPeriodButNotForLong) {
  const auto quick = [](const SlotInfo&) { return Reading::good(21.0); };
  core::MonotonicTime begin = clock_.now();
  EXPECT_EQ(measure(quick, 1ms).reads, kMeasuredReads);
  EXPECT_EQ(clock_.now() - begin, kMeasuredReads * 1ms);
  begin = clock_.now();
  EXPECT_EQ(measure(quick, 100s).reads, kMeasuredReads);
  EXPECT_EQ(clock_.now() - begin, kMeasuredReads * kMeasuredPause);
}

}  // namespace
}  // namespace isotherm::app
