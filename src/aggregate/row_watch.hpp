// Watches the rows for what an operator should hear of, and makes events of it:
//
//   sensor_lost      a window in which every reading was the fault `absent`; told once
//   sensor_found     the first window with good readings after it
//   faults_began     the first window with faulty readings
//   faults_ended     it has had none for kQuiet (and for a window): the whole stretch, summed up
//   overrun_burst    a stretch of windows in which a reader missed a tenth of its slots or more
//   samples_dropped  a stretch of windows that lost samples to a full ring
//
// A stretch ends when kQuiet has passed without what it is of, so that a sensor that fails now and
// then makes one event and not thousands. Every event has a field "words" with a sentence for
// people. Housekeeping, one thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/event_sink.hpp"
#include "core/row_sink.hpp"

namespace isotherm::aggregate {

// Consecutive windows with the same trouble.
struct TroubleStretch {
  bool open = false;
  core::WallTime from;               // start of its first window
  core::Nanoseconds from_uptime{0};  // likewise
  bool last_window_over = false;
  core::Nanoseconds troubled_until{0};  // uptime: end of its last window; begin while that lasts
  core::SlotCounts counts;
  core::FaultCounts faults{};
  core::Nanoseconds late_max{0};

  void add(const core::Row& row);
  // To the millisecond, which is what the events say: windows begin some microseconds early or late
  // on this clock.
  [[nodiscard]] core::Nanoseconds length() const;
};

class RowWatch : public core::RowSink {
 public:
  static constexpr core::Nanoseconds kQuiet = std::chrono::seconds{10};

  // The sensors of each reader, in the order of the readers' names given.
  struct Reader {
    std::string name;
    std::vector<std::string> sensors;
  };

  // `window` is the length of the rows' windows. `events` outlives this. Rows of sensors that none
  // of the readers has are passed over.
  RowWatch(const std::vector<Reader>& readers, core::Nanoseconds window, core::EventSink& events);

  void write(core::Row row) override;
  // Ends the stretches that are open. The run ended at this uptime, maybe within a window.
  void finish(core::Nanoseconds end);

 private:
  struct Watched {
    std::string reader;
    bool speaks_for_reader = false;  // the first of its reader, whose slots are missed together
    bool lost = false;
    core::Row last;  // names and times of the latest
    TroubleStretch absence;
    TroubleStretch faults;
    TroubleStretch overruns;
    TroubleStretch drops;
  };

  void watch_presence(Watched& sensor, const core::Row& row);
  void watch_faults(Watched& sensor, const core::Row& row);
  void watch_overruns(Watched& sensor, const core::Row& row);
  void watch_drops(Watched& sensor, const core::Row& row);
  void end_faults(Watched& sensor);
  void end_overruns(Watched& sensor);
  void end_drops(Watched& sensor);

  core::Nanoseconds window_;
  core::EventSink& events_;
  std::map<std::string, Watched, std::less<>> sensors_;
};

}  // namespace isotherm::aggregate
