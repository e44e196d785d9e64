// The history's file as its one writer has it: SQLite in WAL mode
// (https://www.sqlite.org/wal.html), readable by other processes all the time. For one thread.
//
// Each append() is one transaction, synced: a power cut costs what was not yet appended, and tears
// nothing. Windows are merged to minutes when an hour of them is there, minutes to hours after
// twelve; what is not merged yet is merged by whoever reads (history_reader.hpp). A minute or hour
// that was cut by such a pass stands twice in its tier, each with its share; merging the two is
// exact.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/event.hpp"
#include "core/row.hpp"
#include "history/history_settings.hpp"
#include "history/measured_vfs.hpp"
#include "history/schema.hpp"

namespace isotherm::history {

// How a call came out; an empty text is success.
struct HistoryStatus {
  std::string error;
  [[nodiscard]] bool ok() const noexcept { return error.empty(); }
};

struct HistoryUsage {
  std::uint64_t written_bytes = 0;  // passed to write(2) since the file was opened
  std::uint64_t kept_bytes = 0;     // of batches and events appended since then, as they are kept
  std::uint64_t total_bytes = 0;    // of the files now
  std::uint64_t peak_bytes = 0;     // the most that they were
};

class HistoryFile {
 public:
  // Opens `path`, or makes it. `boot`: the kernel's boot id. A damaged file is set aside under
  // another name, and a new one takes over its good chunks; notice() says so. Throws SetupError.
  HistoryFile(std::string path, const HistorySettings& settings, const std::string& boot);
  HistoryFile(const HistoryFile&) = delete;
  HistoryFile& operator=(const HistoryFile&) = delete;
  HistoryFile(HistoryFile&&) = delete;
  HistoryFile& operator=(HistoryFile&&) = delete;
  ~HistoryFile();

  // What was found and done at opening, in a sentence; empty if there is nothing to say.
  [[nodiscard]] const std::string& notice() const noexcept { return notice_; }

  // Rows in the order in which their windows closed. The first `taken` of them are kept, and
  // synced; all of them unless the status says why not. Makes room first: where the cap asks for
  // it, the oldest of the finest tier goes. Afterwards merges what is due and deletes what is too
  // old; if only that fails, the status says so, and it is tried again with the next rows.
  [[nodiscard]] HistoryStatus append(std::span<const core::Row> rows, std::size_t& taken);
  [[nodiscard]] HistoryStatus append_event(const core::Event& event);

  // The wall clock was stepped by `size` at `reading` (already the new time).
  [[nodiscard]] HistoryStatus append_clock_step(const core::ClockReading& reading,
                                                core::Nanoseconds size);
  // The clock has become synchronised. Moves what this boot wrote before it to the time at which it
  // was taken, if it is more than 200 ms off; each stretch once, and never one that was
  // synchronised. `segments`: how many moved.
  [[nodiscard]] HistoryStatus redate(const core::ClockReading& synced, std::size_t& segments);

  // Merges everything that is not merged yet, into minutes and hours.
  [[nodiscard]] HistoryStatus merge_all();
  // Writes the WAL back into the database, if no reader is in the way.
  void checkpoint() noexcept;

  // False once somebody has removed or moved it: what is written then, nobody finds.
  [[nodiscard]] bool linked() const noexcept { return database_->linked(); }

  [[nodiscard]] HistoryUsage usage() const noexcept;

 private:
  void open();
  void mend();
  void configure();
  void load_state();
  [[nodiscard]] HistoryStatus failed(const DatabaseError& error);
  void append_batch(std::span<const core::Row> rows);
  [[nodiscard]] Segment& segment_for(const core::Row& row);
  [[nodiscard]] std::int64_t sensor_for(const core::Row& row);
  void insert_batch(Tier tier, const BatchKey& key, const std::string& data);
  [[nodiscard]] std::int64_t next_tick(Tier tier, const Segment& segment, core::WallTime newest);
  void make_room(std::uint64_t bytes);
  bool delete_oldest();
  [[nodiscard]] std::int64_t oldest_key(Tier tier);
  std::uint64_t delete_some(Tier tier, std::int64_t key, std::uint64_t bytes);
  void prune();
  void maintain();
  void merge_waiting(Tier tier);
  void merge_slice(Tier tier, std::int64_t from, std::int64_t to, const Segment& segment);
  [[nodiscard]] bool merge_is_due(Tier tier);
  [[nodiscard]] core::WallTime time_of(const BatchKey& key) const;
  void expire(Tier tier);

  std::string path_;
  HistorySettings settings_;
  std::string boot_name_;
  std::string notice_;
  MeasuredVfs vfs_;
  std::unique_ptr<Database> database_;
  std::uint64_t kept_ = 0;
  bool events_are_dated_ = false;  // the clock has been synchronised in this run
  std::uint64_t wal_used_ = 0;     // of its file, from the start: what is not written back yet

  // As committed; load_state() after anything else.
  std::int64_t boot_ = 0;
  std::vector<Segment> segments_;
  bool segment_is_open_ = false;   // segments_.back() is this boot's and rows may still join it
  std::int64_t open_segment_ = 0;  // its id, once a row of it is committed
  core::Nanoseconds offset_{0};    // wall minus uptime of the last row
  std::map<std::string, std::int64_t, std::less<>> sensors_;
  std::array<std::int64_t, kTierCount> last_key_{-1, -1, -1};
  std::array<std::int64_t, kTierCount> merged_key_{-1, -1, -1};
  std::array<std::uint64_t, kTierCount> tier_bytes_{};  // of batches; about right is enough
  core::WallTime newest_;
};

}  // namespace isotherm::history
