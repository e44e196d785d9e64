// SQLite, as far as the history uses it: a connection, a statement, and one exception that does not
// leave this folder. https://www.sqlite.org/cintro.html
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace isotherm::history {

// What SQLite said. Caught at the edge of this folder.
class DatabaseError : public std::runtime_error {
 public:
  DatabaseError(int code, const std::string& text) : std::runtime_error(text), code_(code) {}
  // A primary result code: SQLITE_CORRUPT, SQLITE_FULL, ...
  [[nodiscard]] int code() const noexcept { return code_ & 0xFF; }
  // The file is not what it was written as.
  [[nodiscard]] bool is_damage() const noexcept {
    return code() == SQLITE_CORRUPT || code() == SQLITE_NOTADB;
  }

 private:
  int code_;
};

class Database {
 public:
  enum class Mode { ReadOnly, Existing, Create };

  // `vfs`: the name of a registered one, or nullptr for SQLite's own. ReadOnly reads what nobody
  // has open also where it may not write beside it; it does not see who opens it later then. Throws
  // DatabaseError.
  Database(const std::string& path, Mode mode, const char* vfs = nullptr);

  // One or more statements without results.
  void run(const std::string& sql);
  // The first column of the first row; 0 if there is none.
  [[nodiscard]] std::int64_t number(const std::string& sql);
  [[nodiscard]] std::string text(const std::string& sql);
  [[nodiscard]] std::int64_t changes() const { return sqlite3_changes64(handle_.get()); }
  // False once the file is no longer the one of its name.
  [[nodiscard]] bool linked() const noexcept;
  [[nodiscard]] sqlite3* handle() const { return handle_.get(); }
  void check(int code) const;

 private:
  void open(const std::string& path, int flags, const char* vfs);
  void open_to_read(const std::string& path, const char* vfs);

  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

// Prepared once, stepped through, and ready again after reset().
class Statement {
 public:
  Statement(Database& database, const std::string& sql);

  // Numbered from 1. The text and the bytes are copied.
  Statement& bind(int index, std::int64_t value);
  Statement& bind_text(int index, std::string_view text);
  Statement& bind_bytes(int index, std::string_view bytes);
  Statement& bind_null(int index);

  // Whether there is a row (from now on).
  bool step();
  void reset();
  // step() to the end and reset().
  void run();
  // Rows that the last INSERT, UPDATE or DELETE of the connection changed.
  [[nodiscard]] std::int64_t changes() const { return database_->changes(); }

  // Numbered from 0; the views are good until the next step() or reset().
  [[nodiscard]] std::int64_t number(int column) const;
  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::string_view bytes(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  Database* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// Everything inside is committed together, or not at all.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  Transaction(Transaction&&) = delete;
  Transaction& operator=(Transaction&&) = delete;

  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace isotherm::history
