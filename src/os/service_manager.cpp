#include "os/service_manager.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>

#include "os/proc_text.hpp"
#include "os/system_call.hpp"

namespace isotherm::os {
namespace {

constexpr const char* kWhere = "NOTIFY_SOCKET";

std::string text_of(const char* value) { return value == nullptr ? std::string{} : value; }

std::optional<core::Nanoseconds> watchdog_of(const std::string& microseconds) {
  constexpr auto kLongest = std::chrono::duration_cast<std::chrono::microseconds>(
      core::Nanoseconds{std::numeric_limits<std::int64_t>::max()});
  const auto number = parse_number<std::int64_t>(microseconds);
  if (!number || *number <= 0 || *number > kLongest.count()) {
    return std::nullopt;
  }
  return std::chrono::microseconds{*number};
}

// A path keeps the zero byte at its end, an abstract name has one in place of its "@" and none at
// its end, because there it would be part of the name: unix(7), "Address format".
std::string socket_path(const std::string& address) {
  const std::size_t room = sizeof(sockaddr_un{}.sun_path);
  const bool abstract = address.starts_with('@');
  if (address.size() < 2 || !(abstract || address.starts_with('/')) ||
      address.size() + (abstract ? 0 : 1) > room) {
    throw core::SetupError(core::ExitCode::Unavailable,
                           "\"" + address + "\" is no address of a service manager's socket",
                           kWhere, "a path, or \"@\" and a name, of at most 107 bytes");
  }
  std::string path = address;
  if (abstract) {
    path.front() = '\0';
  } else {
    path.push_back('\0');
  }
  return path;
}

}  // namespace

ServiceEnvironment service_environment(const std::function<const char*(const char*)>& variable,
                                       pid_t own_pid) {
  ServiceEnvironment environment;
  environment.socket = text_of(variable("NOTIFY_SOCKET"));
  const std::string pid = text_of(variable("WATCHDOG_PID"));
  if (pid.empty() || parse_number<pid_t>(pid) == own_pid) {
    environment.watchdog = watchdog_of(text_of(variable("WATCHDOG_USEC")));
  }
  return environment;
}

ServiceEnvironment service_environment() {
  return service_environment([](const char* name) { return std::getenv(name); }, ::getpid());
}

ServiceManager::ServiceManager(const std::string& address)
    : socket_(-1), address_(socket_path(address)) {
  socket_ = check_errno([] { return ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0); },
                        SystemCall{"socket", kWhere, "allow sockets of the family AF_UNIX"});
}

ServiceManager::~ServiceManager() { ::close(socket_); }

bool ServiceManager::send(std::string_view lines) const noexcept {
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::copy(address_.begin(), address_.end(), std::begin(to.sun_path));
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  // Sent by the address each time and not connected, because then a manager that made its socket
  // anew (as systemd does when it executes itself again) is still found.
  const ssize_t sent =
      ::sendto(socket_, lines.data(), lines.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
               static_cast<const sockaddr*>(static_cast<const void*>(&to)), length);
  return sent == static_cast<ssize_t>(lines.size());
}

}  // namespace isotherm::os
