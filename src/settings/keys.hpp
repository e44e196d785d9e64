// Every key of the configuration, by table: what the reading of the tables, the unknown-key
// messages and the test of config/isotherm.toml agree on.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace isotherm::settings {

inline constexpr auto kRootKeys =
    std::to_array<std::string_view>({"station", "reader", "log", "history", "capture"});
inline constexpr auto kStationKeys = std::to_array<std::string_view>(
    {"name", "board", "realtime", "isolation", "stall_budget", "housekeeping", "cpu_dma_latency"});
inline constexpr auto kReaderKeys = std::to_array<std::string_view>(
    {"name", "core", "rate", "period", "policy", "priority", "runtime", "overrun", "spin",
     "isolate", "worst_slots", "sensor"});
inline constexpr auto kSensorKeys = std::to_array<std::string_view>(
    {"name", "driver", "device", "input", "unit", "every", "scale", "offset", "range",
     "stuck_after", "accept_power_on_value", "file", "loop", "sim"});
inline constexpr auto kSimKeys = std::to_array<std::string_view>(
    {"mean", "swing", "cycle", "noise", "resolution", "seed", "faults", "fault_slots", "spike_rate",
     "spike", "stall_rate", "stall_slots", "stall"});
inline constexpr auto kLogKeys = std::to_array<std::string_view>(
    {"directory", "window", "format", "rotate_size", "rotate_count", "flush", "fsync", "buffer"});
inline constexpr auto kHistoryKeys = std::to_array<std::string_view>(
    {"enabled", "file", "windows", "minutes", "hours", "cap", "flush", "write_budget"});
inline constexpr auto kCaptureKeys = std::to_array<std::string_view>(
    {"enabled", "directory", "total_size", "file_size", "age", "lateness", "flush", "buffer"});

inline constexpr auto kBoardKeys =
    std::to_array<std::string_view>({"name", "description", "models", "cores", "housekeeping",
                                     "isolated", "soc_sensor", "bus", "boot"});
inline constexpr auto kBusKeys =
    std::to_array<std::string_view>({"kind", "controller", "nodes", "setting", "pins"});
inline constexpr auto kBootKeys =
    std::to_array<std::string_view>({"layout", "device_trees", "reason"});

struct KeyList {
  std::string_view title;  // as messages name the table: "[log]"
  std::span<const std::string_view> keys;
};

inline constexpr KeyList kRootTable{"the top level", kRootKeys};
inline constexpr KeyList kStationTable{"[station]", kStationKeys};
inline constexpr KeyList kReaderTable{"[[reader]]", kReaderKeys};
inline constexpr KeyList kSensorTable{"[[reader.sensor]]", kSensorKeys};
inline constexpr KeyList kSimTable{"[reader.sensor.sim]", kSimKeys};
inline constexpr KeyList kLogTable{"[log]", kLogKeys};
inline constexpr KeyList kHistoryTable{"[history]", kHistoryKeys};
inline constexpr KeyList kCaptureTable{"[capture]", kCaptureKeys};
inline constexpr KeyList kBoardTable{"a board file", kBoardKeys};
inline constexpr KeyList kBusTable{"[[bus]]", kBusKeys};
inline constexpr KeyList kBootTable{"[boot]", kBootKeys};

inline constexpr std::array kConfigurationTables = {&kRootTable,    &kStationTable, &kReaderTable,
                                                    &kSensorTable,  &kSimTable,     &kLogTable,
                                                    &kHistoryTable, &kCaptureTable};
inline constexpr std::array kBoardTables = {&kBoardTable, &kBusTable, &kBootTable};

// What a person who wrote an unknown key into a table probably wants: the nearest known key of that
// table, or the table that the key belongs to, or a list of the table's keys.
[[nodiscard]] std::string unknown_key_mend(std::string_view key, const KeyList& table);

}  // namespace isotherm::settings
