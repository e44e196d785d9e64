// The hand-over between reader and housekeeping, with both really running.
#include "sensor/attribute_channel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "support/fake_file_tree.hpp"

namespace isotherm::test {
namespace {

using core::Fault;
using namespace std::chrono_literals;

sensor::Located open_at(const FakeFileTree& files, const std::string& path) {
  sensor::Located located;
  located.source.value = files.open(path);
  return located;
}

TEST(AttributeChannelTest, HousekeepingLooksOnlyWhenTheReaderHasMissedTheDevice) {
  FakeFileTree files;
  files.set("/sys/temp", "1000");
  int searches = 0;
  sensor::AttributeChannel channel(open_at(files, "/sys/temp").source, [&] {
    ++searches;
    return open_at(files, "/sys/temp");
  });
  for (int i = 0; i < 5; ++i) {
    (void)channel.read();
    channel.maintain();
  }
  EXPECT_EQ(searches, 0);
  files.remove("/sys/temp");
  (void)channel.read();
  channel.maintain();
  channel.maintain();
  EXPECT_EQ(searches, 2) << "once a call, until it is found";
  files.set("/sys/temp", "2000");
  channel.maintain();
  channel.maintain();
  EXPECT_EQ(searches, 3) << "what is offered is not looked for again";
  EXPECT_DOUBLE_EQ(channel.read().value, 2.0);
  channel.maintain();
  EXPECT_EQ(searches, 3);
}

TEST(AttributeChannelTest, ASearchThatFailsIsTriedAgain) {
  FakeFileTree files;
  files.set("/sys/temp", "1000");
  bool fails = true;
  sensor::AttributeChannel channel(open_at(files, "/sys/temp").source, [&] {
    if (fails) {
      throw std::runtime_error("no memory");
    }
    return open_at(files, "/sys/temp");
  });
  files.remove("/sys/temp");
  files.set("/sys/temp", "2000");
  EXPECT_EQ(channel.read().fault, Fault::Absent);
  channel.maintain();
  EXPECT_EQ(channel.read().fault, Fault::Absent);
  fails = false;
  channel.maintain();
  EXPECT_DOUBLE_EQ(channel.read().value, 2.0);
}

TEST(AttributeChannelTest, ADeviceThatFlapsIsFoundEachTimeAndNothingLeaks) {
  FakeFileTree files;
  files.set("/sys/temp", "1000");
  {
    sensor::AttributeChannel channel(open_at(files, "/sys/temp").source,
                                     [&] { return open_at(files, "/sys/temp"); });
    std::atomic<bool> done{false};
    std::jthread housekeeping([&] {
      while (!done.load()) {
        channel.maintain();
      }
    });
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    for (int flap = 0; flap < 200; ++flap) {
      files.remove("/sys/temp");
      files.set("/sys/temp", std::to_string(1000 * flap));
      core::Reading reading = channel.read();
      EXPECT_EQ(reading.fault, Fault::Absent);
      // The old node is dead, so a good reading comes from the new one.
      while (reading.fault == Fault::Absent && std::chrono::steady_clock::now() < deadline) {
        reading = channel.read();
      }
      ASSERT_EQ(reading.fault, Fault::None);
      ASSERT_DOUBLE_EQ(reading.value, flap);
    }
    done = true;
  }
  EXPECT_EQ(files.open_files(), 0U);
}

}  // namespace
}  // namespace isotherm::test
