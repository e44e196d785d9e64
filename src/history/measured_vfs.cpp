#include "history/measured_vfs.hpp"

#include <algorithm>
#include <new>

namespace isotherm::history {
namespace {

// The WAL's index: 32 KiB for each 4096 frames, the first of which holds a little less.
// https://www.sqlite.org/walformat.html section 2
constexpr std::uint64_t kIndexBlockBytes = 32768;
constexpr std::uint64_t kFramesPerBlock = 4062;

}  // namespace

// Stands in front of what the real VFS keeps of a file (which is last, being of its own size). The
// real one is called with its own part, so its methods see what they have always seen.
struct MeasuredVfs::Extra {
  sqlite3_file base;  // first: what SQLite sees
  MeasuredVfs* owner;
  int place;  // in sizes_; -1 for files that are not counted against the cap
  sqlite3_io_methods methods;
  sqlite3_file* real;
};

namespace {

// Has the real file do it.
template <typename File, auto Method, typename Return, typename... Arguments>
Return pass_on(sqlite3_file* file, Arguments... arguments) {
  sqlite3_file* const real = reinterpret_cast<File*>(file)->real;
  return (real->pMethods->*Method)(real, arguments...);
}

}  // namespace

MeasuredVfs::Extra& MeasuredVfs::extra_of(sqlite3_file* file) noexcept {
  return *reinterpret_cast<Extra*>(file);
}

MeasuredVfs::MeasuredVfs(std::uint64_t cap) : real_(sqlite3_vfs_find(nullptr)), cap_(cap) {
  // Unique while this object lives, which is as long as the name is registered.
  name_ = "isotherm-" + std::to_string(reinterpret_cast<std::uintptr_t>(this));
  vfs_ = *real_;
  vfs_.szOsFile = static_cast<int>(sizeof(Extra)) + real_->szOsFile;
  vfs_.pNext = nullptr;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = this;
  vfs_.xOpen = &MeasuredVfs::open;
  // The other calls (delete, access, ...) are the real ones; in unix's VFS xOpen alone looks at
  // pAppData, and it is called with the real one.
  sqlite3_vfs_register(&vfs_, 0);
}

MeasuredVfs::~MeasuredVfs() { sqlite3_vfs_unregister(&vfs_); }

std::uint64_t MeasuredVfs::total_bytes() const noexcept {
  const std::uint64_t blocks = sizes_[1] == 0 ? 1 : 1 + sizes_[1] / kFrameBytes / kFramesPerBlock;
  return sizes_[0] + sizes_[1] + blocks * kIndexBlockBytes;
}

sqlite3_io_methods MeasuredVfs::methods_of(const sqlite3_file& real) noexcept {
  sqlite3_io_methods methods{};
  methods.iVersion = std::min(real.pMethods->iVersion, 2);
  methods.xClose = &pass_on<Extra, &sqlite3_io_methods::xClose>;
  methods.xRead = &pass_on<Extra, &sqlite3_io_methods::xRead>;
  methods.xFileSize = &pass_on<Extra, &sqlite3_io_methods::xFileSize>;
  methods.xLock = &pass_on<Extra, &sqlite3_io_methods::xLock>;
  methods.xUnlock = &pass_on<Extra, &sqlite3_io_methods::xUnlock>;
  methods.xCheckReservedLock = &pass_on<Extra, &sqlite3_io_methods::xCheckReservedLock>;
  methods.xFileControl = &pass_on<Extra, &sqlite3_io_methods::xFileControl>;
  methods.xSectorSize = &pass_on<Extra, &sqlite3_io_methods::xSectorSize>;
  methods.xDeviceCharacteristics = &pass_on<Extra, &sqlite3_io_methods::xDeviceCharacteristics>;
  methods.xShmMap = &pass_on<Extra, &sqlite3_io_methods::xShmMap>;
  methods.xShmLock = &pass_on<Extra, &sqlite3_io_methods::xShmLock>;
  methods.xShmBarrier = &pass_on<Extra, &sqlite3_io_methods::xShmBarrier>;
  methods.xShmUnmap = &pass_on<Extra, &sqlite3_io_methods::xShmUnmap>;
  methods.xWrite = &MeasuredVfs::write;
  methods.xTruncate = &MeasuredVfs::truncate;
  methods.xSync = &MeasuredVfs::sync;
  return methods;
}

int MeasuredVfs::open(sqlite3_vfs* vfs, sqlite3_filename path, sqlite3_file* file, int flags,
                      int* out_flags) {
  auto* const owner = static_cast<MeasuredVfs*>(vfs->pAppData);
  auto* const extra = new (file) Extra{};
  extra->real = reinterpret_cast<sqlite3_file*>(extra + 1);
  extra->owner = owner;
  extra->place = (flags & SQLITE_OPEN_MAIN_DB) != 0 ? 0 : (flags & SQLITE_OPEN_WAL) != 0 ? 1 : -1;
  const int code = owner->real_->xOpen(owner->real_, path, extra->real, flags, out_flags);
  if (extra->real->pMethods == nullptr) {
    extra->base.pMethods = nullptr;
    return code;
  }
  extra->methods = methods_of(*extra->real);
  extra->base.pMethods = &extra->methods;
  if (extra->place >= 0) {
    sqlite3_int64 size = 0;
    extra->real->pMethods->xFileSize(extra->real, &size);
    owner->sizes_.at(static_cast<std::size_t>(extra->place)) = static_cast<std::uint64_t>(size);
  }
  return code;
}

int MeasuredVfs::write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
  const Extra& extra = extra_of(file);
  MeasuredVfs& owner = *extra.owner;
  const auto end = static_cast<std::uint64_t>(offset + count);
  if (extra.place >= 0) {
    std::uint64_t& size = owner.sizes_.at(static_cast<std::size_t>(extra.place));
    const std::uint64_t before = size;
    size = std::max(size, end);
    // What was there before is no reason to refuse: a cap may have been lowered.
    if (size > before && owner.total_bytes() > owner.cap_) {
      size = before;
      return SQLITE_FULL;
    }
  }
  const int code = extra.real->pMethods->xWrite(extra.real, bytes, count, offset);
  if (code == SQLITE_OK) {
    owner.written_ += static_cast<std::uint64_t>(count);
  }
  owner.peak_ = std::max(owner.peak_, owner.total_bytes());
  return code;
}

int MeasuredVfs::truncate(sqlite3_file* file, sqlite3_int64 size) {
  const Extra& extra = extra_of(file);
  const int code = extra.real->pMethods->xTruncate(extra.real, size);
  if (code == SQLITE_OK && extra.place >= 0) {
    extra.owner->sizes_.at(static_cast<std::size_t>(extra.place)) =
        static_cast<std::uint64_t>(size);
  }
  return code;
}

int MeasuredVfs::sync(sqlite3_file* file, int flags) {
  const Extra& extra = extra_of(file);
  ++extra.owner->syncs_;
  return extra.real->pMethods->xSync(extra.real, flags);
}

}  // namespace isotherm::history
