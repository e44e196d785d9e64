// What the history costs the card, and how fast it answers.
//
//   isotherm_history_paired            two hours of 24 sensors, a month of 8
//   isotherm_history_paired --year     a day of 24 sensors, a year of 8 at windows of 1 s (250
//                                      million), the last 14 days still there as windows
//   --flush SECONDS, --directory DIR, --writes-only, --answers-only
//   --every-window  makes each of the 250 million; without it those that will have expired are made
//                   as minutes, which leaves the same tiers in a twentieth of the time
//   --keep          leaves the file of the answers, and uses the one that is there
//
// Written: what is passed to write(2) for the database, its WAL and its index file, checkpoints,
// merging and deleting included, until the file is closed; and, beside it, what the kernel counted
// (write_bytes of /proc/self/io: whole pages of the page cache). Kept: the chunks in the file at
// the end with their keys, and the file itself. The answers are timed in a process of their own
// each.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/setup_error.hpp"
#include "history/history_file.hpp"
#include "history/history_reader.hpp"

namespace {

using isotherm::core::Nanoseconds;
using isotherm::core::WallTime;
using isotherm::history::HistoryFile;
using isotherm::history::HistoryReader;
using isotherm::history::HistorySettings;
using isotherm::history::HistoryUsage;
using isotherm::history::TimeRange;
using std::chrono::hours;
using std::chrono::seconds;

constexpr WallTime kStart{seconds{1735689600}};  // 2025-01-01T00:00:00Z
constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::uint64_t kSamples = 100;  // a window
constexpr std::uint64_t kNoCap = std::uint64_t{1} << 40U;

struct Options {
  bool year = false;
  bool keep = false;
  bool writes_only = false;
  bool answers_only = false;
  bool every_window = false;
  std::int64_t flush = 60;
  std::string directory = "/tmp";
};

// xorshift64*, Vigna 2016: making the rows must not be what is measured.
class Random {
 public:
  std::uint64_t next() {
    state_ ^= state_ >> 12U;
    state_ ^= state_ << 25U;
    state_ ^= state_ >> 27U;
    return state_ * 0x2545F4914F6CDD1DU;
  }
  // About normal, deviation 1: twelve uniform ones.
  double normal() {
    double sum = -6.0;
    for (int i = 0; i < 12; i += 2) {
      const std::uint64_t bits = next();
      sum += static_cast<double>(bits >> 32U) * 0x1p-32 +
             static_cast<double>(bits & 0xFFFFFFFFU) * 0x1p-32;
    }
    return sum;
  }

