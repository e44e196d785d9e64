// A program that runs beside this one for a while, and whose output is wanted: a block of
// `isotherm latency`, a load, cyclictest(8).
#pragma once

#include <sys/types.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/cpu_set.hpp"
#include "core/time.hpp"
#include "os/descriptor.hpp"

namespace isotherm::os {

struct ChildSpec {
  std::string program;                 // its path
  std::vector<std::string> arguments;  // the first is the name it is called by
  core::CpuSet cores;                  // it starts on; empty: those of this thread
  bool takes_input = false;            // through send(); else its input is empty
};

struct ChildEnd {
  int exit_code = 0;
  int signal = 0;  // that ended it, or 0

  [[nodiscard]] bool well() const noexcept { return exit_code == 0 && signal == 0; }
  // "exit code 1", "signal 9".
  [[nodiscard]] std::string words() const;
};

// Owns one process. All members are for housekeeping, and for one thread. That thread must be the
// only one when the child is made, or the others must be in no system call that allocates: fork(2).
class ChildProcess {
 public:
  // Starts it, in this process's group. SIGINT is ignored in it, because
  // Ctrl-C reaches the whole group and it is for the parent to say what that means. The kernel ends
  // it when the thread that made it ends (PR_SET_PDEATHSIG). Throws SetupError.
  explicit ChildProcess(const ChildSpec& spec);

  // Ends it with SIGKILL, if it still runs, and waits for that.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ChildProcess(ChildProcess&&) = delete;
  ChildProcess& operator=(ChildProcess&&) = delete;

  [[nodiscard]] pid_t id() const noexcept { return id_; }

  // Gathers its output and waits for its end, at most for `timeout`.
  // How it ended, once it has.
  [[nodiscard]] std::optional<ChildEnd> wait_for(core::Nanoseconds timeout);

  // Writes all of `bytes` to its input, and waits until it has taken them. False if it is gone.
  // SIGPIPE must be ignored: ignore_deadly_signals().
  bool send(std::string_view bytes);

  // What it has written since the last call; output() then begins anew.
  [[nodiscard]] std::string take_output();

  // Waits until one of them has written something or ended, at most for `timeout`.
  static void wait_for_any(std::span<ChildProcess* const> children, core::Nanoseconds timeout);

  // What it has written so far.
  [[nodiscard]] const std::string& output() const noexcept { return output_; }
  [[nodiscard]] const std::string& errors() const noexcept { return errors_; }

 private:
  struct Pipe;

  bool gather(core::Nanoseconds timeout);
  [[nodiscard]] bool all_read() const noexcept { return !from_output_ && !from_errors_; }

  pid_t id_ = -1;
  std::optional<Descriptor> to_input_;
  std::optional<Descriptor> from_output_;  // none once its end was read
  std::optional<Descriptor> from_errors_;
  std::string output_;
  std::string errors_;
  std::optional<ChildEnd> end_;
};

// In the child, if it is isotherm itself: as PR_SET_PDEATHSIG of ChildProcess, which the kernel
// forgets where the program file carries capabilities. Ends at once if the parent is gone already.
void end_with_parent(pid_t parent);

// Where $PATH has a program of that name; nothing if it has none.
[[nodiscard]] std::optional<std::string> find_program(const std::string& name);

}  // namespace isotherm::os
