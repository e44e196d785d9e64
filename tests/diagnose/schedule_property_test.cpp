// The analysis against the thing itself: small task sets of whole numbers, scheduled step by step
// over more than their hyperperiod, seeded.
//   - what the analysis says is never shorter than what happens, with any offsets, with equal
//     priorities, and with jobs that sleep in between
//   - begun together, without sleep and with priorities of their own, it is exactly what happens
//   - the demand criterion agrees with earliest deadline first, miss for miss
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

#include "diagnose/deadline_demand.hpp"
#include "diagnose/response_time.hpp"

namespace isotherm::diagnose {
namespace {

using core::Nanoseconds;

constexpr int kTaskSets = 4'000;
constexpr std::uint32_t kSeed = 20'261;

struct SimTask {
  int priority = 0;
  int period = 1;
  int deadline = 1;
  int offset = 0;
  std::vector<bool> steps;  // one a unit of time: computing, or asleep
};

struct Job {
  std::size_t task = 0;
  int released = 0;
  std::size_t done = 0;  // of the steps
  int queued = 0;        // when it last came to the tail of its queue
};

int hyperperiod(const std::vector<SimTask>& tasks) {
  int length = 1;
  for (const SimTask& task : tasks) {
    length = std::lcm(length, task.period);
  }
  return length;
}

// Whether `a` runs before `b`.
using Order = bool (*)(const std::vector<SimTask>& tasks, const Job& a, const Job& b);

bool by_priority(const std::vector<SimTask>& tasks, const Job& a, const Job& b) {
  const int of_a = tasks[a.task].priority;
  const int of_b = tasks[b.task].priority;
  return of_a != of_b ? of_a > of_b : a.queued < b.queued;
}

bool by_deadline(const std::vector<SimTask>& tasks, const Job& a, const Job& b) {
  return a.released + tasks[a.task].deadline < b.released + tasks[b.task].deadline;
}

struct Outcome {
  std::vector<int> worst;  // response of each task
  bool missed = false;     // a deadline
};

// One core, one unit of time a step. Asleep means elsewhere: all jobs that sleep do so at once, and
// come to the tail of their queue when they wake.
Outcome simulate(const std::vector<SimTask>& tasks, Order goes_before) {
  int offset = 0;
  for (const SimTask& task : tasks) {
    offset = std::max(offset, task.offset);
  }
  Outcome outcome{.worst = std::vector<int>(tasks.size(), 0)};
  std::vector<Job> jobs;
  const int end = offset + 2 * hyperperiod(tasks);
  for (int now = 0; now < end || !jobs.empty(); ++now) {
    for (std::size_t i = 0; i < tasks.size() && now < end; ++i) {
      if (now >= tasks[i].offset && (now - tasks[i].offset) % tasks[i].period == 0) {
        jobs.push_back({.task = i, .released = now, .done = 0, .queued = now});
      }
    }
    Job* chosen = nullptr;
    for (Job& job : jobs) {
      if (tasks[job.task].steps[job.done] &&
          (chosen == nullptr || goes_before(tasks, job, *chosen))) {
        chosen = &job;
      }
    }
    for (Job& job : jobs) {
      const bool asleep = !tasks[job.task].steps[job.done];
      if (asleep || &job == chosen) {
        ++job.done;
        if (asleep) {
          job.queued = now + 1;
        }
      }
    }
    std::erase_if(jobs, [&](const Job& job) {
      const bool over = job.done == tasks[job.task].steps.size();
      if (over) {
        outcome.worst[job.task] = std::max(outcome.worst[job.task], now + 1 - job.released);
      }
      return over;
    });
    for (const Job& job : jobs) {
      if (now + 1 >= job.released + tasks[job.task].deadline) {
        outcome.missed = true;
        return outcome;
      }
    }
  }
  return outcome;
}

struct Wanted {
  bool offsets = false;
  bool equal_priorities = false;
  bool sleep = false;
  bool short_deadlines = false;
};

std::vector<SimTask> random_set(std::mt19937& random, const Wanted& wanted) {
  const auto number = [&random](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  // Divisors of 120 keep the hyperperiod short.
  const std::vector<int> periods{3, 4, 5, 6, 8, 10, 12, 15, 20, 24, 30, 40};
  std::vector<SimTask> tasks(static_cast<std::size_t>(number(1, 4)));
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    SimTask& task = tasks[i];
    task.period =
        periods[static_cast<std::size_t>(number(0, static_cast<int>(periods.size()) - 1))];
    task.offset = wanted.offsets ? number(0, task.period) : 0;
    const int cost = number(1, std::max(1, task.period / 2));
    task.steps.assign(static_cast<std::size_t>(cost), true);
    if (wanted.sleep) {
      for (std::size_t k = 0; k < task.steps.size(); ++k) {
        task.steps[k] = number(0, 2) > 0;
      }
    }
    task.deadline = wanted.short_deadlines ? number(cost, task.period) : task.period;
    task.priority = wanted.equal_priorities ? number(1, 2) : static_cast<int>(i) + 1;
  }
  return tasks;
}

std::vector<Response> analysed(const std::vector<SimTask>& tasks) {
  std::vector<Task> analysis;
  for (const SimTask& task : tasks) {
    analysis.push_back({.policy = core::SchedulingPolicy::Fifo,
                        .priority = task.priority,
                        .cores = core::CpuSet{0},
                        .period = Nanoseconds{task.period},
                        .cost = Nanoseconds{static_cast<std::int64_t>(task.steps.size())},
                        .spin = Nanoseconds{0},
                        .jitter = Nanoseconds{0},
                        .buses = {}});
  }
  return response_times(analysis);
}

bool holds(const std::vector<SimTask>& tasks, const std::vector<Response>& responses) {
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (!responses[i].worst || *responses[i].worst > Nanoseconds{tasks[i].period}) {
      return false;
    }
  }
  return true;
}

// How many sets the analysis lets pass: a property of nothing proves nothing.
int check_bound(const Wanted& wanted, bool exact) {
  std::mt19937 random(kSeed);
  int passed = 0;
  for (int set = 0; set < kTaskSets; ++set) {
    const std::vector<SimTask> tasks = random_set(random, wanted);
    const std::vector<Response> responses = analysed(tasks);
    const Outcome outcome = simulate(tasks, by_priority);
    const bool passes = holds(tasks, responses);
    passed += passes ? 1 : 0;
    if (exact) {
      EXPECT_EQ(passes, !outcome.missed) << "set " << set;
    } else if (passes) {
      EXPECT_FALSE(outcome.missed) << "set " << set;
    }
    for (std::size_t i = 0; passes && i < tasks.size(); ++i) {
      const auto bound = responses[i].worst->count();
      EXPECT_LE(outcome.worst[i], bound) << "set " << set << ", task " << i;
      if (exact) {
        EXPECT_EQ(outcome.worst[i], bound) << "set " << set << ", task " << i;
      }
    }
    if (testing::Test::HasFailure()) {
      break;
    }
  }
  return passed;
}

TEST(SchedulePropertyTest, BegunTogetherTheAnalysisIsExact) {
  EXPECT_GT(check_bound({}, true), kTaskSets / 4);
}

TEST(SchedulePropertyTest, WithOffsetsItIsABound) {
  EXPECT_GT(check_bound({.offsets = true}, false), kTaskSets / 4);
}

TEST(SchedulePropertyTest, WithEqualPrioritiesItIsABound) {
  EXPECT_GT(check_bound({.offsets = true, .equal_priorities = true}, false), kTaskSets / 4);
}

TEST(SchedulePropertyTest, WithReadsThatSleepItIsABound) {
  EXPECT_GT(check_bound({.offsets = true, .equal_priorities = true, .sleep = true}, false),
            kTaskSets / 4);
}

TEST(SchedulePropertyTest, TheDemandCriterionAgreesWithEarliestDeadlineFirst) {
  std::mt19937 random(kSeed);
  int held = 0;
  int failed = 0;
  for (int set = 0; set < kTaskSets && !testing::Test::HasFailure(); ++set) {
    const std::vector<SimTask> tasks = random_set(random, {.short_deadlines = set % 2 == 0});
    std::vector<Demand> demands;
    for (const SimTask& task : tasks) {
      demands.push_back({.cost = Nanoseconds{static_cast<std::int64_t>(task.steps.size())},
                         .deadline = Nanoseconds{task.deadline},
                         .period = Nanoseconds{task.period}});
    }
    const DemandVerdict verdict = demand_test(demands);
    const bool missed = simulate(tasks, by_deadline).missed;
    EXPECT_EQ(verdict, missed ? DemandVerdict::Fails : DemandVerdict::Holds) << "set " << set;
    ++(missed ? failed : held);
  }
  EXPECT_GT(held, kTaskSets / 10);
  EXPECT_GT(failed, kTaskSets / 10);
}

}  // namespace
}  // namespace isotherm::diagnose
