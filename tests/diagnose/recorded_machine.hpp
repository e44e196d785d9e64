// A machine that was recorded (tests/diagnose/trees), and trials whose results a test chooses.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "core/cpu_set.hpp"
#include "diagnose/doctor.hpp"
#include "diagnose/recording.hpp"
#include "support/fake_file_tree.hpp"

namespace isotherm::test {

inline std::string tree_text(const std::string& name) {
  const std::string path = ISOTHERM_SOURCE_DIR "/tests/diagnose/trees/" + name + ".record";
  std::ifstream file(path);
  EXPECT_TRUE(file.is_open()) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class FakeTrials final : public diagnose::Trials {
 public:
  explicit FakeTrials(FakeFileTree& files) : files_(&files) {}

  core::Nanoseconds timer_resolution() override { return resolution; }

  void watch(core::Nanoseconds duration) override {
    watched += duration;
    for (const auto& [path, text] : later) {
      files_->set(path, text);
    }
  }

  std::vector<os::WakeUps> wake_up(const std::vector<os::WakeUpSpec>& specs) override {
    asked = specs;
    return std::vector<os::WakeUps>(specs.size(), {.count = refusal.empty() ? 300U : 0U,
                                                   .late_p99 = late_max / 2,
                                                   .late_max = late_max,
                                                   .refusal = refusal});
  }

  core::Nanoseconds resolution{1};
  core::Nanoseconds late_max{20'000};
  std::string refusal;
  core::Nanoseconds watched{0};
  std::vector<os::WakeUpSpec> asked;
  std::vector<std::pair<std::string, std::string>> later;  // what the files hold after watching

 private:
  FakeFileTree* files_;
};

struct RecordedMachine {
  explicit RecordedMachine(const std::string& name) {
    diagnose::replay(tree_text(name),
                     [this](const std::string& path, const std::string& text, bool again) {
                       if (again) {
                         trials.later.emplace_back(path, text);
                       } else {
                         files.set(path, text);
                       }
                     });
  }

  [[nodiscard]] diagnose::Findings examine(const diagnose::DoctorPlan& plan) {
    return diagnose::examine(files, trials, os::read_topology(files),
                             files.text("/proc/device-tree/model").value_or(""), plan);
  }

  FakeFileTree files;
  FakeTrials trials{files};
};

// One reader of 100 Hz at SCHED_FIFO 80 on each of `cores`.
inline diagnose::DoctorPlan plan_on(const core::CpuSet& cores, const core::CpuSet& housekeeping) {
  diagnose::DoctorPlan plan;
  plan.housekeeping = housekeeping;
  for (const unsigned core : cores.cores()) {
    diagnose::DoctorReader reader;
    reader.name = "reader" + std::to_string(core);
    reader.cores = core::CpuSet{core};
    reader.priority = 80;
    reader.period = core::Nanoseconds{10'000'000};
    plan.readers.push_back(reader);
  }
  return plan;
}

// The one finding of that name; a test fails if there is none, or more than one.
inline diagnose::Finding the(const diagnose::Findings& findings, const std::string& group,
                             const std::string& check) {
  std::vector<diagnose::Finding> found;
  for (const diagnose::Finding& finding : findings) {
    if (finding.group == group && finding.check == check) {
      found.push_back(finding);
    }
  }
  EXPECT_EQ(found.size(), 1U) << group << ": " << check;
  return found.empty() ? diagnose::Finding{} : found.front();
}

// "core 2: isolated" of every finding of that severity, in order.
inline std::vector<std::string> names_of(const diagnose::Findings& findings,
                                         diagnose::Severity severity) {
  std::vector<std::string> names;
  for (const diagnose::Finding& finding : findings) {
    if (finding.severity == severity) {
      names.push_back(finding.group + ": " + finding.check);
    }
  }
  return names;
}

}  // namespace isotherm::test
