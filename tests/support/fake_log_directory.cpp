#include "support/fake_log_directory.hpp"

#include <algorithm>
#include <utility>

namespace isotherm::test {
namespace {

core::LogStatus gone() { return {core::LogFault::Gone, "No such file or directory"}; }
core::LogStatus no_space() { return {core::LogFault::NoSpace, "No space left on device"}; }

}  // namespace

class FakeLogDirectory::File : public core::LogFile {
 public:
  File(FakeLogDirectory& directory, std::string name, std::shared_ptr<Inode> inode)
      : directory_(directory), name_(std::move(name)), inode_(std::move(inode)) {}

  core::LogStatus lock() override {
    const std::lock_guard lock(directory_.mutex_);
    return directory_.busy_ ? core::LogStatus{core::LogFault::Busy, "locked by another"}
                            : core::LogStatus{};
  }

  core::LogAppend append(std::string_view bytes) override {
    std::unique_lock lock(directory_.mutex_);
    if (directory_.stalled_) {
      ++directory_.stalled_appends_;
      directory_.changed_.notify_all();
      directory_.changed_.wait(lock, [this] { return !directory_.stalled_; });
      --directory_.stalled_appends_;
    }
    auto status = directory_.begin(LogOperation::Append, "append " + std::to_string(bytes.size()));
    if (!status.ok()) {
      return {0, std::move(status)};
    }
    std::uint64_t take = bytes.size();
    if (!directory_.tear_status_.ok()) {
      take = std::min(take, directory_.tear_bytes_);
      status = std::exchange(directory_.tear_status_, {});
    } else {
      const std::uint64_t reserved =
          inode_->reserved > inode_->data.size() ? inode_->reserved - inode_->data.size() : 0;
      const std::uint64_t room = directory_.free_locked();
      if (take > reserved && take - reserved > room) {
        take = reserved + room;
        status = no_space();
      }
    }
    inode_->data += bytes.substr(0, static_cast<std::size_t>(take));
    directory_.changed_.notify_all();
    return {take, std::move(status)};
  }

  core::LogStatus truncate(std::uint64_t size) override {
    const std::lock_guard lock(directory_.mutex_);
    auto status = directory_.begin(LogOperation::Truncate, "truncate " + std::to_string(size));
    if (status.ok()) {
      inode_->data.resize(static_cast<std::size_t>(size));
      inode_->synced_bytes = std::min(inode_->synced_bytes, size);
      inode_->reserved = 0;
    }
    return status;
  }

  core::LogStatus reserve(std::uint64_t end) override {
    const std::lock_guard lock(directory_.mutex_);
    auto status = directory_.begin(LogOperation::Reserve, "reserve " + std::to_string(end));
    if (!status.ok()) {
      return status;
    }
    if (!directory_.can_reserve_) {
      return {core::LogFault::Unsupported, "Operation not supported"};
    }
    const std::uint64_t now = std::max<std::uint64_t>(inode_->reserved, inode_->data.size());
    if (end > now && end - now > directory_.free_locked()) {
      return no_space();
    }
    inode_->reserved = std::max(inode_->reserved, end);
    return {};
  }

  core::LogStatus sync() override {
    const std::lock_guard lock(directory_.mutex_);
    auto status = directory_.begin(LogOperation::Sync, "sync");
    if (status.ok()) {
      inode_->synced_bytes = inode_->data.size();
      directory_.changed_.notify_all();
    }
    return status;
  }

  core::LogSize size() const override {
    const std::lock_guard lock(directory_.mutex_);
    return {inode_->data.size(), {}};
  }

  core::LogText read(std::uint64_t offset, std::uint64_t length) const override {
    const std::lock_guard lock(directory_.mutex_);
    auto status = directory_.begin(LogOperation::Read, "");
    if (!status.ok()) {
      return {{}, std::move(status)};
    }
    const auto begin = std::min<std::size_t>(static_cast<std::size_t>(offset), inode_->data.size());
    return {inode_->data.substr(begin, static_cast<std::size_t>(length)), {}};
  }

  bool linked() const override {
    const std::lock_guard lock(directory_.mutex_);
    const auto found = directory_.files_.find(name_);
    return directory_.there_ && found != directory_.files_.end() && found->second == inode_;
  }

