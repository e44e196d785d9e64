#include "os/growing_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

namespace isotherm::os {
namespace {

constexpr std::size_t kPartBytes = std::size_t{1} << 20U;

}  // namespace

bool GrowingFile::open() {
  const int number =
      uninterrupted([&] { return ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); });
  if (number < 0) {
    return false;
  }
  file_.emplace(number);
  offset_ = 0;
  fresh_ = true;
  return true;
}

bool GrowingFile::replaced() const {
  struct stat ours {};
  struct stat named {};
  return ::fstat(file_->number(), &ours) == 0 && ::stat(path_.c_str(), &named) == 0 &&
         (ours.st_dev != named.st_dev || ours.st_ino != named.st_ino);
}

std::string GrowingFile::read_on() {
  struct stat status {};
  if (::fstat(file_->number(), &status) == 0 && status.st_size < offset_) {
    offset_ = 0;
    fresh_ = true;
  }
  std::string text(kPartBytes, '\0');
  const auto length =
      uninterrupted([&] { return ::pread(file_->number(), text.data(), text.size(), offset_); });
  text.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
  offset_ += static_cast<std::int64_t>(text.size());
  return text;
}

GrowingFile::Growth GrowingFile::read() {
  if (!file_ && !open()) {
    return {};
  }
  std::string text = read_on();
  // Asked before the last look: what was written before it was renamed is there by then.
  if (text.empty() && replaced()) {
    text = read_on();
    if (text.empty() && open()) {
      text = read_on();
    }
  }
  if (text.empty()) {
    return {};
  }
  return {std::move(text), std::exchange(fresh_, false)};
}

}  // namespace isotherm::os
