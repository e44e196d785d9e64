#include "support/fake_file_tree.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace isotherm::test {
namespace {

std::string without_end_space(std::string text) {
  const std::size_t last = text.find_last_not_of(" \t\r\n");
  text.resize(last == std::string::npos ? 0 : last + 1);
  return text;
}

// "/a/b/../c/./d" without the dots.
std::string normalised(const std::string& path) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  while (from < path.size()) {
    std::size_t to = path.find('/', from);
    to = to == std::string::npos ? path.size() : to;
    const std::string part = path.substr(from, to - from);
    if (part == ".." && !parts.empty()) {
      parts.pop_back();
    } else if (!part.empty() && part != "." && part != "..") {
      parts.push_back(part);
    }
    from = to + 1;
  }
  std::string result;
  for (const std::string& part : parts) {
    result += "/" + part;
  }
  return result.empty() ? "/" : result;
}

std::string parent_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

bool is_below(const std::string& path, const std::string& directory) {
  return directory == "/" || path.starts_with(directory + "/");
}

}  // namespace

struct FakeFileTree::Node {
  std::mutex mutex;
  std::string text;
  core::Fault fault = core::Fault::None;
  bool removed = false;
  bool forbidden = false;
  std::size_t reads = 0;
};

class FakeFileTree::OpenFile : public core::AttributeFile {
 public:
  OpenFile(const FakeFileTree& tree, std::string path, std::shared_ptr<Node> node)
      : tree_(tree), path_(std::move(path)), node_(std::move(node)), open_(tree.open_files_) {
    ++*open_;
  }
  ~OpenFile() override { --*open_; }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  OpenFile(OpenFile&&) = delete;
  OpenFile& operator=(OpenFile&&) = delete;

  core::AttributeRead read(std::span<char> buffer) noexcept override {
    if (tree_.before_read) {
      tree_.before_read(path_);
    }
    const std::lock_guard lock(node_->mutex);
    ++node_->reads;
    if (node_->removed) {
      return {0, core::Fault::Absent};
    }
    if (node_->fault != core::Fault::None) {
      return {0, node_->fault};
    }
    const std::size_t size = std::min(buffer.size(), node_->text.size());
    std::copy_n(node_->text.begin(), size, buffer.begin());
    return {size, core::Fault::None};
  }

 private:
  const FakeFileTree& tree_;
  std::string path_;
  std::shared_ptr<Node> node_;
  std::shared_ptr<std::atomic<std::size_t>> open_;
};

FakeFileTree::FakeFileTree() : open_files_(std::make_shared<std::atomic<std::size_t>>(0)) {}
FakeFileTree::~FakeFileTree() = default;

// The path with the links in all its parts followed; a link as its last part too.
std::string FakeFileTree::resolved(const std::string& path) const {
  constexpr int kLinkLimit = 40;  // as path_resolution(7)
  std::string now = normalised(path);
  for (int i = 0; i < kLinkLimit; ++i) {
    // The shortest link is the first one on the way.
    const auto* first = static_cast<const std::pair<const std::string, std::string>*>(nullptr);
    for (const auto& entry : links_) {
      const bool on_the_way = now == entry.first || is_below(now, entry.first);
      if (on_the_way && (first == nullptr || entry.first.size() < first->first.size())) {
        first = &entry;
      }
    }
    if (first == nullptr) {
      return now;
    }
    const std::string& target = first->second;
    const std::string base =
        target.starts_with("/") ? target : parent_of(first->first) + "/" + target;
    now = normalised(base + now.substr(first->first.size()));
  }
  return "/too-many-links";
}

bool FakeFileTree::exists(const std::string& resolved_path) const {
  const auto is_at = [&resolved_path](const auto& entry) {
    return entry.first == resolved_path || is_below(entry.first, resolved_path);
  };
  return std::any_of(files_.begin(), files_.end(), is_at) ||
         std::any_of(links_.begin(), links_.end(), is_at);
}