 private:
  std::uint64_t state_ = 88'172'645'463'325'252U;
};

// A room: a daily swing and noise of 0.04 degrees, in thousandths; lateness around 10 us.
isotherm::core::Row make_row(Random& random, const std::string& sensor, std::int64_t second,
                             std::uint64_t windows) {
  isotherm::core::Row row;
  row.time = kStart + seconds{second};
  row.uptime = seconds{100 + second};
  row.sensor = sensor;
  row.unit = "degC";
  row.clock = isotherm::core::ClockState::Synced;
  row.counts.scheduled = kSamples * windows;
  row.counts.missed = random.next() % 1000 < windows ? 1 : 0;
  row.counts.good = row.counts.scheduled - row.counts.missed;
  row.merged_rows = windows > 1 ? windows : 0;
  const double level =
      21'000 + 3000 * std::sin(static_cast<double>(second % kDaySeconds) * 6.283185 / kDaySeconds);
  const auto thousandths = [](double value) {
    return static_cast<double>(std::llround(value)) / 1000;
  };
  const auto good = static_cast<double>(row.counts.good);
  isotherm::core::WindowStatistics statistics;
  const double last = level + 40 * random.normal();
  statistics.last = thousandths(last);
  statistics.min = std::min(statistics.last, thousandths(level - 100 - 15 * random.normal()));
  statistics.max = std::max(statistics.last, thousandths(level + 100 + 15 * random.normal()));
  statistics.mean = thousandths((level + 4 * random.normal()) * good) / good;
  statistics.stddev = 0.04 * (1 + 0.07 * random.normal());
  row.statistics = statistics;
  const auto late = static_cast<std::int64_t>(9000 * std::exp(0.6 * random.normal()));
  row.lateness = isotherm::core::WindowLateness{
      Nanoseconds{late}, Nanoseconds{late + static_cast<std::int64_t>(random.next() % 4000)}};
  return row;
}

struct Plan {
  int sensors = 8;
  std::int64_t seconds = 0;
  std::int64_t flush = 60;
  std::int64_t minutes_until =
      0;  // seconds from the start; a row a minute before it, then a second
};

HistoryUsage write_history(const std::string& path, const HistorySettings& settings,
                           const Plan& plan) {
  Random random;
  std::vector<std::string> names;
  names.reserve(static_cast<std::size_t>(plan.sensors));
  for (int i = 0; i < plan.sensors; ++i) {
    names.push_back("sensor" + std::to_string(i));
  }
  HistoryFile file(path, settings, "bench");
  std::vector<isotherm::core::Row> rows;
  std::int64_t length = 0;
  for (std::int64_t second = 0; second < plan.seconds; second += length) {
    length = second < plan.minutes_until ? 60 : 1;
    for (const std::string& name : names) {
      rows.push_back(make_row(random, name, second, static_cast<std::uint64_t>(length)));
    }
    if ((second + length) % plan.flush == 0 || second + length == plan.seconds) {
      std::size_t taken = 0;
      const auto status = file.append(rows, taken);
      if (!status.ok()) {
        throw std::runtime_error(status.error);
      }
      rows.clear();
    }
  }
  file.checkpoint();
  return file.usage();
}

// Of this process, as the block layer will see it. Nothing where the kernel does not say (or on a
// tmpfs).
std::uint64_t kernel_write_bytes() {
  std::ifstream io("/proc/self/io");
  std::string name;
  std::uint64_t value = 0;
  while (io >> name >> value) {
    if (name == "write_bytes:") {
      return value;
    }
  }
  return 0;
}

void remove_history(const std::string& path) {
  for (const char* end : {"", "-wal", "-shm"}) {
    std::filesystem::remove(path + end);
  }
}

void measure_writes(const Options& options, std::int64_t flush, const char* what,
                    const HistorySettings& settings) {
  const std::string path = options.directory + "/isotherm-bench-writes.db";
  remove_history(path);
  const Plan plan{24, options.year ? kDaySeconds : kDaySeconds / 12, flush};
  const std::uint64_t before = kernel_write_bytes();
  const HistoryUsage usage = write_history(path, settings, plan);
  const std::uint64_t kernel = kernel_write_bytes() - before;
  const auto rows = static_cast<double>(plan.sensors) * static_cast<double>(plan.seconds);
  const auto written = static_cast<double>(usage.written_bytes);
  const auto file = static_cast<double>(std::filesystem::file_size(path));
  const auto kept = static_cast<double>(usage.kept_bytes);
  std::printf(
      "{\"name\": \"history_writes_%s_flush_%lld\", \"rows\": %.0f, \"kept_a_row\": %.2f, "
      "\"file_a_row\": %.2f, \"written_a_row\": %.2f, \"kernel_a_row\": %.2f, "
      "\"written_over_kept\": %.3f, \"written_over_file\": %.3f}\n",
      what, static_cast<long long>(flush), rows, kept / rows, file / rows, written / rows,
      static_cast<double>(kernel) / rows, written / kept, written / file);
  std::fflush(stdout);
  remove_history(path);
}

void measure_all_writes(const Options& options) {
  HistorySettings growing;
  growing.cap_bytes = kNoCap;
  for (const std::int64_t flush : {std::int64_t{10}, options.flush, std::int64_t{300}}) {
    measure_writes(options, flush, "growing", growing);
  }
  // Where it has reached its retention: as much is deleted as is written.
  HistorySettings full = growing;
  full.retention[0] = options.year ? hours{6} : hours{1};
  measure_writes(options, options.flush, "full", full);
}

// In a child, from opening the file to the answer; nothing of it is cached but by the kernel.
double cold_ms(const std::function<void()>& question) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) {
    std::abort();
  }
  const pid_t child = fork();
  if (child == 0) {
    const auto start = std::chrono::steady_clock::now();
    question();
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    const double value = took.count();
    const ssize_t done = ::write(ends[1], &value, sizeof value);
    _exit(done == sizeof value ? 0 : 1);
  }
  double value = 0.0;
  const ssize_t got = ::read(ends[0], &value, sizeof value);
  int status = 0;
  waitpid(child, &status, 0);
  close(ends[0]);
  close(ends[1]);
  return got == sizeof value && status == 0 ? value : -1.0;
}

