#include "app/log_output.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "core/setup_error.hpp"

namespace isotherm::app {
namespace {

// What is said about a write that did not succeed; false is a reader that has gone.
bool judge(bool written) {
  if (!written && errno != EPIPE) {
    throw core::SetupError(core::ExitCode::Io,
                           std::string("cannot be written: ") + std::strerror(errno), "stdout",
                           "make room, or write to somewhere else");
  }
  return written;
}

}  // namespace

bool LogOutput::put(std::string_view text) {
  if (open_) {
    errno = 0;
    open_ = judge(std::fwrite(text.data(), 1, text.size(), stdout) == text.size());
  }
  return open_;
}

bool LogOutput::flush() {
  if (open_) {
    errno = 0;
    open_ = judge(std::fflush(stdout) == 0);
  }
  return open_;
}

}  // namespace isotherm::app
