#include "diagnose/trace_text.hpp"

#include <array>
#include <charconv>

#include "core/json_text.hpp"

namespace isotherm::diagnose {
namespace {

constexpr std::uint64_t kNsPerUs = 1000;

template <typename Integer>
void append_number(std::string& out, Integer number) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

// 1234567 ns is 1234.567. In integers: a double would do for 104 days of uptime only.
void append_microseconds(std::string& out, std::int64_t ns) {
  if (ns < 0) {
    out += '-';
  }
  const auto magnitude =
      ns < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(ns) : static_cast<std::uint64_t>(ns);
  append_number(out, magnitude / kNsPerUs);
  const std::uint64_t rest = magnitude % kNsPerUs;
  out += '.';
  out += static_cast<char>('0' + rest / 100);
  out += static_cast<char>('0' + rest / 10 % 10);
  out += static_cast<char>('0' + rest % 10);
}

std::string_view name_of(const TraceTrack& track, const core::TraceRecord& record) {
  switch (record.kind()) {
    case core::TraceKind::Slot:
      return "slot";
    case core::TraceKind::Missed:
      return "missed";
    case core::TraceKind::Read:
      return record.sensor < track.sensors.size() ? std::string_view{track.sensors[record.sensor]}
                                                  : std::string_view{"read"};
    case core::TraceKind::Drain:
      return "drain";
    case core::TraceKind::Window:
      return "window closed";
    case core::TraceKind::Write:
      return "write";
    case core::TraceKind::Sync:
      return "sync";
    case core::TraceKind::Rotate:
      return "rotate";
  }
  return "?";
}

void append_arguments(std::string& out, const TraceTrack& track, const core::TraceRecord& record) {
  const auto number = [&out](std::string_view name, std::uint64_t value) {
    out.append(name);
    append_number(out, value);
  };
  switch (record.kind()) {
    case core::TraceKind::Slot:
      number("\"slot\":", record.slot);
      out += ",\"late_us\":";
      append_microseconds(out, static_cast<std::int64_t>(std::uint64_t{record.count}));
      break;
    case core::TraceKind::Missed:
      number("\"slot\":", record.slot);
      number(",\"slots\":", record.count);
      break;
    case core::TraceKind::Read:
      number("\"slot\":", record.slot);
      if (record.fault() != core::Fault::None) {
        out += ",\"fault\":\"";
        out.append(core::fault_word(record.fault()));
        out += '"';
      }
      break;
    case core::TraceKind::Drain:
      number("\"samples\":", record.count);
      break;
    case core::TraceKind::Window:
      out += "\"sensor\":";
      core::append_json_string(out, record.sensor < track.sensors.size()
                                        ? track.sensors[record.sensor]
                                        : std::string_view{});
      number(",\"scheduled\":", record.count);
      break;
    case core::TraceKind::Write:
      number("\"bytes\":", record.count);
      break;
    case core::TraceKind::Sync:
    case core::TraceKind::Rotate:
      break;
  }
}

}  // namespace

// {"name":"slot","ph":"X","pid":1,"tid":2
void TraceText::append_begin(std::string& out, std::string_view name, char phase,
                             std::uint32_t track) const {
  out += "{\"name\":";
  core::append_json_string(out, name);
  out += ",\"ph\":\"";
  out += phase;
  out += "\",\"pid\":";
  append_number(out, process_id_);
  out += ",\"tid\":";
  append_number(out, track);
}

void TraceText::append_head(std::string& out, std::string_view process) const {
  out += "[\n";
  append_begin(out, "process_name", 'M', 0);
  out += ",\"args\":{\"name\":";
  core::append_json_string(out, process);
  out += "}}";
}

void TraceText::append_thread_name(std::string& out, std::string_view name,
                                   std::uint32_t id) const {
  out += ",\n";
  append_begin(out, "thread_name", 'M', id);
  out += ",\"args\":{\"name\":";
  core::append_json_string(out, name);
  out += "}},\n";
  append_begin(out, "thread_sort_index", 'M', id);
  out += ",\"args\":{\"sort_index\":";
  append_number(out, id);
  out += "}}";
}

void TraceText::append_track(std::string& out, const TraceTrack& track) const {
  append_thread_name(out, track.thread, track.id);
  if (track.reader) {
    append_thread_name(out, track.thread + " missed", track.id + 1);
  }
}

void TraceText::append_record(std::string& out, const TraceTrack& track,
                              const core::TraceRecord& record) const {
  const bool instant = record.kind() == core::TraceKind::Window;
  const bool missed = record.kind() == core::TraceKind::Missed;
  out += ",\n";
  append_begin(out, name_of(track, record), instant ? 'i' : 'X', track.id + (missed ? 1 : 0));
  out += ",\"ts\":";
  append_microseconds(out, record.start_ns);
  if (instant) {
    out += ",\"s\":\"t\"";  // of this thread, not of all
  } else {
    out += ",\"dur\":";
    append_microseconds(out, record.duration_ns);
  }
  out += ",\"args\":{";
  append_arguments(out, track, record);
  out += "}}";
}

void TraceText::append_note(std::string& out, std::string_view name, core::MonotonicTime at,
                            const std::vector<Argument>& arguments) const {
  out += ",\n";
  append_begin(out, name, 'i', 0);
  out += ",\"ts\":";
  append_microseconds(out, at.time_since_epoch().count());
  out += ",\"s\":\"p\",\"args\":{";
  std::string_view comma;
  for (const Argument& argument : arguments) {
    out.append(comma);
    core::append_json_string(out, argument.name);
    out += ':';
    if (argument.quoted) {
      core::append_json_string(out, argument.value);
    } else {
      out.append(argument.value);
    }
    comma = ",";
  }
  out += "}}";
}

void TraceText::append_counter(std::string& out, std::string_view name, core::MonotonicTime at,
                               std::uint64_t value) const {
  out += ",\n";
  append_begin(out, name, 'C', 0);
  out += ",\"ts\":";
  append_microseconds(out, at.time_since_epoch().count());
  out += ",\"args\":{\"events\":";
  append_number(out, value);
  out += "}}";
}

}  // namespace isotherm::diagnose
