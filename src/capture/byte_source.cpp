#include "capture/byte_source.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "core/setup_error.hpp"

namespace isotherm::capture {

FileSource::FileSource(const std::string& path) : file_(path, std::ios::binary) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error || !file_.is_open()) {
    throw core::SetupError(core::ExitCode::Io, "the capture cannot be read", path,
                           "give a file that is there and that you may read");
  }
  size_ = size;
}

std::string FileSource::read(std::uint64_t offset, std::size_t length) {
  std::string out(length, '\0');
  file_.clear();
  file_.seekg(static_cast<std::streamoff>(offset));
  file_.read(out.data(), static_cast<std::streamsize>(length));
  const std::streamsize taken = file_.gcount();
  out.resize(taken > 0 ? static_cast<std::size_t>(taken) : 0);
  // The stream does not say why; a file that was cut meanwhile is no better to read.
  if (offset < size_ && out.size() < std::min<std::uint64_t>(length, size_ - offset)) {
    note({core::LogFault::Other, "it cannot be read"});
  }
  return out;
}

}  // namespace isotherm::capture
