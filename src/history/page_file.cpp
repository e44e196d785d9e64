#include "history/page_file.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>

#include "history/measured_vfs.hpp"

namespace isotherm::history {
namespace {

constexpr std::size_t kWalHeadBytes = 32;
constexpr std::size_t kFrameHeadBytes = 24;
constexpr std::size_t kDatabaseHeadBytes = 100;
constexpr std::uint32_t kWalMagic = 0x377F0682;  // checksums of little-endian words; +1: big-endian
constexpr char kInteriorPage = 0x05;
constexpr char kLeafPage = 0x0D;
constexpr std::size_t kInteriorHeadBytes = 12;
constexpr std::size_t kLeafHeadBytes = 8;
// Of a record; a chunk of 4096 buckets with every column at its longest is below it.
constexpr std::uint64_t kPayloadBytesMax = std::uint64_t{4} << 20U;

// The pointer map that auto_vacuum keeps.
constexpr std::uint32_t kFirstMapPage = 2;
constexpr std::uint32_t kMapEntryBytes = 5;
constexpr std::uint32_t kMapEntries = kPageBytes / kMapEntryBytes;
constexpr char kTreePage = 5;
using Parents = std::multimap<std::uint32_t, std::uint32_t>;

std::uint32_t big_endian(std::string_view bytes, std::size_t at, std::size_t count = 4) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    value = (value << 8U) | static_cast<std::uint8_t>(bytes[at + i]);
  }
  return value;
}

std::uint32_t word(std::string_view bytes, std::size_t at, bool is_big) {
  const std::uint32_t value = big_endian(bytes, at);
  return is_big ? value
                : (value >> 24U) | ((value >> 8U) & 0xFF00U) | ((value & 0xFF00U) << 8U) |
                      (value << 24U);
}

using Checksum = std::pair<std::uint32_t, std::uint32_t>;

// Section 4.2.
void add_to(Checksum& sum, std::string_view bytes, bool is_big) {
  for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
    sum.first += word(bytes, at, is_big) + sum.second;
    sum.second += word(bytes, at + 4, is_big) + sum.first;
  }
}

std::optional<std::string> read_at(std::ifstream& stream, std::uint64_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  stream.clear();
  stream.seekg(static_cast<std::streamoff>(offset));
  stream.read(bytes.data(), static_cast<std::streamsize>(size));
  if (stream.gcount() != static_cast<std::streamsize>(size)) {
    return std::nullopt;
  }
  return bytes;
}

// SQLite's own varint: big-endian, nine bytes at most, all eight bits of the ninth.
std::optional<std::uint64_t> take_varint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 9 && i < bytes.size(); ++i) {
    const auto byte = static_cast<std::uint8_t>(bytes[i]);
    if (i == 8 || (byte & 0x80U) == 0) {
      value = i == 8 ? (value << 8U) | byte : (value << 7U) | byte;
      bytes.remove_prefix(i + 1);
      return value;
    }
    value = (value << 7U) | (byte & 0x7FU);
  }
  return std::nullopt;
}

std::int64_t signed_of(std::string_view bytes) {
  auto value = static_cast<std::uint64_t>(
      static_cast<std::int64_t>(static_cast<std::int8_t>(bytes.empty() ? 0 : bytes.front())));
  for (const char byte : bytes.substr(bytes.empty() ? 0 : 1)) {
    value = (value << 8U) | static_cast<std::uint8_t>(byte);
  }
  return static_cast<std::int64_t>(value);
}

// Bytes of a serial type, section 2.1.
std::uint64_t bytes_of(std::uint64_t type) {
  constexpr std::uint8_t kBytes[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0};
  return type < 12 ? kBytes[type] : (type - 12) / 2;
}

