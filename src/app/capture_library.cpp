#include "app/capture_library.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <numeric>
#include <utility>

#include "app/words.hpp"
#include "core/setup_error.hpp"
#include "sensor/replay.hpp"

namespace isotherm::app {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse_wish(const core::Recordings::Wish& wish, const std::string& problem,
                              const std::string& mend) {
  throw core::SetupError(core::ExitCode::Config, wish.path + ": " + problem, wish.where, mend);
}

// The last multiple of all sensors' steps before the first sample, so that every sensor has a slot
// there; 0 where the steps have no common multiple in reach.
core::Nanoseconds base_of(const capture::CapturedRun& run) {
  constexpr std::int64_t kReach = std::numeric_limits<std::int32_t>::max();
  std::int64_t common = 1;
  for (const capture::CapturedSensor& sensor : run.sensors) {
    const std::int64_t step = sensor.step().count();
    const std::int64_t factor = step / std::gcd(common, step);
    if (factor > kReach * kReach / common) {
      return core::Nanoseconds{0};
    }
    common *= factor;
  }
  return run.begin() - run.begin() % core::Nanoseconds{common};
}

std::string names_of(const capture::CapturedRun& run) {
  std::string names;
  for (const capture::CapturedSensor& sensor : run.sensors) {
    names += (names.empty() ? "\"" : ", \"") + sensor.origin.name + "\"";
  }
  return names;
}

}  // namespace

bool CaptureLibrary::knows(const std::string& path) const {
  std::error_code error;
  if (fs::is_directory(path, error) || fs::path(path).extension() == capture::kCaptureSuffix) {
    return true;
  }
  std::ifstream file(path, std::ios::binary);
  std::string begin(capture::kMagic.size(), '\0');
  file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return begin == capture::kMagic;
}

CaptureLibrary::Volume& CaptureLibrary::volume(const Wish& wish) {
  if (const auto known = volumes_.find(wish.path); known != volumes_.end()) {
    return known->second;
  }
  Volume volume;
  try {
    volume.reader = std::make_unique<capture::CaptureReader>(capture::open_capture(wish.path));
  } catch (const core::SetupError& error) {
    refuse_wish(wish, error.problem(), "give a capture that is there and that you may read");
  }
  std::vector<capture::CapturedRun> runs = capture::runs_of(volume.reader->index());
  if (runs.empty()) {
    refuse_wish(wish, "there is no sample in it", "`isotherm capture info` says what is in one");
  }
  if (runs.size() > 1) {
    notes_.push_back(wish.path + ": of its " + std::to_string(runs.size()) +
                     " runs the last is played, begun at " + second_words(runs.back().wall_start));
  }
  volume.run = std::move(runs.back());
  volume.base = base_of(volume.run);
  return volumes_.emplace(wish.path, std::move(volume)).first->second;
}

std::unique_ptr<core::Recording> CaptureLibrary::open(const Wish& wish) {
  Volume& volume = this->volume(wish);
  const capture::CapturedRun& run = volume.run;
  const auto sensor = std::find_if(
      run.sensors.begin(), run.sensors.end(),
      [&wish](const capture::CapturedSensor& one) { return one.origin.name == wish.name; });
  if (sensor == run.sensors.end()) {
    refuse_wish(wish, "there is no sensor \"" + wish.name + "\" in it",
                "name one with input = \"...\": " + names_of(run));
  }
  if (sensor->step() != wish.step) {
    refuse_wish(wish,
                "\"" + wish.name + "\" was captured at " + rate_words(sensor->step()) +
                    ", and is read at " + rate_words(wish.step),
                "give its reader that rate, or the sensor an `every` that comes to it");
  }
  const std::uint64_t base = static_cast<std::uint64_t>(volume.base / sensor->origin.period);
  auto streamed = std::make_unique<capture::StreamedRecording>(*volume.reader, *sensor, base);
  if (!beginning_) {
    beginning_ = Beginning{run.start + volume.base, run.wall_start + volume.base, run.synced};
  }
  if (playing_ == Playing::Streamed) {
    return streamed;
  }
  if (streamed->slots() > sensor::kReplayLineLimit) {
    refuse_wish(wish,
                "\"" + wish.name + "\" has " + std::to_string(streamed->slots()) +
                    " slots, more than the " + std::to_string(sensor::kReplayLineLimit) +
                    " that are kept in memory for a real-time reader",
                "play it with `isotherm run --as-fast-as-possible`, which reads as it goes, or a "
                "single file of it");
  }
  return std::make_unique<capture::LoadedRecording>(*streamed);
}

}  // namespace isotherm::app
