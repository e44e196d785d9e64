#include "os/service_manager.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>

#include "core/setup_error.hpp"
#include "os/temporary_tree.hpp"

namespace isotherm::os {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A service manager's end: a datagram socket bound to a path or, with a zero byte in front, to an
// abstract name.
class Listener {
 public:
  explicit Listener(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
    if (socket_ < 0 || ::bind(socket_, reinterpret_cast<sockaddr*>(&address), length) != 0) {
      throw std::runtime_error("cannot listen on " + path);
    }
  }
  ~Listener() { ::close(socket_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  Listener(Listener&&) = delete;
  Listener& operator=(Listener&&) = delete;

  // What has arrived; nothing if there is nothing.
  [[nodiscard]] std::optional<std::string> next() const {
    std::array<char, 4096> bytes{};
    const ssize_t size = ::recv(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT);
    return size < 0 ? std::nullopt
                    : std::optional{std::string(bytes.data(), static_cast<std::size_t>(size))};
  }

 private:
  int socket_;
};

ServiceEnvironment from(const std::map<std::string, std::string>& variables, pid_t own = 42) {
  return service_environment(
      [&variables](const char* name) {
        const auto found = variables.find(name);
        return found == variables.end() ? nullptr : found->second.c_str();
      },
      own);
}

TEST(ServiceEnvironmentTest, WithoutAManagerThereIsNeitherSocketNorWatchdog) {
  const ServiceEnvironment environment = from({});
  EXPECT_EQ(environment.socket, "");
  EXPECT_FALSE(environment.watchdog);
}

TEST(ServiceEnvironmentTest, SocketAndWatchdogAreTakenFromTheirVariables) {
  const ServiceEnvironment environment =
      from({{"NOTIFY_SOCKET", "/run/notify"}, {"WATCHDOG_USEC", "10000000"}});
  EXPECT_EQ(environment.socket, "/run/notify");
  EXPECT_EQ(environment.watchdog, seconds{10});
}

TEST(ServiceEnvironmentTest, AWatchdogCountsOnlyForTheProcessThatItNames) {
  EXPECT_EQ(from({{"WATCHDOG_USEC", "500000"}, {"WATCHDOG_PID", "42"}}).watchdog,
            milliseconds{500});
  EXPECT_FALSE(from({{"WATCHDOG_USEC", "500000"}, {"WATCHDOG_PID", "43"}}).watchdog);
  EXPECT_FALSE(from({{"WATCHDOG_USEC", "500000"}, {"WATCHDOG_PID", "4x"}}).watchdog);
}

TEST(ServiceEnvironmentTest, AWatchdogTimeThatIsNoneIsIgnored) {
  for (const char* text : {"", "0", "-5", "ten", "10s", "9223372036854775807"}) {
    EXPECT_FALSE(from({{"WATCHDOG_USEC", text}}).watchdog) << text;
  }
}

TEST(ServiceManagerTest, LinesArriveAsOneDatagramAtAPath) {
  const test::TemporaryTree tree;
  const std::string path = tree.root() + "/notify";
  const Listener listener(path);
  const ServiceManager manager(path);
  EXPECT_TRUE(manager.send("READY=1\nSTATUS=well"));
  EXPECT_TRUE(manager.send("STOPPING=1"));
  EXPECT_EQ(listener.next(), "READY=1\nSTATUS=well");
  EXPECT_EQ(listener.next(), "STOPPING=1");
  EXPECT_EQ(listener.next(), std::nullopt);
}

TEST(ServiceManagerTest, LinesArriveAtAnAbstractName) {
  const std::string name = "isotherm-test-" + std::to_string(::getpid());
  const Listener listener(std::string(1, '\0') + name);
  const ServiceManager manager("@" + name);
  EXPECT_TRUE(manager.send("WATCHDOG=1"));
  EXPECT_EQ(listener.next(), "WATCHDOG=1");
}

TEST(ServiceManagerTest, WhereNobodyListensNothingGoesOutUntilSomebodyDoes) {
  const test::TemporaryTree tree;
  const std::string path = tree.root() + "/notify";
  const ServiceManager manager(path);
  EXPECT_FALSE(manager.send("READY=1"));
  const Listener listener(path);
  EXPECT_TRUE(manager.send("READY=1"));
  EXPECT_EQ(listener.next(), "READY=1");
}

TEST(ServiceManagerTest, AFullQueueIsSaidAndNotWaitedFor) {
  const test::TemporaryTree tree;
  const std::string path = tree.root() + "/notify";
  const Listener listener(path);
  const ServiceManager manager(path);
  int sent = 0;
  constexpr int kFarBeyondAnyQueue = 1'000'000;
  while (sent < kFarBeyondAnyQueue && manager.send("WATCHDOG=1")) {
    ++sent;
  }
  EXPECT_GT(sent, 0);
  EXPECT_LT(sent, kFarBeyondAnyQueue);
}

TEST(ServiceManagerTest, AnAddressThatIsNoneIsRefused) {
  for (const std::string& address :
       {std::string{""}, std::string{"@"}, std::string{"/"}, std::string{"run/notify"},
        std::string{"vsock:2:1234"}, "/" + std::string(107, 'a'), "@" + std::string(108, 'a')}) {
    EXPECT_THROW(ServiceManager{address}, core::SetupError) << address;
  }
}

TEST(ServiceManagerTest, TheLongestAddressesAreTaken) {
  const ServiceManager path("/" + std::string(106, 'a'));
  EXPECT_FALSE(path.send("READY=1"));
  const std::string name = std::string(107, 'i');
  const Listener listener(std::string(1, '\0') + name);
  const ServiceManager abstract("@" + name);
  EXPECT_TRUE(abstract.send("READY=1"));
  EXPECT_EQ(listener.next(), "READY=1");
}

}  // namespace
}  // namespace isotherm::os