std::optional<std::vector<StoredValue>> values_of(std::string_view record) {
  std::string_view head = record;
  const auto head_bytes = take_varint(head);
  if (!head_bytes || *head_bytes > record.size() || *head_bytes < record.size() - head.size()) {
    return std::nullopt;
  }
  const auto head_size = static_cast<std::size_t>(*head_bytes);
  head = head.substr(0, head_size - (record.size() - head.size()));
  std::string_view body = record.substr(head_size);
  std::vector<StoredValue> values;
  while (!head.empty()) {
    const auto type = take_varint(head);
    if (!type || bytes_of(*type) > body.size()) {
      return std::nullopt;
    }
    const std::string_view bytes = body.substr(0, static_cast<std::size_t>(bytes_of(*type)));
    body.remove_prefix(bytes.size());
    if (*type >= 12) {
      values.emplace_back(std::string(bytes));
    } else if (*type == 8 || *type == 9) {
      values.emplace_back(static_cast<std::int64_t>(*type - 8));
    } else if (*type >= 1 && *type <= 6) {
      values.emplace_back(signed_of(bytes));
    } else {
      values.emplace_back();
    }
  }
  return values;
}

class Walk {
 public:
  Walk(PageFile& file, const std::function<void(const StoredRow&)>& on_row)
      : file_(file), on_row_(on_row), seen_(file.pages() + 1U, false) {}

  WalkDamage run(std::uint32_t root) {
    std::vector<std::uint32_t> waiting{root};
    while (!waiting.empty()) {
      const std::uint32_t number = waiting.back();
      waiting.pop_back();
      visit(number, waiting);
    }
    return damage_;
  }

 private:
  // Children are put in so that the leftmost is next.
  void visit(std::uint32_t number, std::vector<std::uint32_t>& waiting) {
    const auto page = claim(number);
    const std::size_t head = number == 1 ? kDatabaseHeadBytes : 0;
    if (!page || ((*page)[head] != kLeafPage && (*page)[head] != kInteriorPage)) {
      ++damage_.pages;
      add_orphans(number, waiting);
      return;
    }
    const bool is_leaf = (*page)[head] == kLeafPage;
    const std::size_t first = head + (is_leaf ? kLeafHeadBytes : kInteriorHeadBytes);
    const std::size_t cells = std::min<std::size_t>(
        big_endian(*page, head + 3, 2), (static_cast<std::size_t>(kPageBytes) - first) / 2);
    if (!is_leaf) {
      waiting.push_back(big_endian(*page, head + 8));
    }
    for (std::size_t i = 0; i < cells; ++i) {
      const std::size_t cell = is_leaf ? i : cells - 1 - i;
      const std::size_t at = big_endian(*page, first + 2 * cell, 2);
      if (at < first || at + 4 > kPageBytes) {
        is_leaf ? ++damage_.rows : ++damage_.pages;
      } else if (is_leaf) {
        read_row(std::string_view(*page).substr(at));
      } else {
        waiting.push_back(big_endian(*page, at));
      }
    }
  }

  // What a page that cannot be read was the parent of, by the pointer map of section 1.8.
  void add_orphans(std::uint32_t parent, std::vector<std::uint32_t>& waiting) {
    if (!parents_) {
      parents_ = load_parents();
    }
    const auto [first, last] = parents_->equal_range(parent);
    std::for_each(std::make_reverse_iterator(last), std::make_reverse_iterator(first),
                  [&waiting](const auto& entry) { waiting.push_back(entry.second); });
  }

  [[nodiscard]] Parents load_parents() {
    Parents parents;
    for (std::uint32_t map = kFirstMapPage; map <= file_.pages(); map += kMapEntries + 1) {
      const auto page = file_.page(map);
      for (std::uint32_t i = 0; page && i < kMapEntries; ++i) {
        const std::size_t at = std::size_t{kMapEntryBytes} * i;
        if ((*page)[at] == kTreePage) {
          parents.emplace(big_endian(*page, at + 1), map + 1 + i);
        }
      }
    }
    return parents;
  }

  void read_row(std::string_view cell) {
    const auto size = take_varint(cell);
    const auto key = take_varint(cell);
    if (size && key && *size <= kPayloadBytesMax) {
      if (const auto record = payload(cell, *size)) {
        if (auto values = values_of(*record)) {
          on_row_({static_cast<std::int64_t>(*key), std::move(*values)});
          return;
        }
      }
    }
    ++damage_.rows;
  }

