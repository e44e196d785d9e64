// One sensor of a capture as a recording to be played back.
//
// Of a gap in the slot numbers as many slots count as dropped as the count of drops has grown over
// it, its first ones, and the others as missed; so windows count them as they did (see
// aggregate/sensor_window.hpp). What the capture itself has lost, dropped or damaged, is missed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "capture/captured_run.hpp"
#include "core/recording.hpp"

namespace isotherm::capture {

// From the file as it goes, with one chunk in memory. Never real-time: at() reads and unpacks.
class StreamedRecording : public core::Recording {
 public:
  // `reader` outlives this and is used by one thread. Slots below `base`, a multiple of the
  // sensor's `every`, are not played: ordinal 0 is there.
  StreamedRecording(CaptureReader& reader, CapturedSensor sensor, std::uint64_t base);

  // Ordinals ascend from call to call; one that is smaller makes it read the capture from its
  // beginning again.
  [[nodiscard]] core::RecordedSlot at(std::uint64_t ordinal) noexcept override;
  [[nodiscard]] std::uint64_t slots() const noexcept override {
    return ordinal_of(sensor_.last_slot) + 1;
  }

 private:
  [[nodiscard]] std::uint64_t ordinal_of(std::uint64_t slot) const noexcept {
    return (slot - base_) / sensor_.origin.every;
  }
  void rewind() noexcept;
  bool next_chunk() noexcept;
  bool next_sample() noexcept;
  [[nodiscard]] core::RecordedSlot sample() const;

  CaptureReader& reader_;
  CapturedSensor sensor_;
  std::uint64_t base_;
  Columns columns_;
  std::uint64_t lateness_step_ = 0;  // of the present chunk; 0: not kept
  std::size_t chunk_ = 0;            // the one behind the present
  std::size_t row_ = 0;              // of the present chunk: the sample that is next to be played
  bool ended_ = false;
  std::uint64_t next_ordinal_ = 0;  // of that sample
  std::uint64_t gap_from_ = 0;      // the ordinal behind the sample before it
  std::uint64_t gap_dropped_ = 0;   // so many from there on were dropped
  std::uint32_t dropped_total_ = 0;
};

// All of it in memory, 9 bytes a slot: at() is real-time.
class LoadedRecording : public core::Recording {
 public:
  // Plays `recording` once to its end.
  explicit LoadedRecording(core::Recording& recording);

  [[nodiscard]] core::RecordedSlot at(std::uint64_t ordinal) noexcept override;
  [[nodiscard]] std::uint64_t slots() const noexcept override { return values_.size(); }

 private:
  std::vector<double> values_;
  std::vector<std::uint8_t> codes_;  // of core::Fault, or one of those for a slot without sample
};

}  // namespace isotherm::capture