 private:
  FakeLogDirectory& directory_;
  std::string name_;
  std::shared_ptr<Inode> inode_;
};

FakeLogDirectory::FakeLogDirectory(std::string path) : path_(std::move(path)) {}
FakeLogDirectory::~FakeLogDirectory() = default;

// With mutex_ held: writes the call down and says how it is meant to fail.
core::LogStatus FakeLogDirectory::begin(LogOperation operation, const std::string& call) const {
  if (!call.empty()) {
    calls_.push_back(call);
  }
  const auto failure = failures_.find(operation);
  return failure == failures_.end() ? core::LogStatus{} : failure->second;
}

std::uint64_t FakeLogDirectory::used_locked() const {
  std::uint64_t used = 0;
  for (const auto& [name, inode] : files_) {
    used += std::max<std::uint64_t>(inode->reserved, inode->data.size());
  }
  return used;
}

std::uint64_t FakeLogDirectory::free_locked() const {
  const std::uint64_t used = used_locked();
  return used < capacity_ ? capacity_ - used : 0;
}

core::LogStatus FakeLogDirectory::create() {
  const std::lock_guard lock(mutex_);
  auto status = begin(LogOperation::Create, "create");
  there_ = there_ || status.ok();
  return status;
}

core::LogStatus FakeLogDirectory::claim() {
  const std::lock_guard lock(mutex_);
  auto status = begin(LogOperation::Claim, "");
  if (!there_) {
    return gone();
  }
  return busy_ ? core::LogStatus{core::LogFault::Busy, "claimed by another"} : status;
}

core::LogOpen FakeLogDirectory::open(const std::string& name) {
  const std::lock_guard lock(mutex_);
  auto status = begin(LogOperation::Open, "open " + name);
  if (status.ok() && !there_) {
    status = gone();
  }
  if (!status.ok()) {
    return {nullptr, std::move(status)};
  }
  auto& inode = files_[name];
  if (inode == nullptr) {
    inode = std::make_shared<Inode>();
  }
  return {std::make_unique<File>(*this, name, inode), {}};
}

core::LogStatus FakeLogDirectory::rename(const std::string& from, const std::string& to) {
  const std::lock_guard lock(mutex_);
  auto status = begin(LogOperation::Rename, "rename " + from + " " + to);
  if (!status.ok()) {
    return status;
  }
  auto found = files_.find(from);
  if (!there_ || found == files_.end()) {
    return gone();
  }
  auto inode = std::move(found->second);
  files_.erase(found);
  files_[to] = std::move(inode);
  return {};
}

core::LogStatus FakeLogDirectory::remove(const std::string& name) {
  const std::lock_guard lock(mutex_);
  calls_.push_back("remove " + name);
  files_.erase(name);
  return {};
}

std::vector<std::string> FakeLogDirectory::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, inode] : files_) {
    names.push_back(name);
  }
  return names;
}

core::LogStatus FakeLogDirectory::sync() {
  const std::lock_guard lock(mutex_);
  auto status = begin(LogOperation::DirectorySync, "sync .");
  return there_ ? status : gone();
}

std::string FakeLogDirectory::text(const std::string& name) const { return inode(name).data; }

bool FakeLogDirectory::has(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  return files_.contains(name);
}

FakeLogDirectory::Inode FakeLogDirectory::inode(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = files_.find(name);
  return found == files_.end() ? Inode{} : *found->second;
}

void FakeLogDirectory::put(const std::string& name, std::string text) {
  const std::lock_guard lock(mutex_);
  files_[name] = std::make_shared<Inode>();
  files_[name]->data = std::move(text);
}

void FakeLogDirectory::move_by_hand(const std::string& from, const std::string& to) {
  const std::lock_guard lock(mutex_);
  auto inode = std::move(files_.at(from));
  files_.erase(from);
  files_[to] = std::move(inode);
}

void FakeLogDirectory::remove_by_hand(const std::string& name) {
  const std::lock_guard lock(mutex_);
  files_.erase(name);
}

void FakeLogDirectory::truncate_by_hand(const std::string& name) {
  const std::lock_guard lock(mutex_);
  files_.at(name)->data.clear();
  files_.at(name)->reserved = 0;
}

void FakeLogDirectory::set_capacity(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  capacity_ = bytes;
}

std::uint64_t FakeLogDirectory::used() const {
  const std::lock_guard lock(mutex_);
  return used_locked();
}

void FakeLogDirectory::set_can_reserve(bool can) {
  const std::lock_guard lock(mutex_);
  can_reserve_ = can;
}

void FakeLogDirectory::fail(LogOperation operation, core::LogStatus status) {
  const std::lock_guard lock(mutex_);
  failures_.erase(operation);
  if (!status.ok()) {
    failures_.emplace(operation, std::move(status));
  }
}

void FakeLogDirectory::tear_next_append(std::uint64_t bytes, core::LogStatus status) {
  const std::lock_guard lock(mutex_);
  tear_bytes_ = bytes;
  tear_status_ = std::move(status);
}

void FakeLogDirectory::vanish() {
  const std::lock_guard lock(mutex_);
  files_.clear();
  there_ = false;
}

void FakeLogDirectory::come_back() {
  const std::lock_guard lock(mutex_);
  there_ = true;
}

void FakeLogDirectory::set_busy(bool busy) {
  const std::lock_guard lock(mutex_);
  busy_ = busy;
}

void FakeLogDirectory::stall() {
  const std::lock_guard lock(mutex_);
  stalled_ = true;
}

void FakeLogDirectory::release() {
  const std::lock_guard lock(mutex_);
  stalled_ = false;
  changed_.notify_all();
}

void FakeLogDirectory::wait_until_stalled() const {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stalled_appends_ > 0; });
}

void FakeLogDirectory::wait_until_holds(const std::string& name, std::uint64_t bytes) const {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] {
    const auto file = files_.find(name);
    return file != files_.end() && file->second->data.size() >= bytes;
  });
}

void FakeLogDirectory::wait_until_synced(const std::string& name, std::uint64_t bytes) const {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] {
    const auto file = files_.find(name);
    return file != files_.end() && file->second->synced_bytes >= bytes;
  });
}

std::vector<std::string> FakeLogDirectory::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

void FakeLogDirectory::clear_calls() {
  const std::lock_guard lock(mutex_);
  calls_.clear();
}

}  // namespace isotherm::test
