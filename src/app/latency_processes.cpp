#include "app/latency_processes.hpp"

#include <optional>
#include <utility>

#include "app/latency_wire.hpp"
#include "core/setup_error.hpp"
#include "diagnose/cyclictest.hpp"
#include "diagnose/kernel_text.hpp"
#include "diagnose/latency_run.hpp"
#include "os/process.hpp"

namespace isotherm::app {
namespace {

using diagnose::ArmKind;
using diagnose::BlockOutcome;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr core::Nanoseconds kTickInterval = milliseconds{50};
// Beyond what a block takes by its slots; far more than a loaded machine needs to start a process.
constexpr core::Nanoseconds kPatience = seconds{20};

// The file that is running, also where another one has taken its name since.
constexpr const char* kThisProgram = "/proc/self/exe";

os::ChildSpec own_child(const LatencyTask& task) {
  return {.program = kThisProgram,
          .arguments = {"isotherm", "latency", "--as-child", task_text(task)},
          .cores = task.beside};
}

// Its last two lines as one: a message of this program is followed by how to mend it.
std::string last_words(const std::string& text) {
  std::string words;
  std::string before;
  for (const std::string& line : diagnose::lines_of(text)) {
    const std::size_t start = line.find_first_not_of(" \t");
    if (start != std::string::npos) {
      before = std::exchange(words, line.substr(start));
    }
  }
  return before.empty() ? words : before + "; " + words;
}

std::string end_words(const os::ChildProcess& child, const os::ChildEnd& end) {
  const std::string said = last_words(child.errors());
  return end.words() + (said.empty() ? "" : ": " + said);
}

BlockOutcome outcome_of(const diagnose::LatencyArm& arm, const diagnose::BlockShape& shape,
                        const os::ChildProcess& child, const os::ChildEnd& end) {
  if (!end.well()) {
    const std::string who = arm.kind == ArmKind::Cyclictest ? "cyclictest" : "the block's process";
    return BlockOutcome::refused(who + " ended with " + end_words(child, end));
  }
  if (arm.kind == ArmKind::Reader) {
    return parse_outcome(child.output());
  }
  const auto result = diagnose::parse_cyclictest(child.output(), shape);
  if (!result) {
    return BlockOutcome::refused("cyclictest did not print all of its wake-ups");
  }
  return {.kind = BlockOutcome::Kind::Done, .result = *result, .reason = ""};
}

}  // namespace

ProcessBlockRunner::ProcessBlockRunner(core::CpuSet usable, core::CpuSet beside,
                                       std::function<bool(core::Nanoseconds)> tick)
    : usable_(std::move(usable)), beside_(std::move(beside)), tick_(std::move(tick)) {}

os::ChildSpec ProcessBlockRunner::block_of(const diagnose::LatencyArm& arm,
                                           const diagnose::BlockShape& shape) const {
  if (arm.kind == ArmKind::Cyclictest) {
    const auto program = os::find_program("cyclictest");
    if (!program) {
      throw core::SetupError(core::ExitCode::Unavailable, "cyclictest is not installed", "",
                             "apt-get install rt-tests");
    }
    std::vector<std::string> arguments = diagnose::cyclictest_arguments(arm, shape, beside_);
    arguments.insert(arguments.begin(), "cyclictest");
    // It takes only cores that it was started on.
    return {.program = *program, .arguments = std::move(arguments), .cores = usable_};
  }
  LatencyTask task;
  task.parent = os::process_id();
  task.beside = beside_;
  task.arm = arm;
  task.shape = shape;
  return own_child(task);
}

BlockOutcome ProcessBlockRunner::run(const diagnose::LatencyArm& arm,
                                     const diagnose::BlockShape& shape) {
  std::optional<os::ChildProcess> child;
  try {
    child.emplace(block_of(arm, shape));
  } catch (const core::SetupError& error) {
    return BlockOutcome::refused(error.problem() + ": " + error.mend());
  }
  const core::Nanoseconds limit = diagnose::block_time(shape) + kPatience;
  for (core::Nanoseconds waited{0}; waited < limit; waited += kTickInterval) {
    const auto end = child->wait_for(kTickInterval);
    // Asked first: Ctrl-C reaches the block as well, and what it then still says is not to be
    // taken for a whole block.
    if (!tick_(waited)) {
      return {.kind = BlockOutcome::Kind::Interrupted, .result = {}, .reason = ""};
    }
    if (end) {
      return outcome_of(arm, shape, *child, *end);
    }
  }
  return BlockOutcome::refused("a block did not end in time");
}

LatencyLoad::LatencyLoad(const core::CpuSet& cores, const std::string& directory) {
  LatencyTask task;
  task.parent = os::process_id();
  const auto start = [this, &task](LatencyTask::Kind kind) {
    task.kind = kind;
    processes_.push_back(std::make_unique<os::ChildProcess>(own_child(task)));
  };
  for (const unsigned core : cores.cores()) {
    task.beside = {core};
    start(LatencyTask::Kind::LoadCpu);
    start(LatencyTask::Kind::LoadMemory);
  }
  task.beside = cores;
  task.directory = directory;
  start(LatencyTask::Kind::LoadDisk);
}

std::vector<std::string> LatencyLoad::troubles() {
  std::vector<std::string> troubles;
  for (const auto& process : processes_) {
    if (const auto end = process->wait_for(core::Nanoseconds{0})) {
      troubles.push_back("a part of the load ended by itself, with " + end_words(*process, *end));
    }
  }
  return troubles;
}

}  // namespace isotherm::app
