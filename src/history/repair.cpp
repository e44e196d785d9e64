#include "history/repair.hpp"

#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <variant>
#include <vector>

#include "core/setup_error.hpp"
#include "history/batch.hpp"
#include "history/page_file.hpp"
#include "history/schema.hpp"

namespace isotherm::history {
namespace {

namespace fs = std::filesystem;

constexpr std::array kTiers{Tier::Windows, Tier::Minutes, Tier::Hours};
// Of the table of tables,
// https://www.sqlite.org/fileformat2.html#storage_of_the_sql_database_schema
constexpr std::uint32_t kSchemaRoot = 1;
constexpr std::size_t kSchemaColumns = 5;

bool batches_are_whole(Database& database, Tier tier) {
  Statement select(database, std::string("SELECT data FROM ") + table_of(tier));
  while (select.step()) {
    if (!batch_is_whole(select.bytes(0))) {
      return false;
    }
  }
  return true;
}

const std::string* text_of(const StoredValue& value) { return std::get_if<std::string>(&value); }
const std::int64_t* number_of(const StoredValue& value) {
  return std::get_if<std::int64_t>(&value);
}

// A table of plain columns; the first is the key.
struct PlainTable {
  const char* name;
  const char* types;  // a column each: k the key, i an integer, t a text; upper case: or NULL
};
constexpr std::array kPlainTables{
    PlainTable{"sensor", "ktt"},       PlainTable{"boot", "kt"},
    PlainTable{"segment", "kiiiiI"},   PlainTable{"segment_copy", "kiiiiI"},
    PlainTable{"progress", "ki"},      PlainTable{"event", "kiIiiitt"},
    PlainTable{"clock_step", "kiiii"},
};

bool fits(const StoredValue& value, char type) {
  switch (type) {
    case 'i':
      return number_of(value) != nullptr;
    case 't':
      return text_of(value) != nullptr;
    case 'I':
      return text_of(value) == nullptr;
    default:
      return true;
  }
}

bool fits(const StoredRow& row, const std::string& types) {
  if (row.values.size() != types.size()) {
    return false;
  }
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (!fits(row.values[i], types[i])) {
      return false;
    }
  }
  return true;
}

void bind(Statement& statement, int index, const StoredValue& value) {
  if (const auto* number = number_of(value)) {
    statement.bind(index, *number);
  } else if (const auto* text = text_of(value)) {
    statement.bind_text(index, *text);
  } else {
    statement.bind_null(index);
  }
}

class Copy {
 public:
  Copy(const std::string& damaged, Database& fresh) : from_(damaged), to_(fresh) {}

  Salvage run() {
    find_roots();
    for (const PlainTable& table : kPlainTables) {
      copy_plain(table);
    }
    to_.run("INSERT OR IGNORE INTO segment SELECT * FROM segment_copy");
    Statement segments(to_, "SELECT id FROM segment");
    while (segments.step()) {
      segments_.insert(segments.number(0));
    }
    for (const Tier tier : kTiers) {
      copy_batches(tier);
    }
    make_up_names();
    make_up_progress();
    return result_;
  }

 private:
  using OnRow = std::function<void(const StoredRow&)>;

  // A table that the damaged file's table of tables has lost is looked for where a new file has it:
  // the schema makes the tables in the same order.
  void find_roots() {
    Statement select(to_, "SELECT name, rootpage FROM sqlite_schema WHERE type = 'table'");
    while (select.step()) {
      roots_[std::string(select.bytes(0))] = static_cast<std::uint32_t>(select.number(1));
    }
    const WalkDamage damage = walk_table(from_, kSchemaRoot, [this](const StoredRow& row) {
      if (row.values.size() == kSchemaColumns) {
        const std::string* name = text_of(row.values[1]);
        const std::int64_t* root = number_of(row.values[3]);
        if (name != nullptr && root != nullptr && roots_.contains(*name)) {
          roots_[*name] = static_cast<std::uint32_t>(*root);
        }
      }
    });
    count(damage);
  }

  void walk(const char* table, const OnRow& on_row) {
    count(walk_table(from_, roots_[table], on_row));
  }

  void count(const WalkDamage& damage) {
    result_.pages += damage.pages;
    result_.bad += damage.rows;
  }

  void copy_plain(const PlainTable& table) {
    const std::string types = table.types;
    std::string marks = "?1";
    for (std::size_t i = 2; i <= types.size(); ++i) {
      marks += ",?" + std::to_string(i);
    }
    Statement insert(
        to_, std::string("INSERT OR REPLACE INTO ") + table.name + " VALUES(" + marks + ")");
    walk(table.name, [&](const StoredRow& row) {
      if (!fits(row, types)) {
        ++result_.bad;
        return;
      }
      insert.bind(1, row.key);
      for (std::size_t i = 1; i < types.size(); ++i) {
        bind(insert, static_cast<int>(i) + 1, row.values[i]);
      }
      insert.run();
      progress_found_ += std::string_view(table.name) == "progress" ? 1 : 0;
    });
  }

