// A whole configuration as plain structs: what config/isotherm.toml says, with every default filled
// in. Each folder's own choices stand in that folder's *_settings.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "acquire/reader_settings.hpp"
#include "aggregate/window_settings.hpp"
#include "capture/capture_settings.hpp"
#include "core/time.hpp"
#include "history/history_settings.hpp"
#include "sensor/sensor_settings.hpp"
#include "store/log_settings.hpp"

namespace isotherm::settings {

enum class Realtime : std::uint8_t {
  Required,    // a missing prerequisite refuses the start, exit 69
  BestEffort,  // it is said at start and in every summary
};

enum class Isolation : std::uint8_t {
  Preferred,  // a reader's core that is not isolated is a warning
  Required,   // it is a missing prerequisite
};

struct StationSettings {
  std::string name = "isotherm";
  std::string board = "auto";
  Realtime realtime = Realtime::Required;
  Isolation isolation = Isolation::Preferred;
  core::Nanoseconds stall_budget{std::chrono::seconds{5}};
  // Bound on leaving idle states, whole microseconds; without it the kernel is not asked for any.
  std::optional<core::Nanoseconds> cpu_dma_latency;
  std::vector<unsigned> housekeeping;  // cores kept free of readers; empty: decided by the board
  // "file:line" of these two keys, for messages; empty where the file does not have them.
  std::string housekeeping_where;
  std::string board_where;
};

struct ReaderPlan {
  acquire::ReaderSettings reader;
  std::vector<sensor::SensorSettings> sensors;
};

struct Configuration {
  std::string file;  // "" for the built-in default
  StationSettings station;
  std::vector<ReaderPlan> readers;
  aggregate::WindowSettings window;
  store::LogSettings log;
  history::HistorySettings history;
  capture::CaptureSettings capture;
};

}  // namespace isotherm::settings
