// Makes a capture for the measurements of `isotherm report`: the seeded simulation at 1 kHz, with
// plausible lateness, a few faults, missed slots and spikes.
//
//   isotherm_report_capture FILE SAMPLES SENSORS [--npy]
//
// SAMPLES are those of all sensors together. With --npy each sensor's array beside it, as
// FILE.<sensor>.npy.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "capture/capture_export.hpp"
#include "capture/samples.hpp"
#include "os/monotonic_clock.hpp"
#include "sensor/sim.hpp"

namespace isotherm {
namespace {

constexpr std::size_t kChunkSamples = 8192;
constexpr core::Nanoseconds kPeriod = std::chrono::milliseconds{1};

class SensorSource {
 public:
  explicit SensorSource(std::size_t number)
      : origin_(test::origin_of("s" + std::to_string(number))) {
    origin_.sensor = static_cast<std::uint16_t>(number);
    origin_.period = kPeriod;
    sensor::SensorSettings settings;
    settings.name = origin_.name;
    settings.sim.cycle = std::chrono::hours{1};
    settings.sim.fault_rates[core::Fault::Crc] = 1e-6;
    settings.sim.spike_rate = 1e-5;
    sim_ = std::make_unique<sensor::SimSensor>(settings, clock_);
  }

  // The next chunk, with `count` samples.
  std::string chunk(std::size_t count) {
    samples_.clear();
    while (samples_.size() < count) {
      const core::Reading reading = sim_->read({slot_, kPeriod * static_cast<std::int64_t>(slot_)});
      samples_.push_back(test::sample_at(slot_, reading.value, lateness_.next(), reading.fault));
      slot_ += slot_ % kMissedEach == kMissedEach - 1 ? 2 : 1;
    }
    capture::ChunkPlace place;
    place.samples_before = before_;
    place.wall_start = core::WallTime{std::chrono::seconds{1'767'225'600}};
    place.synced = true;
    before_ += count;
    return coder_.encode(origin_, place, samples_, {});
  }

 private:
  static constexpr std::uint64_t kMissedEach = 1'000'003;

  capture::Origin origin_;
  os::MonotonicClock clock_;
  std::unique_ptr<sensor::SimSensor> sim_;
  test::PlausibleLateness lateness_;
  capture::ChunkCoder coder_;
  std::vector<core::Sample> samples_;
  std::uint64_t slot_ = 0;
  std::uint64_t before_ = 0;
};

int make(const std::string& path, std::uint64_t samples, std::size_t sensors, bool npy) {
  {
    std::vector<std::unique_ptr<SensorSource>> sources;
    for (std::size_t i = 0; i < sensors; ++i) {
      sources.push_back(std::make_unique<SensorSource>(i));
    }
    std::ofstream out(path, std::ios::binary);
    for (std::uint64_t left = samples / sensors; left > 0;) {
      const std::size_t count = std::min<std::uint64_t>(left, kChunkSamples);
      for (const auto& source : sources) {
        const std::string chunk = source->chunk(count);
        out.write(chunk.data(), static_cast<std::streamsize>(chunk.size()));
      }
      left -= count;
    }
    if (!out.flush()) {
      std::fprintf(stderr, "%s: cannot be written\n", path.c_str());
      return EXIT_FAILURE;
    }
  }
  if (npy) {
    capture::CaptureReader reader = capture::open_capture(path);
    for (const std::string& name : capture::sensor_names(reader.index())) {
      std::ofstream out(path + "." + name + ".npy", std::ios::binary);
      const auto is_it = [&name](const capture::Origin& origin) { return origin.name == name; };
      static_cast<void>(capture::export_npy(reader, is_it, out));
    }
  }
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace isotherm

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv, argv + argc);
  const bool npy = arguments.size() == 5 && arguments[4] == "--npy";
  if (arguments.size() != 4 && !npy) {
    std::fprintf(stderr, "usage: isotherm_report_capture FILE SAMPLES SENSORS [--npy]\n");
    return 64;
  }
  return isotherm::make(arguments[1], std::stoull(arguments[2]), std::stoul(arguments[3]), npy);
}