  // Section 1.6: what does not fit into the page goes on in a chain of others.
  std::optional<std::string> payload(std::string_view cell, std::uint64_t size) {
    constexpr std::size_t kAlone = kPageBytes - 35;
    constexpr std::size_t kLocalLeast = (kPageBytes - 12) * 32 / 255 - 23;
    constexpr std::size_t kInChain = kPageBytes - 4;
    if (size <= kAlone) {
      return size <= cell.size()
                 ? std::optional(std::string(cell.substr(0, static_cast<std::size_t>(size))))
                 : std::nullopt;
    }
    const auto fitting = static_cast<std::size_t>(kLocalLeast + (size - kLocalLeast) % kInChain);
    const std::size_t local = fitting <= kAlone ? fitting : kLocalLeast;
    if (local + 4 > cell.size()) {
      return std::nullopt;
    }
    std::string record(cell.substr(0, local));
    std::uint32_t next = big_endian(cell, local);
    while (record.size() < size) {
      const auto page = claim(next);
      if (!page) {
        return std::nullopt;
      }
      next = big_endian(*page, 0);
      record += page->substr(
          4, static_cast<std::size_t>(std::min<std::uint64_t>(kInChain, size - record.size())));
    }
    return record;
  }

  // Each page once: what points into a circle ends there.
  std::optional<std::string> claim(std::uint32_t number) {
    if (number == 0 || number >= seen_.size() || seen_[number]) {
      return std::nullopt;
    }
    seen_[number] = true;
    return file_.page(number);
  }

  PageFile& file_;
  const std::function<void(const StoredRow&)>& on_row_;
  std::vector<bool> seen_;
  std::optional<Parents> parents_;
  WalkDamage damage_;
};

}  // namespace

PageFile::PageFile(const std::string& path)
    : database_(path, std::ios::binary), wal_(path + "-wal", std::ios::binary) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  pages_ = error ? 0
                 : static_cast<std::uint32_t>(
                       std::min<std::uintmax_t>((size + kPageBytes - 1) / kPageBytes, 0xFFFFFFFEU));
  find_wal_pages();
}

void PageFile::find_wal_pages() {
  const auto head = read_at(wal_, 0, kWalHeadBytes);
  if (!head || (big_endian(*head, 0) & ~1U) != kWalMagic || big_endian(*head, 8) != kPageBytes) {
    return;
  }
  const bool is_big = (big_endian(*head, 0) & 1U) != 0;
  Checksum sum{0, 0};
  add_to(sum, std::string_view(*head).substr(0, 24), is_big);
  std::map<std::uint32_t, std::uint64_t> transaction;
  for (std::uint64_t at = kWalHeadBytes;; at += kFrameBytes) {
    const auto frame = read_at(wal_, at, kFrameBytes);
    if (!frame || frame->compare(8, 8, *head, 16, 8) != 0) {
      return;
    }
    add_to(sum, std::string_view(*frame).substr(0, 8), is_big);
    add_to(sum, std::string_view(*frame).substr(kFrameHeadBytes), is_big);
    if (big_endian(*frame, 16) != sum.first || big_endian(*frame, 20) != sum.second) {
      return;
    }
    transaction[big_endian(*frame, 0)] = at + kFrameHeadBytes;
    if (const std::uint32_t committed = big_endian(*frame, 4); committed != 0) {
      for (const auto& [number, offset] : transaction) {
        in_wal_[number] = offset;
      }
      transaction.clear();
      pages_ = std::max(pages_, committed);
    }
  }
}

std::optional<std::string> PageFile::page(std::uint32_t number) {
  if (number == 0 || number > pages_) {
    return std::nullopt;
  }
  if (const auto found = in_wal_.find(number); found != in_wal_.end()) {
    return read_at(wal_, found->second, kPageBytes);
  }
  return read_at(database_, (number - std::uint64_t{1}) * kPageBytes, kPageBytes);
}

WalkDamage walk_table(PageFile& file, std::uint32_t root,
                      const std::function<void(const StoredRow&)>& on_row) {
  return Walk(file, on_row).run(root);
}

}  // namespace isotherm::history
