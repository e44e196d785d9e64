// The operator's choices for one reader: a [[reader]] table of the configuration.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/scheduling.hpp"
#include "core/time.hpp"

namespace isotherm::acquire {

enum class OverrunPolicy : std::uint8_t {
  Skip,  // leave out the slots that passed, stay on the grid, count them as missed
  Stop,  // the reader ends at its first missed slot
};

// Who takes the reader's cores away from the rest of the system.
enum class Isolate : std::uint8_t {
  Boot,    // the kernel's command line; the start only checks
  Cpuset,  // the station, for as long as it runs
};

// 20 kHz to 0.01 Hz.
inline constexpr core::Nanoseconds kPeriodMin = std::chrono::microseconds{50};
inline constexpr core::Nanoseconds kPeriodMax = std::chrono::seconds{100};

// A spin tail begins this much earlier at most (wake_up_lead.hpp): the exit from the deepest idle
// states of the processors in question takes 100 to 200 us.
inline constexpr core::Nanoseconds kWakeUpLeadMax = std::chrono::microseconds{200};

// pthread_setname_np(3): 15 characters; "iso-" takes four of them.
inline constexpr std::size_t kReaderNameLimit = 11;

inline constexpr std::uint32_t kWorstSlotsMax = 64;

struct ReaderSettings {
  std::string name;             // letters, digits, '-', '_'; at most kReaderNameLimit
  std::vector<unsigned> cores;  // a set of cores, usually one; empty means "auto"
  core::Nanoseconds period{std::chrono::seconds{1}};
  core::SchedulingPolicy policy = core::SchedulingPolicy::Fifo;
  std::optional<int> priority;   // 1 to 99; without it by rate, the fastest reader 80
  core::Nanoseconds runtime{0};  // of SCHED_DEADLINE, a period; 0 means a fifth of the period
  OverrunPolicy overrun = OverrunPolicy::Skip;
  core::Nanoseconds spin{0};  // spin tail: be awake this much earlier and spin up to the slot
  Isolate isolate = Isolate::Boot;
  std::uint32_t worst_slots = 8;  // kept with their cause, of each minute; 0: none
  std::string where;              // "file:line" of the table, for messages
};

}  // namespace isotherm::acquire