void measure_question(const char* name, const std::function<void()>& question, double limit_ms) {
  std::vector<double> times(11);
  std::generate(times.begin(), times.end(), [&] { return cold_ms(question); });
  std::sort(times.begin(), times.end());
  std::printf(
      "{\"name\": \"history_%s_ms\", \"median\": %.2f, \"low\": %.2f, \"high\": %.2f, "
      "\"goal\": %.0f}\n",
      name, times[5], times[0], times[10], limit_ms);
  std::fflush(stdout);
}

void measure_answers(const Options& options) {
  const std::string path = options.directory + "/isotherm-bench-answers.db";
  const std::int64_t days = options.year ? 365 : 30;
  if (!options.keep || !std::filesystem::exists(path)) {
    remove_history(path);
    HistorySettings settings;
    settings.cap_bytes = kNoCap;
    const auto start = std::chrono::steady_clock::now();
    const std::int64_t expired = options.every_window ? 0 : std::max<std::int64_t>(days - 15, 0);
    write_history(path, settings, {8, days * kDaySeconds, 1800, expired * kDaySeconds});
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    std::printf(
        "{\"name\": \"history_made\", \"days\": %lld, \"seconds\": %.0f, \"bytes\": %llu}\n",
        static_cast<long long>(days), took.count(),
        static_cast<unsigned long long>(std::filesystem::file_size(path)));
    std::fflush(stdout);
  }
  std::vector<std::int64_t> sensors(8);
  std::iota(sensors.begin(), sensors.end(), 0);
  const WallTime end = kStart + seconds{days * kDaySeconds};
  // Not on whole hours, and the last of it not merged yet.
  const TimeRange day{end - hours{24} - seconds{1234}, end - seconds{1234}};
  const TimeRange older_day{kStart + hours{100} + seconds{77}, kStart + hours{124} + seconds{77}};
  const TimeRange year{kStart, end};
  const auto totals = [&](const TimeRange& range) {
    return [&path, &sensors, range] {
      HistoryReader reader(path);
      if (!reader.totals(sensors, range)[0]) {
        std::abort();
      }
    };
  };
  const auto series = [&](const TimeRange& range, std::size_t limit) {
    return [&path, &sensors, range, limit] {
      HistoryReader reader(path);
      if (reader.series(sensors, range, limit).buckets[0].size() < limit / 4) {
        std::abort();
      }
    };
  };
  measure_question("totals_day", totals(day), 100);
  measure_question("totals_older_day", totals(older_day), 100);
  measure_question("series_day", series(day, 1440), 100);
  measure_question("series_older_day", series(older_day, 1440), 100);
  measure_question("totals_year", totals(year), 300);
  measure_question("series_year", series(year, 1440), 300);
  measure_question(
      "extent_and_events",
      [&path, year] {
        HistoryReader reader(path);
        if (!reader.extent() || !reader.events(year).empty()) {
          std::abort();
        }
      },
      100);
  if (!options.keep) {
    remove_history(path);
  }
}

Options parse(int count, char** words) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word == "--year") {
      options.year = true;
    } else if (word == "--writes-only") {
      options.writes_only = true;
    } else if (word == "--answers-only") {
      options.answers_only = true;
    } else if (word == "--every-window") {
      options.every_window = true;
    } else if (word == "--keep") {
      options.keep = true;
    } else if (word == "--flush" && i + 1 < count) {
      const std::string number = words[++i];
      std::from_chars(number.data(), number.data() + number.size(), options.flush);
    } else if (word == "--directory" && i + 1 < count) {
      options.directory = words[++i];
    } else {
      std::fprintf(stderr, "unknown option: %s\n", word.c_str());
      std::exit(2);
    }
  }
  return options;
}

}  // namespace

int main(int count, char** words) {
  const Options options = parse(count, words);
  try {
    if (!options.answers_only) {
      measure_all_writes(options);
    }
    if (!options.writes_only) {
      measure_answers(options);
    }
  } catch (const isotherm::core::SetupError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
