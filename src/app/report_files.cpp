#include "app/report_files.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <list>
#include <system_error>
#include <utility>

#include "core/setup_error.hpp"
#include "os/system_call.hpp"

namespace isotherm::app {
namespace {

// A portion of small chunks may reach across several files.
constexpr std::size_t kFilesOpen = 4;

[[noreturn]] void refuse_capture(const std::string& path, int error) {
  throw core::SetupError(core::ExitCode::Io, "the capture cannot be read: " + os::error_text(error),
                         path,
                         error == EMFILE || error == ENFILE
                             ? "let it have more files open, with `ulimit -n`, or give fewer --jobs"
                             : "give a file that you may read");
}

// The files that one worker has open.
class OpenFiles {
 public:
  // Null if there is no such file any more.
  std::ifstream* use(const std::string& path) {
    const auto known = std::find_if(open_.begin(), open_.end(),
                                    [&path](const OpenFile& one) { return one.path == path; });
    if (known != open_.end()) {
      open_.splice(open_.begin(), open_, known);
      return &open_.front().stream;
    }
    if (open_.size() == kFilesOpen) {
      open_.pop_back();
    }
    errno = 0;  // std::ifstream keeps what open(2) says
    std::ifstream stream(path, std::ios::binary);
    if (!stream.is_open()) {
      if (errno == ENOENT) {
        return nullptr;
      }
      refuse_capture(path, errno);
    }
    open_.push_front({path, std::move(stream)});
    return &open_.front().stream;
  }

 private:
  struct OpenFile {
    std::string path;
    std::ifstream stream;
  };
  std::list<OpenFile> open_;  // the last used first
};

class ReportSource final : public capture::ByteSource {
 public:
  ReportSource(std::shared_ptr<OpenFiles> open, std::string path)
      : open_(std::move(open)), path_(std::move(path)) {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path_, error);
    if (error && error != std::errc::no_such_file_or_directory) {
      refuse_capture(path_, error.value());
    }
    size_ = error ? 0 : size;
  }

  [[nodiscard]] std::uint64_t size() const override { return size_; }

  [[nodiscard]] std::string read(std::uint64_t offset, std::size_t length) override {
    std::ifstream* const file = open_->use(path_);
    if (file == nullptr) {
      return {};
    }
    std::string out(length, '\0');
    file->clear();
    file->seekg(static_cast<std::streamoff>(offset));
    file->read(out.data(), static_cast<std::streamsize>(length));
    out.resize(static_cast<std::size_t>(std::max<std::streamsize>(file->gcount(), 0)));
    return out;
  }

 private:
  std::shared_ptr<OpenFiles> open_;  // of all sources of a worker, which go in no certain order
  std::string path_;
  std::uint64_t size_ = 0;
};

}  // namespace

std::vector<std::unique_ptr<capture::ByteSource>> open_sources(
    const std::vector<std::string>& files) {
  const auto open = std::make_shared<OpenFiles>();
  std::vector<std::unique_ptr<capture::ByteSource>> sources;
  sources.reserve(files.size());
  for (const std::string& file : files) {
    sources.push_back(std::make_unique<ReportSource>(open, file));
  }
  return sources;
}

}  // namespace isotherm::app
