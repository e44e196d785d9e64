#include "boot/firmware_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace isotherm::boot {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// In the form that Raspberry Pi OS ships: filters, and a last section that is not [all].
constexpr const char* kConfig =
    "# For more options see the documentation\n"
    "#dtparam=i2c_arm=on\n"
    "dtparam=audio=on\n"
    "dtoverlay=vc4-kms-v3d\n"
    "\n"
    "[cm4]\n"
    "otg_mode=1\n"
    "\n"
    "[pi4]\n"
    "arm_boost=1\n";
const std::vector<std::string> kSettings = {"dtparam=i2c_arm=on", "dtoverlay=w1-gpio"};
constexpr const char* kBlock =
    "# >>> isotherm board rpi4 >>> taken out by `isotherm board apply --undo`\n"
    "[all]\n"
    "dtparam=i2c_arm=on\n"
    "dtoverlay=w1-gpio\n"
    "# <<< isotherm board rpi4 <<<\n";

std::string wrong_config(std::string_view text) {
  const auto objection = objection_to_config(text);
  return objection ? objection->what : "";
}

TEST(SettingsOfTest, AreTheLinesWithoutRemarks) {
  EXPECT_THAT(settings_of("# why\ndtparam=spi=on\n\n  #x=1\n dtoverlay=w1-gpio\r\n"),
              ElementsAre("dtparam=spi=on", "dtoverlay=w1-gpio"));
}

TEST(WithBlockTest, IsAppendedUnderAll) {
  const ConfigEdit edit = with_block(kConfig, "rpi4", kSettings);
  EXPECT_EQ(edit.text, std::string(kConfig) + kBlock);
  EXPECT_THAT(edit.notes, IsEmpty());
  EXPECT_TRUE(has_block(edit.text));
  EXPECT_FALSE(has_block(kConfig));
  EXPECT_EQ(wrong_config(edit.text), "");
}

TEST(WithBlockTest, LineEndsAreThoseOfTheFile) {
  const ConfigEdit edit = with_block("a=1\r\nb=2", "rpi4", {"c=3"});
  EXPECT_EQ(edit.text.substr(0, 10), "a=1\r\nb=2\r\n");
  EXPECT_THAT(edit.text, HasSubstr("[all]\r\nc=3\r\n# <<< isotherm board rpi4 <<<\r\n"));
}

TEST(WithBlockTest, AnOverlayThatIsLoadedForAllModelsIsLeftOutAndSaid) {
  const ConfigEdit edit = with_block("[pi4]\nx=1\n[all]\ndtoverlay=w1-gpio,gpiopin=17\n", "rpi4",
                                     {"dtoverlay=w1-gpio", "dtparam=spi=on"});
  EXPECT_THAT(edit.text, HasSubstr("[all]\ndtparam=spi=on\n# <<<"));
  EXPECT_THAT(edit.notes, ElementsAre("dtoverlay=w1-gpio is left out: the file loads that overlay "
                                      "already (dtoverlay=w1-gpio,gpiopin=17)"));
}

TEST(WithBlockTest, AnOverlayOfOtherModelsOnlyOrInARemarkDoesNotCount) {
  const ConfigEdit edit = with_block("#dtoverlay=w1-gpio\n[pi5]\ndtoverlay=w1-gpio\n", "rpi4",
                                     {"dtoverlay=w1-gpio", "dtoverlay="});
  EXPECT_THAT(edit.text, HasSubstr("[all]\ndtoverlay=w1-gpio\ndtoverlay=\n# <<<"));
  EXPECT_THAT(edit.notes, IsEmpty());
}

TEST(WithBlockTest, ALineOfItsOwnFitsIntoTheFirmwaresLimit) {
  const ConfigEdit edit = with_block("", "beaglebone-black-wireless", {});
  EXPECT_LT(edit.text.find('\n'), kConfigColumns);
}

TEST(WithBlockTest, ASecondTimeNothingChanges) {
  const std::string once = with_block(kConfig, "rpi4", kSettings).text;
  EXPECT_EQ(with_block(once, "rpi4", kSettings, once).text, once);
  EXPECT_THAT(with_block(once, "rpi4", kSettings, once).notes, IsEmpty())
      << "its own overlay is not another one";
}

TEST(WithBlockTest, AnOldBlockIsReplacedInItsPlaceAndWhatStandsBelowStaysBelow) {
  const std::string old = with_block(kConfig, "rpi4", {"old=1"}).text;
  EXPECT_EQ(with_block(old + "dtparam=spi=off\n", "rpi4", kSettings, old).text,
            std::string(kConfig) + kBlock + "dtparam=spi=off\n");
}

TEST(WithBlockTest, ALineThatSomebodyAddedInTheBlockGoesBelowIt) {
  const std::string applied = with_block(kConfig, "rpi4", kSettings).text;
  std::string edited = applied;
  edited.insert(edited.find("# <<<"), "dtoverlay=i2c-sensor,tmp102\n");
  EXPECT_EQ(with_block(edited, "rpi4", kSettings, applied).text,
            applied + "dtoverlay=i2c-sensor,tmp102\n");
}

