// The hwmon driver, with parsing and conditioning, against a bare pread(2) of the same open file,
// and open-read-close, as libsensors and telegraf do at every reading, against the driver.
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <exception>

#include "paired.hpp"
#include "stand_in_tree.hpp"

namespace isotherm::bench {
namespace {

constexpr std::uint64_t kReads = 1000;
constexpr std::size_t kTextBytes = 48;  // as the driver's own

// A file that is read again and again.
class OpenFile {
 public:
  OpenFile() : descriptor_(::open(kAttribute, O_RDONLY | O_CLOEXEC)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  OpenFile(OpenFile&&) = delete;
  OpenFile& operator=(OpenFile&&) = delete;
  ~OpenFile() { ::close(descriptor_); }

  [[nodiscard]] ssize_t pread(std::array<char, kTextBytes>& text) const {
    return ::pread(descriptor_, text.data(), text.size(), 0);
  }
  [[nodiscard]] ssize_t read(std::array<char, kTextBytes>& text) const {
    return ::read(descriptor_, text.data(), text.size());
  }

 private:
  int descriptor_;
};

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "%s: %s\n", kAttribute, what);
  std::terminate();
}

// One step of an arm: kReads calls of `read`, each of which says whether it went well.
template <typename Read>
auto reading(Read read) {
  return [read] {
    bool all_well = true;
    const Cost cost = timed(kReads, [&] {
      for (std::uint64_t i = 0; i < kReads; ++i) {
        all_well = read() && all_well;
      }
    });
    if (!all_well) {
      fail("a read failed");
    }
    return cost;
  };
}

void run() {
  StandInSensor sensor;
  const OpenFile file;
  std::array<char, kTextBytes> text{};

  const auto driver = reading([&sensor] {
    const core::Reading got = sensor.get().read({});
    keep(got.value);
    return got.fault == core::Fault::None;
  });
  const auto bare = reading([&file, &text] { return file.pread(text) > 0; });
  const auto reopened = reading([&text] { return OpenFile{}.read(text) > 0; });

  print("hwmon_read_over_pread", measure_pairs(driver, bare));
  print("open_read_close_over_hwmon_read", measure_pairs(reopened, driver));
}

}  // namespace
}  // namespace isotherm::bench

int main() {
  isotherm::bench::run();
  return 0;
}
