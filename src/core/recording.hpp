// Ports for what a sensor gave earlier, to be played back as a sensor. capture/ implements them on
// captures, sensor/ on its CSV files.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/sensor.hpp"
#include "core/time.hpp"

namespace isotherm::core {

// What became of one scheduled reading then.
struct RecordedSlot {
  enum class Kind : std::uint8_t {
    Read,     // `reading`, good or a fault
    Missed,   // no sample: the reader was busy or late, or the recording has lost it
    Dropped,  // no sample: the ring was full
    End,      // behind the last sample
  };

  Kind kind = Kind::End;
  Reading reading{};
  std::optional<Nanoseconds> lateness{};  // where it was kept; of Read only
};

// Of one sensor.
class Recording {
 public:
  virtual ~Recording() = default;

  // What the reading number `ordinal` was: 0, 1, 2 ... of this sensor. One thread. Real-time only
  // if who made it says so.
  [[nodiscard]] virtual RecordedSlot at(std::uint64_t ordinal) noexcept = 0;

  // Ordinals from here on are End.
  [[nodiscard]] virtual std::uint64_t slots() const noexcept = 0;
};

// Recordings of full-rate samples, by the path of their file or folder. Housekeeping.
class Recordings {
 public:
  virtual ~Recordings() = default;

  // What a sensor wants to play: the readings of the sensor `name`, one every `step`.
  struct Wish {
    std::string path;
    std::string name;
    Nanoseconds step{0};
    std::string where;  // "file:line", for messages
  };

  // Whether the path leads to such a recording, or says that it should.
  [[nodiscard]] virtual bool knows(const std::string& path) const = 0;
  // Throws SetupError (Config, wish.where) for a recording that cannot be read or has no such
  // sensor, or one at another rate, or that is too long for the memory.
  [[nodiscard]] virtual std::unique_ptr<Recording> open(const Wish& wish) = 0;
};

}  // namespace isotherm::core
