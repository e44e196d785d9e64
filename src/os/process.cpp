#include "os/process.hpp"

#include <poll.h>
#include <pwd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <system_error>

#include "os/system_call.hpp"

namespace isotherm::os {

void ignore_deadly_signals() {
  for (const int signal : {SIGPIPE, SIGXFSZ, SIGHUP}) {
    struct sigaction action = {};
    action.sa_handler = SIG_IGN;
    check_errno([&] { return ::sigaction(signal, &action, nullptr); },
                SystemCall{"sigaction", "ignoring SIGPIPE, SIGXFSZ and SIGHUP", ""});
  }
}

int process_id() noexcept { return ::getpid(); }

std::string executable_path() {
  std::error_code error;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::string{} : path.string();
}

std::string login_name() {
  std::array<char, 4096> strings{};
  passwd entry{};
  passwd* found = nullptr;
  const int error = ::getpwuid_r(::geteuid(), &entry, strings.data(), strings.size(), &found);
  return error == 0 && found != nullptr ? std::string{found->pw_name} : std::string{};
}

bool is_terminal(int descriptor) noexcept { return ::isatty(descriptor) == 1; }

bool takes_output(int descriptor) noexcept {
  pollfd output{.fd = descriptor, .events = POLLOUT, .revents = 0};
  return ::poll(&output, 1, 0) == 1 && (output.revents & POLLOUT) != 0;
}

unsigned terminal_width(int descriptor, unsigned fallback) noexcept {
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == -1 || size.ws_col == 0) {
    return fallback;
  }
  return size.ws_col;
}

}  // namespace isotherm::os
