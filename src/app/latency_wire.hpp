// What a measurement of latency and its child processes tell each other, as JSON: the child's task
// on its command line, the block's result on its output.
//
// Each block runs in a process of its own, started afresh from the program file, because what the
// arms compare is partly the process's: locked memory cannot be told from memory that another arm
// locked or touched before, and malloc keeps what it was once given. Started afresh, and not only
// forked, because after fork(2) every page is shared and faults when it is first written.
#pragma once

#include <string>

#include "core/cpu_set.hpp"
#include "diagnose/latency_block.hpp"

namespace isotherm::app {

struct LatencyTask {
  enum class Kind : std::uint8_t { Block, LoadCpu, LoadMemory, LoadDisk };

  Kind kind = Kind::Block;
  int parent = 0;            // process with which it ends
  core::CpuSet beside;       // Block: where its housekeeping runs; else where the load does
  diagnose::LatencyArm arm;  // Block: only what tells how to run
  diagnose::BlockShape shape;
  std::string directory;  // LoadDisk
};

[[nodiscard]] std::string task_text(const LatencyTask& task);
// Throws SetupError (64): nobody but isotherm itself writes such a text.
[[nodiscard]] LatencyTask parse_task(const std::string& text);

// Done and Refused only.
[[nodiscard]] std::string outcome_text(const diagnose::BlockOutcome& outcome);
// What is no such text is Refused.
[[nodiscard]] diagnose::BlockOutcome parse_outcome(const std::string& text);

}  // namespace isotherm::app
