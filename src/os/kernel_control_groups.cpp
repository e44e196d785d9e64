#include "os/kernel_control_groups.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <thread>
#include <utility>

#include "os/descriptor.hpp"

namespace isotherm::os {
namespace {

using std::chrono::milliseconds;

constexpr mode_t kGroupMode = 0755;
constexpr milliseconds kLook{2};  // between two attempts
constexpr milliseconds kLeaving{1000};

// Again and again until `attempt` returns something other than `busy`, or `patience` is over.
template <typename Attempt>
int while_busy(int busy, milliseconds patience, const Attempt& attempt) {
  const auto end = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const int error = attempt();
    if (error != busy || std::chrono::steady_clock::now() >= end) {
      return error;
    }
    std::this_thread::sleep_for(kLook);
  }
}

class HeldDirectory final : public core::GroupLock {
 public:
  explicit HeldDirectory(Descriptor directory) noexcept : directory_(std::move(directory)) {}

 private:
  Descriptor directory_;  // closing it gives the lock back, flock(2)
};

}  // namespace

int KernelControlGroups::make(const std::string& directory) {
  return error_of([&] { return ::mkdir(directory.c_str(), kGroupMode); });
}

int KernelControlGroups::remove(const std::string& directory) {
  const int error = while_busy(EBUSY, kLeaving, [&directory] {
    return error_of([&directory] { return ::rmdir(directory.c_str()); });
  });
  return error == ENOENT ? 0 : error;
}

int KernelControlGroups::write(const std::string& file, const std::string& text) {
  const Descriptor descriptor{
      uninterrupted([&file] { return ::open(file.c_str(), O_WRONLY | O_CLOEXEC); })};
  if (!descriptor.valid()) {
    return errno;
  }
  return error_of([&] { return ::write(descriptor.number(), text.data(), text.size()); });
}

int KernelControlGroups::write_problem(const std::string& path) const {
  return error_of([&path] { return ::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS); });
}

std::unique_ptr<core::GroupLock> KernelControlGroups::lock(const std::string& directory,
                                                           milliseconds patience) {
  Descriptor descriptor{uninterrupted(
      [&directory] { return ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); })};
  if (!descriptor.valid()) {
    return nullptr;
  }
  const int error = while_busy(EWOULDBLOCK, patience, [&descriptor] {
    return error_of([&descriptor] { return ::flock(descriptor.number(), LOCK_EX | LOCK_NB); });
  });
  return error == 0 ? std::make_unique<HeldDirectory>(std::move(descriptor)) : nullptr;
}

}  // namespace isotherm::os
