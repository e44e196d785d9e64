// `isotherm latency`: how late a reader wakes up, before and after each measure against it.
#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>

#include "app/commands.hpp"
#include "app/console.hpp"
#include "app/latency_child.hpp"
#include "app/latency_processes.hpp"
#include "app/latency_report.hpp"
#include "app/output_place.hpp"
#include "app/words.hpp"
#include "diagnose/latency_facts.hpp"
#include "diagnose/latency_run.hpp"
#include "os/kernel_name.hpp"
#include "os/monotonic_clock.hpp"
#include "os/perf_counters.hpp"
#include "os/process.hpp"
#include "os/sysfs_tree.hpp"
#include "os/system_wall_clock.hpp"
#include "os/this_thread.hpp"
#include "os/topology.hpp"
#include "os/whole_files.hpp"

namespace isotherm::app {
namespace {

using core::ExitCode;
using core::SetupError;

constexpr std::uint64_t kSlotsMin = 20;     // of a block
constexpr std::uint64_t kWarmUpShare = 10;  // one in so many slots goes before those measured
constexpr core::Nanoseconds kDrawInterval = std::chrono::milliseconds{200};

// SIGINT and SIGTERM end the measurement early, and what there is gets reported. The second one has
// its default effect.
class Interruption {
 public:
  Interruption() {
    signals_.async_wait([this](const boost::system::error_code& error, int /*signal*/) {
      seen_ = !error;
      signals_.clear();
    });
  }

  [[nodiscard]] bool seen() {
    context_.poll();
    return seen_;
  }

 private:
  bool seen_ = false;
  boost::asio::io_context context_{1};
  boost::asio::signal_set signals_{context_, SIGINT, SIGTERM};
};

// Draws the progress where there is a terminal, at most some times a second.
class ProgressView {
 public:
  ProgressView(bool on, const diagnose::BlockShape& shape) : on_(on), shape_(shape) {
    if (on_) {
      console_.enter();
    }
  }
  ~ProgressView() {
    if (on_) {
      console_.leave();
    }
  }
  ProgressView(const ProgressView&) = delete;
  ProgressView& operator=(const ProgressView&) = delete;
  ProgressView(ProgressView&&) = delete;
  ProgressView& operator=(ProgressView&&) = delete;

  void watch(const diagnose::LatencyProgress& progress) {
    progress_ = progress;
    tick(core::Nanoseconds{0});
  }
  void tick(core::Nanoseconds elapsed) {
    const core::MonotonicTime now = clock_.now();
    if (on_ && progress_.results != nullptr && now >= next_) {
      console_.draw(latency_live(progress_, shape_, elapsed));
      next_ = now + kDrawInterval;
    }
  }

