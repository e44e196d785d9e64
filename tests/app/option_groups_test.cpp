#include <gtest/gtest.h>

#include "app/command_options.hpp"

namespace isotherm::app {
namespace {

bool report_takes(const std::string& spike) {
  CLI::App app;
  ChosenCommand chosen;
  add_report_command(app, chosen);
  try {
    app.parse("report night.isocap --spike=" + spike);
  } catch (const CLI::ValidationError&) {
    return false;
  }
  return static_cast<bool>(chosen);
}

TEST(OptionGroupsTest, NumbersWithinTheirLimitsAreTaken) {
  for (const char* number : {"1", "1.0", "6.5", "1e6", "1000000"}) {
    EXPECT_TRUE(report_takes(number)) << number;
  }
}

TEST(OptionGroupsTest, OthersAndWhatIsNoNumberAreRefused) {
  for (const char* text : {"nan", "-nan", "NAN", "nan(1)", "inf", "-inf", "infinity", "1e999",
                           "0.999", "0", "-6", "1000001", "six", "6x"}) {
    EXPECT_FALSE(report_takes(text)) << text;
  }
}

TEST(OptionGroupsTest, ARefusalSaysTheLimits) {
  EXPECT_EQ(number_between(1.0, 1e6)(std::string{"nan"}), "must be a number from 1 to 1000000");
  EXPECT_EQ(number_between(-0.5, 0.5)(std::string{"0.25"}), "");
}

}  // namespace
}  // namespace isotherm::app
