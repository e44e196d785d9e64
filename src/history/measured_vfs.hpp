// The layer between SQLite and the file system (https://www.sqlite.org/vfs.html), with two things
// added: it counts the bytes that are written, and it refuses a write that would take the files
// together (database, WAL and the WAL's index) beyond a cap. SQLite takes that for a full disk,
// SQLITE_FULL, and undoes the transaction. So the cap holds whatever the code above gets wrong.
#pragma once

#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <string>

namespace isotherm::history {

// Of the database. Small, because a flush writes whole pages: at 24 sensors and a flush a minute
// 1024 cost 28 bytes a row, 4096 cost 35.
inline constexpr std::uint64_t kPageBytes = 1024;
// A page in the WAL with its head. https://www.sqlite.org/fileformat2.html#wal_file_format
inline constexpr std::uint64_t kFrameBytes = kPageBytes + 24;

// Registered under a name of its own while it lives; outlives every connection that uses it. Used
// by one connection, on one thread at a time.
class MeasuredVfs {
 public:
  // `cap`: bytes.
  explicit MeasuredVfs(std::uint64_t cap);
  ~MeasuredVfs();
  MeasuredVfs(const MeasuredVfs&) = delete;
  MeasuredVfs& operator=(const MeasuredVfs&) = delete;
  MeasuredVfs(MeasuredVfs&&) = delete;
  MeasuredVfs& operator=(MeasuredVfs&&) = delete;

  [[nodiscard]] const char* name() const noexcept { return name_.c_str(); }
  // Passed to write(2), to all files, since the start.
  [[nodiscard]] std::uint64_t written_bytes() const noexcept { return written_; }
  [[nodiscard]] std::uint64_t syncs() const noexcept { return syncs_; }
  // The size of the WAL, of the database, and of all.
  [[nodiscard]] std::uint64_t wal_bytes() const noexcept { return sizes_[1]; }
  [[nodiscard]] std::uint64_t database_bytes() const noexcept { return sizes_[0]; }
  [[nodiscard]] std::uint64_t total_bytes() const noexcept;
  // Largest total_bytes() since the start.
  [[nodiscard]] std::uint64_t peak_bytes() const noexcept { return peak_; }
  void set_cap(std::uint64_t cap) noexcept { cap_ = cap; }

 private:
  struct Extra;
  [[nodiscard]] static Extra& extra_of(sqlite3_file* file) noexcept;
  // Those of a file, with what is counted in between.
  [[nodiscard]] static sqlite3_io_methods methods_of(const sqlite3_file& real) noexcept;
  static int open(sqlite3_vfs* vfs, sqlite3_filename path, sqlite3_file* file, int flags,
                  int* out_flags);
  static int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset);
  static int truncate(sqlite3_file* file, sqlite3_int64 size);
  static int sync(sqlite3_file* file, int flags);

  std::string name_;
  sqlite3_vfs vfs_{};
  sqlite3_vfs* real_ = nullptr;
  std::uint64_t cap_;
  std::uint64_t written_ = 0;
  std::uint64_t syncs_ = 0;
  std::uint64_t peak_ = 0;
  std::array<std::uint64_t, 2> sizes_{};  // database, WAL
};

}  // namespace isotherm::history
