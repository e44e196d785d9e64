#include "app/live_view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace isotherm::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

LiveReader reader() {
  LiveReader one;
  one.name = "fast";
  one.cores = "3";
  one.slots = 2500;
  one.late_max = std::chrono::microseconds{41};
  one.temperatures = {{"inlet", 21.5}, {"outlet", std::nullopt}};
  return one;
}

TEST(LiveViewTest, OneLineAReaderWithSlotsTemperaturesAndWorstLateness) {
  const std::string text = live_text({reader()}, 200);
  EXPECT_THAT(text, HasSubstr("fast"));
  EXPECT_THAT(text, HasSubstr("2500 slots"));
  EXPECT_THAT(text, HasSubstr("inlet 21.50"));
  EXPECT_THAT(text, HasSubstr("outlet --"));
  EXPECT_THAT(text, HasSubstr("41.0 us"));
  EXPECT_THAT(text, Not(HasSubstr("%")));
}

TEST(LiveViewTest, EightyColumnsHoldATemperature) {
  EXPECT_THAT(live_text({reader()}, 80), HasSubstr("inlet 21.50"));
}

TEST(LiveViewTest, MissedAndDroppedAreShownWhereThereAreAny) {
  EXPECT_THAT(live_text({reader()}, 200), Not(HasSubstr("missed")));
  LiveReader one = reader();
  one.missed = 3;
  one.dropped = 2;
  EXPECT_THAT(live_text({one}, 200), HasSubstr("missed 3  dropped 2"));
}

TEST(LiveViewTest, AKnownEndGivesAProgressBarThatCountsMissedSlotsToo) {
  LiveReader one = reader();
  one.missed = 2500;
  one.slot_limit = 10'000;
  EXPECT_THAT(live_text({one}, 200), HasSubstr("###############...............]  50 %"));
  one.slots = 20'000;
  EXPECT_THAT(live_text({one}, 200), HasSubstr("100 %"));
}

TEST(LiveViewTest, NoLineIsWiderThanTheTerminal) {
  LiveReader one = reader();
  one.slot_limit = 10'000;
  const std::string text = live_text({one}, 20);
  EXPECT_EQ(text.size(), 2 * 21U);
  EXPECT_EQ(text[20], '\n');
}

}  // namespace
}  // namespace isotherm::app