TEST(WithoutBlockTest, TheRestIsAsItWas) {
  const std::string applied = with_block(kConfig, "rpi4", kSettings).text;
  EXPECT_EQ(without_block(applied, applied), kConfig);
  EXPECT_EQ(without_block(kConfig, applied), kConfig);
}

TEST(WithoutBlockTest, LinesAddedAroundItStay) {
  const std::string applied = with_block(kConfig, "rpi4", kSettings).text;
  EXPECT_EQ(without_block("first=1\n" + applied + "dtparam=spi=on\n", applied),
            "first=1\n" + std::string(kConfig) + "[all]\ndtparam=spi=on\n");
}

TEST(WithoutBlockTest, LinesThatFollowItStayUnderAll) {
  const auto left = [](const std::string& before, const std::string& after) {
    const std::string applied = with_block(before, "rpi4", kSettings).text;
    return without_block(applied + after, applied);
  };
  EXPECT_EQ(left("[pi5]\nx=1\n", "\n# mine\ny=1\n"), "[pi5]\nx=1\n[all]\n\n# mine\ny=1\n");
  EXPECT_EQ(left("[pi5]\r\nx=1\r\n", "y=1\r\n"), "[pi5]\r\nx=1\r\n[all]\r\ny=1\r\n");
}

TEST(WithoutBlockTest, NoFilterIsAddedWhereNoneIsNeeded) {
  const auto left = [](const std::string& before, const std::string& after) {
    const std::string applied = with_block(before, "rpi4", kSettings).text;
    return without_block(applied + after, applied);
  };
  EXPECT_EQ(left("x=1\n", "y=1\n"), "x=1\ny=1\n") << "no filter before it";
  EXPECT_EQ(left("[pi5]\nx=1\n[all]\n", "y=1\n"), "[pi5]\nx=1\n[all]\ny=1\n");
  EXPECT_EQ(left("[pi5]\nx=1\n", "\n"), "[pi5]\nx=1\n\n") << "nothing follows";
  EXPECT_EQ(left("[pi5]\nx=1\n", "# mine\n[pi4]\ny=1\n"), "[pi5]\nx=1\n# mine\n[pi4]\ny=1\n");
}

TEST(WithoutBlockTest, ALineThatSomebodyAddedInItStaysUnderAll) {
  const std::string applied = with_block("[pi4]\na=1\n", "rpi4", kSettings).text;
  std::string edited = applied;
  edited.insert(edited.find("# <<<"), "dtoverlay=i2c-sensor,tmp102\n");
  EXPECT_EQ(without_block(edited, applied), "[pi4]\na=1\n[all]\ndtoverlay=i2c-sensor,tmp102\n");
}

TEST(WithoutBlockTest, AFilterThatSomebodyAddedInItKeepsItsEnd) {
  const std::string applied = with_block("a=1\n", "rpi4", kSettings).text;
  std::string edited = applied;
  edited.insert(edited.find("# <<<"), "[pi5]\nx=1\n[all]\ny=1\n");
  EXPECT_EQ(without_block(edited, applied), "a=1\n[pi5]\nx=1\n[all]\ny=1\n");
}

TEST(WithoutBlockTest, WithoutARecordAllOfItIsOurs) {
  const std::string applied = with_block(kConfig, "rpi4", kSettings).text;
  EXPECT_EQ(without_block(applied, ""), kConfig);
}

TEST(ObjectionToConfigTest, AConfigAsImagesHaveItIsTaken) {
  EXPECT_EQ(wrong_config(kConfig), "");
  EXPECT_EQ(wrong_config("[all]\ncmdline=cmdline.txt\n"), "") << "as Ubuntu writes it";
}

TEST(ObjectionToConfigTest, WhatIsNotUnderstoodIsRefused) {
  EXPECT_THAT(wrong_config(" \n"), HasSubstr("is empty"));
  EXPECT_THAT(wrong_config(std::string("a=1\n\0\0\0", 7)), HasSubstr("NUL bytes"));
  EXPECT_THAT(wrong_config("DO NOT EDIT THIS FILE\n\nThe file you are looking for has moved to\n"),
              HasSubstr("moved"));
  EXPECT_THAT(wrong_config("[all]\nos_prefix=current/\n"), HasSubstr("line 2: os_prefix=current/"));
  EXPECT_THAT(wrong_config("cmdline=cmdline_a.txt\n"), HasSubstr("line 1: cmdline=cmdline_a.txt"));
}

TEST(ObjectionToConfigTest, ABlockThatIsNotWholeIsRefused) {
  EXPECT_THAT(wrong_config("a=1\n# >>> isotherm board rpi4 >>>\n[all]\n"), HasSubstr("line 2"));
  EXPECT_THAT(wrong_config("# <<< isotherm board rpi4 <<<\n"), HasSubstr("line 1"));
  EXPECT_THAT(wrong_config(std::string(kBlock) + kBlock), HasSubstr("marks of isotherm's block"));
}

}  // namespace
}  // namespace isotherm::boot
