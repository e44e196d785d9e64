// A SQLite file read page by page, past SQLite: for a damaged one, which SQLite itself refuses from
// the first bad page on. Pages are taken from the WAL as far as its checksums hold, else from the
// database. Formats: https://www.sqlite.org/fileformat2.html (sections 1.6, 2.1, 4.1). Every loop
// is bounded by the number of pages, whatever is in them.
#pragma once

#include <cstdint>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace isotherm::history {

// What a column of a record holds: NULL (and what this folder never writes), an integer, or the
// bytes of a text or a BLOB.
using StoredValue = std::variant<std::monostate, std::int64_t, std::string>;

struct StoredRow {
  std::int64_t key = 0;  // the rowid; a column that is its alias is NULL among `values`
  std::vector<StoredValue> values;
};

class PageFile {
 public:
  // A file that is not there has no pages.
  explicit PageFile(const std::string& path);

  [[nodiscard]] std::uint32_t pages() const noexcept { return pages_; }
  // Numbered from 1. Nothing where the files hold no whole page.
  [[nodiscard]] std::optional<std::string> page(std::uint32_t number);

 private:
  void find_wal_pages();

  std::ifstream database_;
  std::ifstream wal_;
  std::uint32_t pages_ = 0;
  std::map<std::uint32_t, std::uint64_t> in_wal_;  // offset of the newest committed image
};

// Damage that a walk met.
struct WalkDamage {
  std::uint64_t pages = 0;  // that are missing or are none of a table
  std::uint64_t rows = 0;   // whose bytes make no record
};

// Calls `on_row` with every row of the table at `root` that can be read, in the order of the tree.
WalkDamage walk_table(PageFile& file, std::uint32_t root,
                      const std::function<void(const StoredRow&)>& on_row);

}  // namespace isotherm::history
