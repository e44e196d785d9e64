// A log directory in memory whose disk fills up, tears writes, refuses calls and goes away when a
// test says so. Thread-safe, so that a test can watch a log that has a thread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/log_directory.hpp"

namespace isotherm::test {

// The operations that can be made to fail.
enum class LogOperation : std::uint8_t {
  Create,
  Claim,
  Open,
  Append,
  Truncate,
  Reserve,
  Sync,
  Read,
  Rename,
  DirectorySync,
};

class FakeLogDirectory : public core::LogDirectory {
 public:
  struct Inode {
    std::string data;
    std::uint64_t reserved = 0;      // allocated up to here, where that is beyond the data
    std::uint64_t synced_bytes = 0;  // of the data at the last sync
  };

  explicit FakeLogDirectory(std::string path = "/log");
  ~FakeLogDirectory() override;
  FakeLogDirectory(const FakeLogDirectory&) = delete;
  FakeLogDirectory& operator=(const FakeLogDirectory&) = delete;
  FakeLogDirectory(FakeLogDirectory&&) = delete;
  FakeLogDirectory& operator=(FakeLogDirectory&&) = delete;

  [[nodiscard]] const std::string& path() const override { return path_; }
  [[nodiscard]] core::LogStatus create() override;
  [[nodiscard]] core::LogStatus claim() override;
  [[nodiscard]] core::LogOpen open(const std::string& name) override;
  [[nodiscard]] core::LogStatus rename(const std::string& from, const std::string& to) override;
  [[nodiscard]] core::LogStatus remove(const std::string& name) override;
  [[nodiscard]] std::vector<std::string> list() const override;
  [[nodiscard]] core::LogStatus sync() override;

  // The text of a file; empty if there is none.
  [[nodiscard]] std::string text(const std::string& name) const;
  [[nodiscard]] bool has(const std::string& name) const;
  [[nodiscard]] Inode inode(const std::string& name) const;
  // Makes or replaces a file, as an earlier run or an operator would.
  void put(const std::string& name, std::string text);
  // What mv(1) and rm(1) do: an open file lives on without its name.
  void move_by_hand(const std::string& from, const std::string& to);
  void remove_by_hand(const std::string& name);
  void truncate_by_hand(const std::string& name);

  // The disk's size: what data and reserves may take together. Unlimited at first.
  void set_capacity(std::uint64_t bytes);
  [[nodiscard]] std::uint64_t used() const;
  // For a file system without fallocate(2): what a full disk cannot take of an append is torn off.
  void set_can_reserve(bool can);
  // The operation fails like this until it is set to LogStatus{} again.
  void fail(LogOperation operation, core::LogStatus status);
  // The next append takes only so many bytes and fails like this.
  void tear_next_append(std::uint64_t bytes, core::LogStatus status);
  // The directory with all its files is no longer at its path; come_back() puts an empty one there.
  void vanish();
  void come_back();
  // Another station has claimed it, and locked its files.
  void set_busy(bool busy);
  // Appends block until release() is called, like those on a frozen disk.
  void stall();
  void release();
  // Returns once an append is blocked.
  void wait_until_stalled() const;
  // Return once a file is there and has so many bytes, or so many of them synced.
  void wait_until_holds(const std::string& name, std::uint64_t bytes) const;
  void wait_until_synced(const std::string& name, std::uint64_t bytes) const;

  // Since the last clear: "open temperature.csv", "append 57", "sync", "rename a b", "sync .".
  [[nodiscard]] std::vector<std::string> calls() const;
  void clear_calls();

 private:
  class File;

  [[nodiscard]] core::LogStatus begin(LogOperation operation, const std::string& call) const;
  [[nodiscard]] std::uint64_t used_locked() const;
  [[nodiscard]] std::uint64_t free_locked() const;

  std::string path_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::map<std::string, std::shared_ptr<Inode>> files_;  // shared with the open files, as on disk
  std::map<LogOperation, core::LogStatus> failures_;
  mutable std::vector<std::string> calls_;
  std::uint64_t capacity_ = UINT64_MAX;
  std::uint64_t tear_bytes_ = 0;
  core::LogStatus tear_status_;
  bool can_reserve_ = true;
  bool there_ = true;
  bool busy_ = false;
  bool stalled_ = false;
  mutable int stalled_appends_ = 0;
};

}  // namespace isotherm::test
