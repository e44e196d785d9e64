// [station] and [log].
#include <array>
#include <chrono>

#include "settings/quantity.hpp"
#include "settings/section.hpp"
#include "settings/suggestion.hpp"
#include "settings/tables.hpp"

namespace isotherm::settings {

namespace {

using namespace std::chrono_literals;

// Rings grow with it: 20 kHz of 32-byte samples are 38 MB a minute and sensor.
constexpr Limits<core::Nanoseconds> kStallBudget{10ms, 10min};
// Idle states take at most some milliseconds to leave; a longer bound would be none.
constexpr Limits<core::Nanoseconds> kCpuDmaLatency{0ns, 1s};
constexpr Limits<core::Nanoseconds> kWindow{aggregate::kWindowMin, aggregate::kWindowMax};
// 0 is after every batch of rows; more than a day would be never on most stations.
constexpr Limits<core::Nanoseconds> kLogFlush{0ns, 1h};
constexpr Limits<core::Nanoseconds> kFsync{0ns, 24h};
// Below 4 KiB a file holds hardly more than its header; 1 TiB is beyond every card and disk here.
constexpr Limits<std::uint64_t> kRotateSize{std::uint64_t{1} << 12U, std::uint64_t{1} << 40U};
constexpr Limits<std::int64_t> kRotateCount{0, 100'000};
constexpr Limits<std::uint64_t> kBuffer{std::uint64_t{1} << 12U, std::uint64_t{1} << 30U};

constexpr std::array kRealtime = {Choice<Realtime>{"required", Realtime::Required},
                                  Choice<Realtime>{"best-effort", Realtime::BestEffort}};
constexpr std::array kIsolation = {Choice<Isolation>{"preferred", Isolation::Preferred},
                                   Choice<Isolation>{"required", Isolation::Required}};
constexpr std::array kFormats = {Choice<store::LogFormat>{"csv", store::LogFormat::Csv},
                                 Choice<store::LogFormat>{"jsonl", store::LogFormat::JsonLines}};

// The kernel counts it in microseconds (Documentation/power/pm_qos_interface.rst).
void read_cpu_dma_latency(const Section& section, StationSettings& station) {
  core::Nanoseconds bound{0};
  if (!section.duration("cpu_dma_latency", kCpuDmaLatency, bound)) {
    return;
  }
  if (bound % 1us != 0ns) {
    section.mistake("cpu_dma_latency", "is no whole number of microseconds",
                    "\"0 us\" keeps the cores from idling deeply, \"50 us\" from states that take "
                    "longer to leave");
    return;
  }
  station.cpu_dma_latency = bound;
}

}  // namespace

void read_station(const Node& table, Findings& findings, StationSettings& station) {
  const Section section(table, kStationTable, findings);
  section.name("name", kNameLimit, station.name);
  if (section.name("board", kNameLimit, station.board)) {
    station.board_where = findings.where(section.line_of("board"));
  }
  section.choice<Realtime>("realtime", kRealtime, station.realtime);
  section.choice<Isolation>("isolation", kIsolation, station.isolation);
  section.duration("stall_budget", kStallBudget, station.stall_budget);
  read_cpu_dma_latency(section, station);
  if (section.cores("housekeeping", true, station.housekeeping)) {
    station.housekeeping_where = findings.where(section.line_of("housekeeping"));
  }
}

void read_log(const Node& table, Findings& findings, store::LogSettings& log,
              aggregate::WindowSettings& window) {
  const Section section(table, kLogTable, findings);
  section.text("directory", log.directory);
  section.choice<store::LogFormat>("format", kFormats, log.format);
  section.size("rotate_size", kRotateSize, log.rotate_size);
  section.integer("rotate_count", kRotateCount, log.rotate_count);
  section.duration("flush", kLogFlush, log.flush_interval);
  section.duration("fsync", kFsync, log.fsync_interval);
  section.size("buffer", kBuffer, log.buffer);

  core::Nanoseconds length = window.length;
  if (!section.duration("window", kWindow, length)) {
    return;
  }
  constexpr core::Nanoseconds kDay = 24h;
  if (kDay % length == 0ns) {
    window.length = length;
  } else {
    section.mistake("window", in_quotes(section.find("window")->string) + " does not divide a day",
                    "windows stay aligned from day to day only at lengths such as 100 ms, 1 s, "
                    "10 s, 1 min, 15 min or 1 h");
  }
}

}  // namespace isotherm::settings
