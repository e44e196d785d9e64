// [history].
#include <chrono>

#include "settings/section.hpp"
#include "settings/tables.hpp"

namespace isotherm::settings {

namespace {

using namespace std::chrono_literals;

// 0 keeps a tier for ever; less than an hour would end before its windows are merged.
constexpr Limits<core::Nanoseconds> kRetention{0ns, 24h * 36'600};
constexpr core::Nanoseconds kRetentionMin = 1h;
constexpr Limits<std::uint64_t> kCap{history::kCapBytesMin, std::uint64_t{1} << 40U};
constexpr Limits<core::Nanoseconds> kFlush{history::kFlushIntervalMin, history::kFlushIntervalMax};
constexpr Limits<std::uint64_t> kWriteBudget{0, std::uint64_t{1} << 40U};

void read_retention(const Section& section, std::string_view key, core::Nanoseconds& retention) {
  core::Nanoseconds given{0};
  if (!section.duration(key, kRetention, given)) {
    return;
  }
  if (given > 0ns && given < kRetentionMin) {
    section.mistake(key, "is less than an hour",
                    "\"14 d\" keeps two weeks, \"0 d\" keeps them for ever");
    return;
  }
  retention = given;
}

}  // namespace

void read_history(const Node& table, Findings& findings, history::HistorySettings& history) {
  const Section section(table, kHistoryTable, findings);
  section.boolean("enabled", history.enabled);
  if (section.text("file", history.file) && history.file.empty()) {
    section.mistake("file", "is empty",
                    "\"history.db\" is beside the log; to have no history: "
                    "enabled = false");
  }
  read_retention(section, "windows", history.retention.at(0));
  read_retention(section, "minutes", history.retention.at(1));
  read_retention(section, "hours", history.retention.at(2));
  section.size("cap", kCap, history.cap_bytes);
  section.duration("flush", kFlush, history.flush_interval);
  section.size("write_budget", kWriteBudget, history.write_budget);
}

}  // namespace isotherm::settings