  void copy_batches(Tier tier) {
    Statement insert(to_,
                     std::string("INSERT OR IGNORE INTO ") + table_of(tier) + " VALUES(?1,?2)");
    walk(table_of(tier), [&](const StoredRow& row) {
      const std::string* data = row.values.size() == 2 ? text_of(row.values[1]) : nullptr;
      const BatchKey key = BatchKey::unpack(row.key);
      if (data == nullptr || row.key < 0 || !batch_is_whole(*data) ||
          !segments_.contains(key.segment)) {
        ++result_.bad;
        return;
      }
      insert.bind(1, row.key).bind_bytes(2, *data);
      insert.run();
      for (const BatchPart& part : parts_of(*data).value_or(std::vector<BatchPart>{})) {
        sensors_.insert(part.sensor);
      }
      ++result_.batches;
    });
  }

  // So that no later sensor or boot is given the number of a lost one.
  void make_up_names() {
    Statement sensor(to_, "INSERT OR IGNORE INTO sensor VALUES(?1, ?2, '')");
    for (const std::int64_t id : sensors_) {
      sensor.bind(1, id).bind_text(2, "lost-" + std::to_string(id));
      sensor.run();
    }
    to_.run("INSERT OR IGNORE INTO boot SELECT DISTINCT boot, 'lost-' || boot FROM segment");
  }

  // Rather a gap of what was not merged yet than anything merged twice.
  void make_up_progress() {
    if (progress_found_ < 2) {
      to_.run(
          "UPDATE progress SET merged_key = (SELECT ifnull(max(key), -1) FROM window_batch)"
          " WHERE tier = 0;"
          "UPDATE progress SET merged_key = (SELECT ifnull(max(key), -1) FROM minute_batch)"
          " WHERE tier = 1");
    }
  }

  PageFile from_;
  Database& to_;
  std::map<std::string, std::uint32_t, std::less<>> roots_;
  std::set<std::int64_t> segments_;
  std::set<std::int64_t> sensors_;
  int progress_found_ = 0;
  Salvage result_;
};

void move_if_there(const std::string& from, const std::string& to) {
  if (fs::exists(from)) {
    fs::rename(from, to);
  }
}

void remove_database(const std::string& path) {
  for (const char* end : {"", "-wal", "-shm", "-journal"}) {
    fs::remove(path + end);
  }
}

std::string aside_name(const std::string& path) { return path + ".damaged"; }

// With the database away. Its WAL goes after it: beside another database SQLite would apply it.
void take_up(const std::string& path) {
  move_if_there(path + "-wal", aside_name(path) + "-wal");
  fs::remove(path + "-shm");
  move_if_there(mending_name(path), path);
}

}  // namespace

bool is_sound(Database& database) {
  try {
    if (database.text("PRAGMA quick_check(1)") != "ok") {
      return false;
    }
    for (const Tier tier : kTiers) {
      if (!batches_are_whole(database, tier)) {
        return false;
      }
    }
  } catch (const DatabaseError& error) {
    // SQLITE_ERROR: a table that is not there any more.
    if (!error.is_damage() && error.code() != SQLITE_ERROR) {
      throw;
    }
    return false;
  }
  return true;
}

Salvage salvage(const std::string& damaged, Database& fresh) {
  Transaction transaction(fresh);
  const Salvage result = Copy(damaged, fresh).run();
  transaction.commit();
  return result;
}

std::string mending_name(const std::string& path) { return path + ".mending"; }

void finish_mending(const std::string& path) {
  try {
    if (fs::exists(mending_name(path)) && !fs::exists(path)) {
      take_up(path);
    }
    remove_database(mending_name(path));
  } catch (const fs::filesystem_error& error) {
    throw core::SetupError(core::ExitCode::Io,
                           std::string("what is left of mending the history cannot be moved: ") +
                               error.code().message(),
                           mending_name(path), "move it away by hand");
  }
}

std::string set_aside(const std::string& path) {
  try {
    remove_database(aside_name(path));
    move_if_there(path, aside_name(path));
    take_up(path);
  } catch (const fs::filesystem_error& error) {
    throw core::SetupError(
        core::ExitCode::Io,
        std::string("the damaged history cannot be set aside: ") + error.code().message(), path,
        "move the file away by hand");
  }
  return aside_name(path);
}

}  // namespace isotherm::history