 private:
  bool on_;
  diagnose::BlockShape shape_;
  Console console_;
  os::MonotonicClock clock_;
  diagnose::LatencyProgress progress_;
  core::MonotonicTime next_;
};

unsigned core_of(const LatencyOptions& options, const diagnose::LatencyMachine& machine) {
  if (!options.core) {
    return diagnose::default_latency_core(machine);
  }
  if (!machine.usable.contains(*options.core)) {
    throw SetupError(ExitCode::Usage,
                     "core " + std::to_string(*options.core) + " is not one that can be measured",
                     "--core", "use one of " + machine.usable.text());
  }
  return *options.core;
}

diagnose::BlockShape shape_of(const LatencyOptions& options, bool counts) {
  const auto slots = static_cast<std::uint64_t>(options.block / options.period);
  if (slots < kSlotsMin) {
    throw SetupError(
        ExitCode::Usage,
        "a block of " + duration_words(options.block) + " holds " + std::to_string(slots) +
            " wake-ups at " + rate_words(options.period) + ", too few for a figure",
        "--block",
        "make it " + duration_words(options.period * static_cast<std::int64_t>(kSlotsMin)) +
            " or longer");
  }
  const std::uint64_t share = std::max(slots / kWarmUpShare, kSlotsMin);
  return {.period = options.period,
          .slots = slots,
          .warm_up_slots = share,
          .counted_slots = counts ? share : 0};
}

std::string load_folder(const LatencyOptions& options) {
  if (!options.load_dir.empty()) {
    return options.load_dir;
  }
  std::error_code error;
  const auto folder = std::filesystem::temp_directory_path(error);
  return error ? "/tmp" : folder.string();
}

core::CpuSet load_cores(const LatencyOptions& options, const diagnose::LatencyMachine& machine,
                        unsigned measured) {
  if (options.load_cores.empty()) {
    core::CpuSet others = machine.usable.without({measured});
    if (others.empty()) {
      throw SetupError(ExitCode::Unavailable, "there is no other core to load", "--load",
                       "say which cores to load, such as --load-cores " + std::to_string(measured));
    }
    return others;
  }
  auto named = core::CpuSet::parse(options.load_cores).value_or(core::CpuSet{});
  if (!named.without(machine.usable).empty()) {
    throw SetupError(ExitCode::Usage, "not all of these cores can be used", "--load-cores",
                     "use some of " + machine.usable.text());
  }
  return named;
}

void write_html(const std::string& path, const LatencyReport& report) {
  const std::string problem = os::PosixWholeFiles().replace(path, latency_html(report));
  if (!problem.empty()) {
    throw SetupError(ExitCode::Io, "cannot be written: " + problem, path,
                     "name a file in a folder that exists and has room; the figures are on stdout");
  }
}

std::vector<diagnose::LatencyArm> chosen_arms(const LatencyOptions& options,
                                              const diagnose::LatencyChoice& choice,
                                              const diagnose::LatencyMachine& machine) {
  std::vector<diagnose::LatencyArm> arms = diagnose::latency_arms(choice, machine);
  if (!options.arms.empty()) {
    std::erase_if(arms, [&options](const diagnose::LatencyArm& arm) {
      return std::find(options.arms.begin(), options.arms.end(), arm.name) == options.arms.end();
    });
  }
  return arms;
}

}  // namespace

ExitCode latency_command(const LatencyOptions& options) {
  if (!options.as_child.empty()) {
    return run_latency_task(parse_task(options.as_child));
  }
  os::ignore_deadly_signals();
  const os::SysfsTree files;
  const os::MonotonicClock clock;
  const os::Topology topology = os::machine_topology();
  const diagnose::LatencyMachine machine{
      .usable = topology.usable(), .online = topology.online, .isolated = topology.isolated};
  const diagnose::LatencyChoice choice{
      .core = core_of(options, machine), .priority = options.priority, .period = options.period};
  const std::string counters_problem = os::PerfCounter(os::PerfEvent::Instructions).problem();
  if (!options.html.empty()) {
    require_output_place(options.html);
  }

  LatencyReport report;
  report.core = choice.core;
  report.priority = choice.priority;
  report.shape = shape_of(options, counters_problem.empty());
  report.counters_problem = counters_problem;
  report.kernel = os::kernel_name();
  report.facts = diagnose::latency_facts(files, report.kernel.version, choice.core);
  report.date = second_words(os::SystemWallClock().read().wall);
  report.version = ISOTHERM_VERSION;
  const diagnose::LatencyPlan plan{.arms = chosen_arms(options, choice, machine),
                                   .shape = report.shape,
                                   .rounds = options.rounds,
                                   .duration = options.duration};
  report.seed = plan.seed;

  // This process is housekeeping, and stays off the measured core as its blocks' housekeeping does.
  const core::CpuSet beside = diagnose::cores_beside(machine, choice.core);
  os::pin_this_thread(beside);
  Interruption interruption;
  std::optional<LatencyLoad> load;
  if (options.load) {
    const core::CpuSet cores = load_cores(options, machine, choice.core);
    load.emplace(cores, load_folder(options));
    report.load = "processor, memory and disk on core " + cores.text();
  }
  const diagnose::MachineCounts before = diagnose::machine_counts(files, choice.core);
  const core::MonotonicTime start = clock.now();
  {
    ProgressView view(!options.json && Console::has_terminal(), report.shape);
    ProcessBlockRunner runner(machine.usable, beside, [&](core::Nanoseconds elapsed) {
      view.tick(elapsed);
      return !interruption.seen();
    });
    report.results = diagnose::run_latency(
        plan, runner, [&view](const diagnose::LatencyProgress& now) { view.watch(now); });
  }
  report.took = clock.now() - start;
  report.meanwhile = diagnose::counts_between(before, diagnose::machine_counts(files, choice.core));
  if (load) {
    report.load_troubles = load->troubles();
    load.reset();
  }
  std::fputs((options.json ? latency_json(report) : latency_text(report)).c_str(), stdout);
  if (!options.html.empty()) {
    write_html(options.html, report);
  }
  return report.results.any_measured() || report.results.interrupted ? ExitCode::Ok
                                                                     : ExitCode::Unavailable;
}

}  // namespace isotherm::app
