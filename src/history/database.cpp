#include "history/database.hpp"

#include <filesystem>
#include <system_error>

namespace isotherm::history {
namespace {

// How long a writer waits for another one's lock, and a reader for a recovery.
constexpr int kBusyMilliseconds = 2000;

// https://www.sqlite.org/uri.html
std::string immutable_uri(const std::string& path) {
  std::string uri = path.starts_with('/') ? "file://" : "file:";
  for (const char byte : path) {
    uri += byte == '%' ? "%25" : byte == '?' ? "%3f" : byte == '#' ? "%23" : std::string(1, byte);
  }
  return uri + "?immutable=1";
}

}  // namespace

Database::Database(const std::string& path, Mode mode, const char* vfs) {
  if (mode == Mode::ReadOnly) {
    open_to_read(path, vfs);
    return;
  }
  open(path, SQLITE_OPEN_READWRITE | (mode == Mode::Create ? SQLITE_OPEN_CREATE : 0), vfs);
}

void Database::open(const std::string& path, int flags, const char* vfs) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, vfs);
  handle_.reset(handle);
  check(code);
  sqlite3_extended_result_codes(handle, 1);
  check(sqlite3_busy_timeout(handle, kBusyMilliseconds));
}

// The first to open a database of WAL mode makes a WAL and its index, which not everybody may who
// may read. Where there is no WAL, everything is in the database, and it is read as it stands.
// https://www.sqlite.org/wal.html#read_only_databases
void Database::open_to_read(const std::string& path, const char* vfs) {
  open(path, SQLITE_OPEN_READONLY, vfs);
  try {
    static_cast<void>(number("PRAGMA schema_version"));
  } catch (const DatabaseError& error) {
    const bool refused = error.code() == SQLITE_READONLY || error.code() == SQLITE_CANTOPEN;
    std::error_code unknown;
    if (refused && !std::filesystem::exists(path + "-wal", unknown) && !unknown) {
      open(immutable_uri(path), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, vfs);
    }
    // All else is for whoever asks something: it may pass.
  }
}

bool Database::linked() const noexcept {
  int moved = 0;
  const int code = sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return code != SQLITE_OK || moved == 0;
}

void Database::check(int code) const {
  if (code != SQLITE_OK) {
    throw DatabaseError(code, handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code));
  }
}

void Database::run(const std::string& sql) {
  check(sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr));
}

std::int64_t Database::number(const std::string& sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.number(0) : 0;
}

std::string Database::text(const std::string& sql) {
  Statement statement(*this, sql);
  return statement.step() ? std::string(statement.bytes(0)) : std::string();
}

Statement::Statement(Database& database, const std::string& sql) : database_(&database) {
  sqlite3_stmt* statement = nullptr;
  database.check(sqlite3_prepare_v3(database.handle(), sql.c_str(),
                                    static_cast<int>(sql.size() + 1), SQLITE_PREPARE_PERSISTENT,
                                    &statement, nullptr));
  statement_.reset(statement);
}

Statement& Statement::bind(int index, std::int64_t value) {
  database_->check(sqlite3_bind_int64(statement_.get(), index, value));
  return *this;
}

// SQLITE_TRANSIENT, which says "copy", is a C cast of -1; the 64-bit call with a destructor of
// nullptr would not copy, so the copy is SQLite's by way of the documented constant.
Statement& Statement::bind_text(int index, std::string_view text) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): what SQLITE_TRANSIENT is
  const auto copy = reinterpret_cast<sqlite3_destructor_type>(-1);
  database_->check(
      sqlite3_bind_text64(statement_.get(), index, text.data(), text.size(), copy, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind_bytes(int index, std::string_view bytes) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): what SQLITE_TRANSIENT is
  const auto copy = reinterpret_cast<sqlite3_destructor_type>(-1);
  database_->check(sqlite3_bind_blob64(statement_.get(), index, bytes.data(), bytes.size(), copy));
  return *this;
}

Statement& Statement::bind_null(int index) {
  database_->check(sqlite3_bind_null(statement_.get(), index));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) {
    return true;
  }
  if (code != SQLITE_DONE) {
    const DatabaseError error(code, sqlite3_errmsg(database_->handle()));
    sqlite3_reset(statement_.get());
    throw error;
  }
  return false;
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

void Statement::run() {
  while (step()) {
  }
  reset();
}

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::string_view Statement::bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return data == nullptr
             ? std::string_view()
             : std::string_view(static_cast<const char*>(data), static_cast<std::size_t>(size));
}

Transaction::Transaction(Database& database) : database_(database) {
  database_.run("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  // SQLite has rolled back by itself after SQLITE_FULL and the like.
  if (open_ && sqlite3_get_autocommit(database_.handle()) == 0) {
    sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

void Transaction::commit() {
  database_.run("COMMIT");
  open_ = false;
}

}  // namespace isotherm::history
