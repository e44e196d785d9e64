#include "query/row_parse.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>

#include "core/json_text.hpp"
#include "core/row_format.hpp"
#include "query/json_line.hpp"

namespace isotherm::query {
namespace {

// Places in core::kCsvHeader.
struct Column {
  enum Place : std::size_t {
    Time,
    Uptime,
    Sensor,
    Unit,
    Scheduled,
    Good,
    Faulty,
    Missed,
    Dropped,
    Min,
    Mean,
    Max,
    Stddev,
    Last,
    LateP99,
    LateMax,
    Clock,
    Faults,
  };
};
static_assert(Column::Faults + 1 == core::kCsvColumns);

constexpr double kNsPerSecond = 1e9;
constexpr double kNsPerMicrosecond = 1e3;

template <typename Number>
bool parse_number(std::string_view text, Number& number) {
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && result.ec == std::errc{} && result.ptr == text.data() + text.size();
}

// An empty text is no number, which is fine; false for what is neither.
bool parse_optional(std::string_view text, std::optional<double>& number) {
  number.reset();
  if (text.empty() || text == "null") {
    return true;
  }
  double value = 0;
  if (!parse_number(text, value) || !std::isfinite(value)) {
    return false;
  }
  number = value;
  return true;
}

std::optional<core::Nanoseconds> duration_of(std::optional<double> number, double unit) {
  constexpr double kMost = 9e18;
  if (!number || std::abs(*number * unit) > kMost) {
    return std::nullopt;
  }
  return core::Nanoseconds{std::llround(*number * unit)};
}

// The texts of a row, whichever format they come from.
struct RowTexts {
  std::array<std::string_view, core::kCsvColumns> text;
};

bool take_counts(const RowTexts& texts, core::SlotCounts& counts) {
  return parse_number(texts.text[Column::Scheduled], counts.scheduled) &&
         parse_number(texts.text[Column::Good], counts.good) &&
         parse_number(texts.text[Column::Faulty], counts.faulty) &&
         parse_number(texts.text[Column::Missed], counts.missed) &&
         parse_number(texts.text[Column::Dropped], counts.dropped) && counts.identity_holds();
}

bool take_values(const RowTexts& texts, core::Row& row) {
  std::optional<double> min;
  std::optional<double> mean;
  std::optional<double> max;
  std::optional<double> stddev;
  std::optional<double> last;
  if (!parse_optional(texts.text[Column::Min], min) ||
      !parse_optional(texts.text[Column::Mean], mean) ||
      !parse_optional(texts.text[Column::Max], max) ||
      !parse_optional(texts.text[Column::Stddev], stddev) ||
      !parse_optional(texts.text[Column::Last], last)) {
    return false;
  }
  row.statistics.reset();
  if (min && mean && max && last) {
    row.statistics = core::WindowStatistics{*min, *mean, *max, stddev, *last};
  }
  // A value that is infinite is printed as none, so good samples without statistics may be.
  return !row.statistics || row.counts.good > 0;
}

bool take_lateness(const RowTexts& texts, core::Row& row) {
  std::optional<double> p99;
  std::optional<double> max;
  if (!parse_optional(texts.text[Column::LateP99], p99) ||
      !parse_optional(texts.text[Column::LateMax], max)) {
    return false;
  }
  row.lateness.reset();
  const auto p99_time = duration_of(p99, kNsPerMicrosecond);
  const auto max_time = duration_of(max, kNsPerMicrosecond);
  if (p99_time && max_time) {
    row.lateness = core::WindowLateness{*p99_time, *max_time};
  }
  return true;
}

bool take_fault(std::string_view word, std::string_view number, core::Row& row) {
  std::uint64_t count = 0;
  if (!parse_number(number, count)) {
    return false;
  }
  if (word == "merged_rows") {
    row.merged_rows = count;
  } else if (const auto fault = core::fault_from_word(word)) {
    row.faults.at(core::index_of(*fault)) = count;
  } else {
    // A reason of a later isotherm: an error of some other kind.
    row.faults.at(core::index_of(core::Fault::Io)) += count;
  }
  return true;
}

// All but sensor, unit and faults.
bool take_row(const RowTexts& texts, core::Row& row) {
  const auto time = parse_log_time(texts.text[Column::Time]);
  std::optional<double> uptime;
  if (!time || !parse_optional(texts.text[Column::Uptime], uptime) ||
      !take_counts(texts, row.counts) || !take_values(texts, row) || !take_lateness(texts, row)) {
    return false;
  }
  row.time = *time;
  row.uptime = duration_of(uptime, kNsPerSecond).value_or(core::Nanoseconds{0});
  row.clock = core::clock_from_word(texts.text[Column::Clock]).value_or(core::ClockState::Unsynced);
  row.faults = {};
  row.merged_rows = 0;
  return true;
}

bool take_csv_faults(std::string_view text, core::Row& row) {
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find(';'));
    const std::size_t colon = one.find(':');
    if (colon == std::string_view::npos ||
        !take_fault(one.substr(0, colon), one.substr(colon + 1), row)) {
      return false;
    }
    text.remove_prefix(std::min(one.size() + 1, text.size()));
  }
  return true;
}

