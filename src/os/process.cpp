#include "os/process.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <system_error>

#include "os/system_call.hpp"

namespace isotherm::os {

void ignore_write_signals() {
  for (const int signal : {SIGPIPE, SIGXFSZ}) {
    struct sigaction action = {};
    action.sa_handler = SIG_IGN;
    check_errno([&] { return ::sigaction(signal, &action, nullptr); },
                SystemCall{"sigaction", "ignoring SIGPIPE and SIGXFSZ", ""});
  }
}

std::string executable_path() {
  std::error_code error;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::string{} : path.string();
}

bool is_terminal(int descriptor) noexcept { return ::isatty(descriptor) == 1; }

unsigned terminal_width(int descriptor, unsigned fallback) noexcept {
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == -1 || size.ws_col == 0) {
    return fallback;
  }
  return size.ws_col;
}

}  // namespace isotherm::os