std::shared_ptr<FakeFileTree::Node> FakeFileTree::node(const std::string& path) const {
  const auto found = files_.find(resolved(path));
  return found == files_.end() ? nullptr : found->second;
}

void FakeFileTree::set(const std::string& path, const std::string& text) {
  const std::lock_guard lock(mutex_);
  auto& entry = files_[resolved(path)];
  if (entry == nullptr) {
    entry = std::make_shared<Node>();
  }
  const std::lock_guard node_lock(entry->mutex);
  entry->text = text;
}

void FakeFileTree::link(const std::string& path, const std::string& target) {
  const std::lock_guard lock(mutex_);
  const std::string name = path.substr(path.rfind('/'));
  links_[normalised(resolved(parent_of(path)) + name)] = target;
}

void FakeFileTree::remove(const std::string& path) {
  const std::lock_guard lock(mutex_);
  const std::string name = path.substr(path.rfind('/'));
  const std::string here = normalised(resolved(parent_of(path)) + name);
  const auto is_in = [&here](const auto& entry) {
    return entry.first == here || is_below(entry.first, here);
  };
  for (auto& entry : files_) {
    if (is_in(entry)) {
      const std::lock_guard node_lock(entry.second->mutex);
      entry.second->removed = true;
    }
  }
  std::erase_if(files_, is_in);
  std::erase_if(links_, is_in);
}

void FakeFileTree::set_fault(const std::string& path, core::Fault fault) {
  const std::lock_guard lock(mutex_);
  if (const auto file = node(path)) {
    const std::lock_guard node_lock(file->mutex);
    file->fault = fault;
  }
}

void FakeFileTree::forbid(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (const auto file = node(path)) {
    const std::lock_guard node_lock(file->mutex);
    file->forbidden = true;
  }
}

std::size_t FakeFileTree::reads(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  const auto file = node(path);
  if (file == nullptr) {
    return 0;
  }
  const std::lock_guard node_lock(file->mutex);
  return file->reads;
}

std::size_t FakeFileTree::opens(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  const auto found = opens_.find(resolved(path));
  return found == opens_.end() ? 0 : found->second;
}

std::size_t FakeFileTree::open_files() const { return *open_files_; }

std::vector<std::string> FakeFileTree::list(const std::string& directory) const {
  const std::lock_guard lock(mutex_);
  const std::string here = resolved(directory);
  const std::string prefix = here == "/" ? here : here + "/";
  std::set<std::string> names;
  const auto collect = [&](const std::string& path) {
    if (path.starts_with(prefix)) {
      const std::string rest = path.substr(prefix.size());
      names.insert(rest.substr(0, rest.find('/')));
    }
  };
  for (const auto& entry : files_) {
    collect(entry.first);
  }
  for (const auto& entry : links_) {
    collect(entry.first);
  }
  return {names.begin(), names.end()};
}

std::optional<std::string> FakeFileTree::text(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  const auto file = node(path);
  if (file == nullptr) {
    return std::nullopt;
  }
  const std::lock_guard node_lock(file->mutex);
  if (file->forbidden || file->fault != core::Fault::None) {
    return std::nullopt;
  }
  return without_end_space(file->text);
}

std::optional<std::string> FakeFileTree::real_path(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  std::string target = resolved(path);
  if (!exists(target)) {
    return std::nullopt;
  }
  return target;
}

std::unique_ptr<core::AttributeFile> FakeFileTree::open(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  auto file = node(path);
  if (file == nullptr) {
    return nullptr;
  }
  const std::lock_guard node_lock(file->mutex);
  if (file->forbidden) {
    return nullptr;
  }
  ++opens_[resolved(path)];
  return std::make_unique<OpenFile>(*this, path, file);
}

bool FakeFileTree::write(const std::string& path, const std::string& text) const {
  const std::lock_guard lock(mutex_);
  const auto file = node(path);
  if (file == nullptr) {
    return false;
  }
  const std::lock_guard node_lock(file->mutex);
  if (file->forbidden || file->fault != core::Fault::None) {
    return false;
  }
  file->text = text;
  return true;
}

}  // namespace isotherm::test