constexpr std::array<std::string_view, core::kCsvColumns> column_names() {
  std::array<std::string_view, core::kCsvColumns> names{};
  std::string_view header = core::kCsvHeader;
  for (std::string_view& name : names) {
    name = header.substr(0, header.find_first_of(",\n"));
    header.remove_prefix(name.size() + 1);
  }
  return names;
}

constexpr std::array<std::string_view, core::kCsvColumns> kColumnNames = column_names();
static_assert(kColumnNames[Column::Faults] == "faults");

std::string_view column_name(std::size_t column) { return kColumnNames.at(column); }

int two_digits(std::string_view text, std::size_t at) {
  const auto digit = [&](std::size_t i) {
    return text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : -1000;
  };
  return digit(at) * 10 + digit(at + 1);
}

}  // namespace

bool split_csv(std::string_view line, std::vector<std::string>& fields) {
  std::size_t count = 0;
  const auto next = [&]() -> std::string& {
    if (count == fields.size()) {
      fields.emplace_back();
    }
    fields[count].clear();
    return fields[count++];
  };
  for (bool more = true; more;) {
    std::string& field = next();
    if (line.starts_with('"')) {
      line.remove_prefix(1);
      for (;;) {
        const std::size_t quote = line.find('"');
        if (quote == std::string_view::npos) {
          return false;
        }
        field += line.substr(0, quote);
        line.remove_prefix(quote + 1);
        if (!line.starts_with('"')) {
          break;
        }
        field += '"';
        line.remove_prefix(1);
      }
    }
    const std::size_t comma = line.find(',');
    more = comma != std::string_view::npos;
    field += line.substr(0, more ? comma : line.size());
    line.remove_prefix(more ? comma + 1 : line.size());
  }
  fields.resize(count);
  return true;
}

std::optional<core::WallTime> parse_log_time(std::string_view text) {
  // 2026-01-01T00:00:00.000Z
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
      text[16] != ':' || text.back() != 'Z') {
    return std::nullopt;
  }
  const int year = two_digits(text, 0) * 100 + two_digits(text, 2);
  const int month = two_digits(text, 5);
  const int day = two_digits(text, 8);
  const int hour = two_digits(text, 11);
  const int minute = two_digits(text, 14);
  const int second = two_digits(text, 17);
  if (year < 1678 || year > 2261 || month < 1 || day < 1 || hour < 0 || hour > 23 || minute < 0 ||
      minute > 59 || second < 0 || second > 60) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) {
    return std::nullopt;
  }
  std::int64_t fraction = 0;
  std::string_view digits = text.substr(19, text.size() - 20);
  if (!digits.empty()) {
    if (digits.front() != '.' || digits.size() < 2 || digits.size() > 10 ||
        !parse_number(digits.substr(1), fraction) || fraction < 0) {
      return std::nullopt;
    }
    for (std::size_t place = digits.size(); place < 10; ++place) {
      fraction *= 10;
    }
  }
  return core::WallTime{std::chrono::sys_days{date}} + std::chrono::hours{hour} +
         std::chrono::minutes{minute} + std::chrono::seconds{second} + core::Nanoseconds{fraction};
}

