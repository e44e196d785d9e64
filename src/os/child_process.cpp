#include "os/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <sstream>
#include <utility>

#include "os/native_cpu_set.hpp"
#include "os/process.hpp"
#include "os/system_call.hpp"

namespace isotherm::os {
namespace {

// After both outputs are closed the process is about to end: between two looks.
constexpr int kEndPollMs = 1;
constexpr std::chrono::milliseconds kLastWords{100};

struct ChildView {
  const char* program = nullptr;
  std::vector<char*> arguments{};
  const cpu_set_t* cores = nullptr;  // null: as they are
  pid_t parent = 0;
  int input = -1;  // or none
  int output = -1;
  int errors = -1;
  int failure = -1;  // takes the errno where something fails
};

void take_default(int signal) noexcept { ::signal(signal, SIG_DFL); }

// In the child of fork(2): only calls of signal-safety(7) from here on.
[[noreturn]] void become(const ChildView& view) noexcept {
  constexpr int kFailed = 127;
  ::prctl(PR_SET_PDEATHSIG, static_cast<unsigned long>(SIGKILL), 0UL, 0UL, 0UL);
  if (::getppid() != view.parent) {
    ::_exit(kFailed);  // it has ended in between, and its end will not be told any more
  }
  // What this process ignores would stay ignored.
  take_default(SIGPIPE);
  take_default(SIGXFSZ);
  take_default(SIGHUP);
  ::signal(SIGINT, SIG_IGN);
  const int input = view.input >= 0 ? view.input : ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  bool fine = input >= 0 && ::dup2(input, kStandardInput) >= 0 &&
              ::dup2(view.output, kStandardOutput) >= 0 && ::dup2(view.errors, kStandardError) >= 0;
  if (fine && view.cores != nullptr) {
    fine = ::sched_setaffinity(0, sizeof(*view.cores), view.cores) == 0;
  }
  if (fine) {
    ::execv(view.program, view.arguments.data());
  }
  const int error = errno;
  const ssize_t told = ::write(view.failure, &error, sizeof(error));
  // Where even that fails, the exit code has to do.
  ::_exit(told > 0 ? kFailed : kFailed - 1);
}

}  // namespace

struct ChildProcess::Pipe {
  Pipe() {
    check_errno([this] { return ::pipe2(ends.data(), O_CLOEXEC); },
                {"pipe2", "the output of another program", ""});
    read_end.emplace(ends[0]);
    write_end.emplace(ends[1]);
  }
  std::array<int, 2> ends{};
  std::optional<Descriptor> read_end;
  std::optional<Descriptor> write_end;
};

std::string ChildEnd::words() const {
  return signal != 0 ? "signal " + std::to_string(signal)
                     : "exit code " + std::to_string(exit_code);
}

ChildProcess::ChildProcess(const ChildSpec& spec) {
  std::optional<Pipe> input;
  if (spec.takes_input) {
    input.emplace();
  }
  Pipe output;
  Pipe errors;
  Pipe failure;
  std::vector<std::string> arguments = spec.arguments;
  const cpu_set_t cores = to_native(spec.cores);
  ChildView view{.program = spec.program.c_str(),
                 .cores = spec.cores.empty() ? nullptr : &cores,
                 .parent = ::getpid(),
                 .input = input ? input->read_end->number() : -1,
                 .output = output.write_end->number(),
                 .errors = errors.write_end->number(),
                 .failure = failure.write_end->number()};
  for (std::string& argument : arguments) {
    view.arguments.push_back(argument.data());
  }
  view.arguments.push_back(nullptr);
  const std::string where = "program " + spec.program;
  id_ = check_errno([] { return ::fork(); }, {"fork", where, ""});
  if (id_ == 0) {
    become(view);
  }
  failure.write_end.reset();
  int error = 0;
  const ssize_t told =
      uninterrupted([&] { return ::read(failure.read_end->number(), &error, sizeof(error)); });
  if (told == static_cast<ssize_t>(sizeof(error))) {
    uninterrupted([this] { return ::waitpid(id_, nullptr, 0); });
    throw_failure(error, {"execv", where, "see that it is there and may be run"});
  }
  if (input) {
    to_input_.emplace(std::move(*input->write_end));
  }
  from_output_.emplace(std::move(*output.read_end));
  from_errors_.emplace(std::move(*errors.read_end));
}

ChildProcess::~ChildProcess() {
  if (!end_) {
    ::kill(id_, SIGKILL);
    uninterrupted([this] { return ::waitpid(id_, nullptr, 0); });
  }
}

std::optional<ChildEnd> ChildProcess::wait_for(core::Nanoseconds timeout) {
  const auto limit = std::chrono::steady_clock::now() + timeout;
  while (!end_) {
    const auto left = limit - std::chrono::steady_clock::now();
    const bool brought = gather(std::max<core::Nanoseconds>(left, core::Nanoseconds{0}));
    if (all_read()) {
      int status = 0;
      if (uninterrupted([&] { return ::waitpid(id_, &status, WNOHANG); }) == id_) {
        end_ = WIFSIGNALED(status) ? ChildEnd{.signal = WTERMSIG(status)}
                                   : ChildEnd{.exit_code = WEXITSTATUS(status)};
      }
    }
    // What it had written before its end is read even where there is no time left for it.
    if (std::chrono::steady_clock::now() >= (brought ? limit + kLastWords : limit)) {
      break;
    }
  }
  return end_;
}

// One wait; whether it brought anything. Returns early, so that the caller looks at its own
// affairs.
bool ChildProcess::gather(core::Nanoseconds timeout) {
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(timeout).count();
  const int limit =
      all_read() ? kEndPollMs : static_cast<int>(std::min<long long>(milliseconds, 1'000));
  // A negative descriptor is left out by poll(2).
  std::array<pollfd, 2> waiting{
      pollfd{.fd = from_output_ ? from_output_->number() : -1, .events = POLLIN, .revents = 0},
      pollfd{.fd = from_errors_ ? from_errors_->number() : -1, .events = POLLIN, .revents = 0}};
  if (::poll(waiting.data(), waiting.size(), limit) <= 0) {
    return false;
  }
  const auto take = [](std::optional<Descriptor>& from, short events, std::string& text) {
    if (events == 0) {
      return;
    }
    std::array<char, 65536> chunk{};
    const ssize_t taken =
        uninterrupted([&] { return ::read(from->number(), chunk.data(), chunk.size()); });
    if (taken <= 0) {
      from.reset();
      return;
    }
    text.append(chunk.data(), static_cast<std::size_t>(taken));
  };
  take(from_output_, waiting[0].revents, output_);
  take(from_errors_, waiting[1].revents, errors_);
  return true;
}

bool ChildProcess::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = uninterrupted(
        [this, bytes] { return ::write(to_input_->number(), bytes.data(), bytes.size()); });
    if (sent < 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string ChildProcess::take_output() { return std::exchange(output_, {}); }

void ChildProcess::wait_for_any(std::span<ChildProcess* const> children,
                                core::Nanoseconds timeout) {
  std::vector<pollfd> waiting;
  for (const ChildProcess* child : children) {
    waiting.push_back({.fd = child->from_output_ ? child->from_output_->number() : -1,
                       .events = POLLIN,
                       .revents = 0});
  }
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(timeout).count();
  // Interrupted or not: the caller looks at all of them anyway.
  static_cast<void>(::poll(waiting.data(), waiting.size(), static_cast<int>(milliseconds)));
}

void end_with_parent(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, static_cast<unsigned long>(SIGKILL), 0UL, 0UL, 0UL);
  if (::getppid() != parent) {
    ::_exit(1);
  }
}

std::optional<std::string> find_program(const std::string& name) {
  const char* const path = ::getenv("PATH");
  // Tools of the administrator stand in folders that a user's PATH often leaves out.
  std::istringstream folders(std::string{path != nullptr ? path : ""} + ":/usr/sbin:/sbin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string candidate = folder + "/" + name;
    if (!folder.empty() && ::access(candidate.c_str(), X_OK) == 0) {
      return candidate;
    }
  }
  return std::nullopt;
}

}  // namespace isotherm::os
