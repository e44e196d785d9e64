#include "app/log_follow.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <functional>
#include <map>

#include "app/log_rows.hpp"
#include "os/growing_file.hpp"
#include "query/glob.hpp"
#include "query/row_stream.hpp"

namespace isotherm::app {
namespace {

using core::WallTime;
using history::TimeRange;

constexpr auto kPoll = std::chrono::seconds{1};
// No window is longer: rows that started so long ago may still come.
constexpr core::Nanoseconds kWindowLimit = std::chrono::hours{1};

// Where rows go.
class RowOutlet {
 public:
  explicit RowOutlet(const LogQuestion& question)
      : question_(question), printer_(question.options, question.sensors) {}

  bool begin() { return question_.output.put(printer_.begin(question_.range)); }
  void put(const core::Row& row) {
    if (wants(row.sensor)) {
      open_ = question_.output.put(printer_.row(row)) && open_;
    }
  }
  [[nodiscard]] bool wants(const std::string& sensor) const {
    const auto& globs = question_.options.sensors;
    return globs.empty() || std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) {
             return query::glob_matches(glob, sensor);
           });
  }
  // False if nobody reads any more.
  [[nodiscard]] bool flush() {
    open_ = question_.output.flush() && open_;
    return open_;
  }

 private:
  const LogQuestion& question_;
  LogRowPrinter printer_;
  bool open_ = true;
};

bool wants_past(const LogOptions& options) { return options.since || options.from; }

class FileFollower {
 public:
  FileFollower(const query::LogFiles& files, const LogQuestion& question, RowOutlet& outlet)
      : outlet_(outlet), file_(files.rows.back().path), stream_(files.rows.back().format) {
    const bool past = wants_past(question.options);
    if (past) {
      query::LogFiles rotated{files.rows, {}};
      rotated.rows.pop_back();
      query::FileSource source(rotated);
      source.each(question.sensors, {question.range.from, WallTime::max() - kWindowLimit}, {},
                  [&](std::size_t sensor, const history::Bucket& bucket) {
                    outlet_.put(row_of(question.sensors[sensor], bucket, true));
                    return true;
                  });
    }
    read([&](const core::Row& row) {
      if (past && row.time >= question.range.from) {
        outlet_.put(row);
      }
    });
  }

  void poll() {
    read([this](const core::Row& row) { outlet_.put(row); });
  }

 private:
  void read(const std::function<void(const core::Row&)>& visit) {
    for (auto growth = file_.read(); !growth.text.empty(); growth = file_.read()) {
      if (growth.fresh) {
        stream_.restart();
      }
      stream_.add(growth.text, visit);
    }
  }

  RowOutlet& outlet_;
  os::GrowingFile file_;
  query::RowStream stream_;
};

class HistoryFollower {
 public:
  HistoryFollower(const LogQuestion& question, RowOutlet& outlet)
      : source_(question.source), outlet_(outlet), from_(question.range.from) {
    const bool past = wants_past(question.options);
    if (!past) {
      from_ = (question.extent ? question.extent->to : question.now) - kWindowLimit;
    }
    look(past);
  }

  void poll() { look(true); }

 private:
  void look(bool print) {
    const TimeRange range{from_, WallTime::max() - kWindowLimit * 48};
    const auto sensors = source_.sensors(range);
    source_.each(sensors, range, {}, [&](std::size_t i, const history::Bucket& bucket) {
      const auto [last, is_new] = shown_.try_emplace(sensors[i].name, bucket.time);
      if (!is_new && bucket.time <= last->second) {
        return true;
      }
      last->second = bucket.time;
      from_ = std::max(from_, bucket.time - kWindowLimit);
      if (print) {
        outlet_.put(row_of(sensors[i], bucket, true));
      }
      return true;
    });
  }

  query::LogSource& source_;
  RowOutlet& outlet_;
  WallTime from_;
  std::map<std::string, WallTime> shown_;  // the newest of each sensor
};

// Calls `poll` once a second while it says true, until a signal.
void poll_until_signal(const std::function<bool()>& poll) {
  boost::asio::io_context context;
  boost::asio::signal_set signals(context, SIGINT, SIGTERM, SIGHUP);
  boost::asio::steady_timer timer(context);
  signals.async_wait([&](const boost::system::error_code& error, int /*signal*/) {
    if (!error) {
      context.stop();
    }
  });
  std::function<void()> wait = [&] {
    timer.expires_after(kPoll);
    timer.async_wait([&](const boost::system::error_code& error) {
      if (error || !poll()) {
        context.stop();
        return;
      }
      wait();
    });
  };
  wait();
  context.run();
}

template <typename Follower>
void follow_with(Follower follower, RowOutlet& outlet) {
  if (!outlet.flush()) {
    return;
  }
  poll_until_signal([&] {
    follower.poll();
    return outlet.flush();
  });
}

}  // namespace

void follow_log(const LogPlace& place, const LogQuestion& question) {
  RowOutlet outlet(question);
  if (!outlet.begin()) {
    return;
  }
  if (place.files.rows.empty()) {
    follow_with(HistoryFollower(question, outlet), outlet);
  } else {
    follow_with(FileFollower(place.files, question, outlet), outlet);
  }
}

}  // namespace isotherm::app
