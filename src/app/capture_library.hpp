// The captures that a station's replay sensors play, behind the port that sensor/ knows.
//
// Of a capture that goes over several starts of a station its last run is played. It begins with
// the first sample of any sensor that is still kept, so that the sensors stay together in time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/captured_recording.hpp"
#include "capture/captured_run.hpp"
#include "core/recording.hpp"

namespace isotherm::app {

class CaptureLibrary : public core::Recordings {
 public:
  enum class Playing : std::uint8_t {
    Loaded,    // all of it in memory, for real-time readers; they need this object no more
    Streamed,  // as it goes, for a virtual clock; this object outlives the recordings
  };

  explicit CaptureLibrary(Playing playing) : playing_(playing) {}

  // A folder, a file that begins as a capture does, or one that is named as one.
  [[nodiscard]] bool knows(const std::string& path) const override;
  // Loaded: refuses more than sensor::kReplayLineLimit slots.
  [[nodiscard]] std::unique_ptr<core::Recording> open(const Wish& wish) override;

  // When what is played began.
  struct Beginning {
    core::MonotonicTime monotonic{};
    core::WallTime wall{};
    bool synced = false;
  };
  // Of the first recording that was opened; nothing before.
  [[nodiscard]] const std::optional<Beginning>& beginning() const noexcept { return beginning_; }
  // What was decided, for people.
  [[nodiscard]] const std::vector<std::string>& notes() const noexcept { return notes_; }

 private:
  struct Volume {
    std::unique_ptr<capture::CaptureReader> reader;
    capture::CapturedRun run;
    core::Nanoseconds base{0};  // where playing begins, from the run's slot 0
  };

  Volume& volume(const Wish& wish);

  Playing playing_;
  std::map<std::string, Volume> volumes_;
  std::optional<Beginning> beginning_;
  std::vector<std::string> notes_;
};

}  // namespace isotherm::app
