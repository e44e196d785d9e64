#include "sensor/iio.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "device_trees.hpp"

namespace isotherm::test {
namespace {

using core::Fault;
using ::testing::AllOf;
using ::testing::HasSubstr;

class IioTest : public ::testing::Test {
 protected:
  static sensor::SensorSettings iio(const std::string& device, const std::string& input = "") {
    return settings_of(sensor::DriverKind::Iio, device, input);
  }

  // Returns the directory of its attributes.
  std::string add(int number, const std::string& parent, const std::string& name) {
    const std::string id = "iio:device" + std::to_string(number);
    std::string directory = "/sys/devices/platform/soc/i2c-1/" + parent + "/" + id;
    bench_.files.set(directory + "/name", name + "\n");
    bench_.files.link("/sys/bus/iio/devices/" + id, directory);
    return directory;
  }

  Bench bench_;
};

TEST_F(IioTest, ProcessedValuesAreThousandthsOfADegree) {
  // BMP280 (drivers/iio/pressure/bmp280-core.c) gives in_temp_input.
  const std::string directory = add(0, "1-0076", "bmp280");
  bench_.files.set(directory + "/in_temp_input", "21580\n");
  const auto sensor = bench_.make(iio("1-0076"));
  EXPECT_DOUBLE_EQ(sensor->read({}).value, 21.58);
  bench_.files.set(directory + "/in_temp_input", "-40000.500000\n");
  EXPECT_DOUBLE_EQ(sensor->read({}).value, -40.0005);
}

TEST_F(IioTest, RawValuesTakeOffsetThenScale) {
  // HDC100x (drivers/iio/humidity/hdc100x.c): scale 165000 / 65536, offset -40 degC in raw steps;
  // HDC1080 data sheet, 8.6.1: 0x0000 is -40 degC, 0x8000 is 42.5 degC.
  const std::string directory = add(0, "1-0040", "hdc1080");
  bench_.files.set(directory + "/in_temp_raw", "32768\n");
  bench_.files.set(directory + "/in_temp_offset", "-15887.515151\n");
  bench_.files.set(directory + "/in_temp_scale", "2.517700195\n");
  const auto sensor = bench_.make(iio("hdc1080"));
  EXPECT_NEAR(sensor->read({}).value, 42.5, 1e-4);
  bench_.files.set(directory + "/in_temp_raw", "0\n");
  EXPECT_NEAR(sensor->read({}).value, -40.0, 1e-4);
  EXPECT_EQ(bench_.files.reads(directory + "/in_temp_scale"), 0U);
}

TEST_F(IioTest, ScaleMayBelongToAllChannels) {
  // MLX90614: in_temp_ambient_raw and in_temp_object_raw share in_temp_scale (20, in 0.02 K) and
  // in_temp_offset (-13657.5); 0x3AF7 is 28.75 degC (Melexis data sheet, "Temperature reading").
  const std::string directory = add(0, "1-005a", "mlx90614");
  bench_.files.set(directory + "/in_temp_ambient_raw", "15095\n");
  bench_.files.set(directory + "/in_temp_object_raw", "15195\n");
  bench_.files.set(directory + "/in_temp_scale", "20\n");
  bench_.files.set(directory + "/in_temp_offset", "-13657.500000\n");
  EXPECT_NEAR(bench_.make(iio("1-005a", "in_temp_ambient"))->read({}).value, 28.75, 1e-9);
  EXPECT_NEAR(bench_.make(iio("1-005a", "in_temp_object"))->read({}).value, 30.75, 1e-9);
  EXPECT_THAT(bench_.refusal(iio("1-005a")),
              HasSubstr("\"in_temp_ambient\" and \"in_temp_object\""));
}

TEST_F(IioTest, ScaleIsReadAnewWhenTheDeviceReturns) {
  const std::string first = add(0, "1-0040", "adc");
  bench_.files.set(first + "/in_temp_raw", "100\n");
  bench_.files.set(first + "/in_temp_scale", "10\n");
  const auto sensor = bench_.make(iio("1-0040"));
  EXPECT_DOUBLE_EQ(sensor->read({}).value, 1.0);
  bench_.files.remove("/sys/bus/iio/devices/iio:device0");
  bench_.files.remove(first);
  EXPECT_EQ(sensor->read({}).fault, Fault::Absent);
  const std::string second = add(3, "1-0040", "adc");
  bench_.files.set(second + "/in_temp_raw", "100\n");
  bench_.files.set(second + "/in_temp_scale", "20\n");
  sensor->maintain();
  EXPECT_DOUBLE_EQ(sensor->read({}).value, 2.0);
}

TEST_F(IioTest, DevicesOfOneNameGoByParentOrLabel) {
  bench_.files.set(add(0, "1-0076", "bme280") + "/in_temp_input", "20000\n");
  const std::string second = add(1, "1-0077", "bme280");
  bench_.files.set(second + "/in_temp_input", "30000\n");
  bench_.files.set(second + "/label", "cellar\n");
  EXPECT_THAT(bench_.refusal(iio("bme280")),
              AllOf(HasSubstr("2 IIO devices"), HasSubstr("\"1-0076\" and \"1-0077\"")));
  EXPECT_DOUBLE_EQ(bench_.make(iio("cellar"))->read({}).value, 30.0);
  EXPECT_DOUBLE_EQ(bench_.make(iio("1-0076"))->read({}).value, 20.0);
  EXPECT_DOUBLE_EQ(bench_.make(iio("bme280@1-0077"))->read({}).value, 30.0);
}

TEST_F(IioTest, WhatIsNotThereIsRefusedWithWhatIs) {
  const std::string directory = add(0, "1-0076", "bmp280");
  bench_.files.set(directory + "/in_pressure_input", "101.3\n");
  EXPECT_THAT(bench_.refusal(iio("1-0076")), HasSubstr("present: none"));
  bench_.files.set(directory + "/in_temp_input", "20000\n");
  EXPECT_THAT(bench_.refusal(iio("1-0077")), HasSubstr("present: \"1-0076\""));
  EXPECT_THAT(bench_.refusal(iio("iio:device0")), HasSubstr("renumbers"));
  EXPECT_THAT(bench_.refusal(iio("1-0076", "in_temp7")), HasSubstr("\"in_temp\""));
}

TEST_F(IioTest, AScaleThatIsNoNumberIsRefused) {
  const std::string directory = add(0, "1-0040", "adc");
  bench_.files.set(directory + "/in_temp_raw", "100\n");
  bench_.files.set(directory + "/in_temp_scale", "ten\n");
  EXPECT_THAT(bench_.refusal(iio("1-0040")), HasSubstr("is not a number"));
}

}  // namespace
}  // namespace isotherm::test