bool CsvRows::take_header() {
  bool complete = true;
  columns_ = fields_.size();
  for (std::size_t column = 0; column < places_.size(); ++column) {
    places_.at(column) = fields_.size();
    for (std::size_t place = 0; place < fields_.size(); ++place) {
      if (fields_[place] == column_name(column)) {
        places_.at(column) = place;
      }
    }
    complete = complete && (places_.at(column) < fields_.size() || column > Column::Dropped);
  }
  return complete;
}

std::string_view CsvRows::field(std::size_t column) const {
  const std::size_t place = places_.at(column);
  return place < fields_.size() ? std::string_view(fields_[place]) : std::string_view();
}

CsvRows::Line CsvRows::parse(std::string_view line, core::Row& row) {
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  if (!split_csv(line, fields_)) {
    return Line::Nonsense;
  }
  if (!fields_.empty() && fields_.front() == column_name(Column::Time)) {
    return take_header() ? Line::Header : Line::Nonsense;
  }
  if (fields_.size() != columns_) {
    return Line::Nonsense;
  }
  RowTexts texts;
  for (std::size_t column = 0; column < texts.text.size(); ++column) {
    texts.text.at(column) = field(column);
  }
  if (texts.text[Column::Sensor].empty() || !take_row(texts, row) ||
      !take_csv_faults(texts.text[Column::Faults], row)) {
    return Line::Nonsense;
  }
  row.sensor = texts.text[Column::Sensor];
  row.unit = texts.text[Column::Unit];
  return Line::Row;
}

bool parse_json_row(std::string_view line, core::Row& row) {
  const auto members = parse_json_object(line);
  if (!members) {
    return false;
  }
  RowTexts texts;
  for (const JsonMember& member : *members) {
    for (std::size_t column = 0; column < texts.text.size(); ++column) {
      if (member.name == column_name(column)) {
        texts.text.at(column) = member.value;
      }
    }
  }
  const auto sensor = json_string(texts.text[Column::Sensor]);
  const auto unit = json_string(texts.text[Column::Unit]);
  const auto time = json_string(texts.text[Column::Time]);
  const auto clock = json_string(texts.text[Column::Clock]);
  if (!sensor || sensor->empty() || !unit || !time || !clock) {
    return false;
  }
  texts.text[Column::Time] = *time;
  texts.text[Column::Clock] = *clock;
  const auto faults = parse_json_object(texts.text[Column::Faults]);
  if (!faults || !take_row(texts, row)) {
    return false;
  }
  for (const JsonMember& fault : *faults) {
    if (!take_fault(fault.name, fault.value, row)) {
      return false;
    }
  }
  row.sensor = *sensor;
  row.unit = *unit;
  return true;
}

std::optional<history::StoredEvent> parse_event(std::string_view line) {
  const auto members = parse_json_object(line);
  if (!members) {
    return std::nullopt;
  }
  history::StoredEvent event;
  std::optional<core::WallTime> time;
  event.fields = "{";
  for (const JsonMember& member : *members) {
    if (member.name == "time") {
      time = parse_log_time(json_string(member.value).value_or(""));
    } else if (member.name == "severity") {
      event.severity = core::severity_from_word(json_string(member.value).value_or(""))
                           .value_or(core::Severity::Info);
    } else if (member.name == "event") {
      event.kind = json_string(member.value).value_or("");
    } else {
      event.fields += event.fields.size() > 1 ? "," : "";
      core::append_json_string(event.fields, member.name);
      event.fields += ':';
      event.fields += member.value;
    }
  }
  event.fields += '}';
  if (!time || event.kind.empty()) {
    return std::nullopt;
  }
  event.time = *time;
  return event;
}

}  // namespace isotherm::query
