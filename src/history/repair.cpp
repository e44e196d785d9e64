#include "history/repair.hpp"

#include <filesystem>
#include <limits>
#include <optional>

#include "core/setup_error.hpp"
#include "history/chunk.hpp"
#include "history/schema.hpp"

namespace isotherm::history {
namespace {

constexpr Tier kTiers[] = {Tier::Windows, Tier::Minutes, Tier::Hours};
constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();

bool chunks_are_whole(Database& database, Tier tier) {
  Statement select(database, std::string("SELECT data FROM ") + table_of(tier));
  while (select.step()) {
    if (!chunk_is_whole(select.bytes(0))) {
      return false;
    }
  }
  return true;
}

// Copies a table of plain columns as far as it can be read.
void copy_table(Database& from, Database& to, const std::string& table, int columns) {
  std::string marks = "?1";
  for (int i = 2; i <= columns; ++i) {
    marks += ",?" + std::to_string(i);
  }
  Statement insert(to, "INSERT OR REPLACE INTO " + table + " VALUES(" + marks + ")");
  try {
    Statement select(from, "SELECT * FROM " + table);
    while (select.step()) {
      for (int i = 0; i < columns; ++i) {
        insert.bind_value(i + 1, select.value(i));
      }
      insert.run();
    }
  } catch (const DatabaseError& error) {
    if (!error.is_damage()) {
      throw;
    }
  }
}

class ChunkCopy {
 public:
  ChunkCopy(Database& from, Database& to, Tier tier, Salvage& salvage)
      : up_(from, select(tier, ">=?1 AND key<=?2 ORDER BY key")),
        down_(from, select(tier, "<=?1 AND key>=?2 ORDER BY key DESC")),
        insert_(to, std::string("INSERT OR IGNORE INTO ") + table_of(tier) + " VALUES(?1,?2)"),
        salvage_(salvage) {}

  // Upwards to the damage; over it in steps that double; then from there down to it again.
  void run() {
    std::int64_t at = std::numeric_limits<std::int64_t>::min();
    while (true) {
      std::optional<std::int64_t> last = at;
      if (copy(up_, at, kEnd, last)) {
        return;
      }
      const std::int64_t floor = std::max<std::int64_t>(last.value_or(0) + 1, 0);
      std::int64_t probe = floor;
      std::int64_t stride = ChunkKey{0, 8, 0}.packed();
      while (true) {
        if (probe > kEnd - stride) {
          return;
        }
        probe += stride;
        stride = stride > kEnd / 2 ? stride : stride * 2;
        if (readable(probe)) {
          break;
        }
      }
      copy(down_, probe, floor, last);
      at = probe;
    }
  }

 private:
  static std::string select(Tier tier, const char* rest) {
    return std::string("SELECT key, data FROM ") + table_of(tier) + " WHERE key" + rest;
  }

  // Whether all of the range could be read; `last` is the last key that could.
  bool copy(Statement& rows, std::int64_t from, std::int64_t to,
            std::optional<std::int64_t>& last) {
    rows.reset();
    rows.bind(1, from).bind(2, to);
    try {
      while (rows.step()) {
        last = rows.number(0);
        const std::string_view data = rows.bytes(1);
        if (chunk_is_whole(data)) {
          insert_.bind(1, rows.number(0)).bind_bytes(2, data);
          insert_.run();
          salvage_.chunks += inserted() ? 1U : 0U;
        } else {
          ++salvage_.bad;
        }
      }
    } catch (const DatabaseError& error) {
      if (!error.is_damage()) {
        throw;
      }
      return false;
    }
    rows.reset();
    return true;
  }

  bool readable(std::int64_t key) {
    up_.reset();
    up_.bind(1, key).bind(2, kEnd);
    try {
      up_.step();
    } catch (const DatabaseError& error) {
      if (!error.is_damage()) {
        throw;
      }
      return false;
    }
    up_.reset();
    return true;
  }

  [[nodiscard]] bool inserted() const { return insert_.changes() > 0; }

  Statement up_;
  Statement down_;
  Statement insert_;
  Salvage& salvage_;
};

}  // namespace

bool is_sound(Database& database) {
  try {
    if (database.text("PRAGMA quick_check(1)") != "ok") {
      return false;
    }
    for (const Tier tier : kTiers) {
      if (!chunks_are_whole(database, tier)) {
        return false;
      }
    }
  } catch (const DatabaseError& error) {
    if (!error.is_damage()) {
      throw;
    }
    return false;
  }
  return true;
}

std::string set_aside(const std::string& path) {
  std::string aside = path + ".damaged";
  for (int number = 2; std::filesystem::exists(aside); ++number) {
    aside = path + ".damaged." + std::to_string(number);
  }
  try {
    // The WAL first: a database without its WAL is whole, only older.
    if (std::filesystem::exists(path + "-wal")) {
      std::filesystem::rename(path + "-wal", aside + "-wal");
    }
    std::filesystem::rename(path, aside);
    std::filesystem::remove(path + "-shm");
  } catch (const std::filesystem::filesystem_error& error) {
    throw core::SetupError(
        core::ExitCode::Io,
        std::string("the damaged history cannot be set aside: ") + error.code().message(), path,
        "move the file away by hand");
  }
  return aside;
}

Salvage salvage(const std::string& damaged, Database& fresh) {
  Salvage result;
  try {
    Database from(damaged, Database::Mode::Existing);
    // A damaged index or free list must not be in the way of what is only read.
    from.run("PRAGMA writable_schema = ON");
    Transaction transaction(fresh);
    copy_table(from, fresh, "sensor", 3);
    copy_table(from, fresh, "boot", 2);
    copy_table(from, fresh, "segment", 6);
    copy_table(from, fresh, "progress", 2);
    copy_table(from, fresh, "event", 6);
    copy_table(from, fresh, "clock_step", 5);
    for (const Tier tier : kTiers) {
      ChunkCopy(from, fresh, tier, result).run();
    }
    transaction.commit();
  } catch (const DatabaseError& error) {
    if (!error.is_damage() && error.code() != SQLITE_ERROR) {
      throw;
    }
    // Not even the schema can be read: nothing is carried over.
    result = {};
  }
  return result;
}

}  // namespace isotherm::history
