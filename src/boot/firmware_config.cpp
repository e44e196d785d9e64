#include "boot/firmware_config.hpp"

#include <algorithm>
#include <utility>

namespace isotherm::boot {
namespace {

constexpr std::string_view kBegin = "# >>> isotherm board";
constexpr std::string_view kEnd = "# <<< isotherm board";
constexpr std::string_view kAll = "[all]";
constexpr std::string_view kBlanks = " \t\r\n";

// With their line ends.
std::vector<std::string_view> raw_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::size_t length = end == std::string_view::npos ? text.size() : end + 1;
    lines.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return lines;
}

std::string_view trimmed(std::string_view line) {
  const std::size_t first = line.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) {
    return {};
  }
  return line.substr(first, line.find_last_not_of(kBlanks) - first + 1);
}

bool is_filter(std::string_view line) { return line.starts_with('[') && line.ends_with(']'); }

// What stands behind "property="; nothing if the line sets another property, or is a remark.
std::optional<std::string_view> value_of_property(std::string_view line,
                                                  std::string_view property) {
  if (line.starts_with(property) && line.substr(property.size()).starts_with('=')) {
    return line.substr(property.size() + 1);
  }
  return std::nullopt;
}

// "w1-gpio" of "dtoverlay=w1-gpio,gpiopin=17"; "" if the line loads no overlay. "dtoverlay=" alone
// ends the parameters of the overlay before it and loads none.
std::string_view overlay_of(std::string_view line) {
  const auto value = value_of_property(line, "dtoverlay").value_or("");
  return value.substr(0, value.find_first_of(",:"));
}

// The lines that load an overlay on every model: under no filter, or under [all].
std::vector<std::string> overlays_for_all(const std::string& text) {
  std::vector<std::string> overlays;
  bool for_all = true;
  for (const std::string_view raw : raw_lines(text)) {
    const std::string_view line = trimmed(raw);
    if (is_filter(line)) {
      for_all = line == kAll;
    } else if (for_all && !overlay_of(line).empty()) {
      overlays.emplace_back(line);
    }
  }
  return overlays;
}

struct Block {
  std::size_t first = 0;  // index of the begin mark's line
  std::size_t end = 0;    // index after the end mark's line
};

std::vector<std::size_t> marks(const std::vector<std::string_view>& lines, std::string_view mark) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (trimmed(lines[i]).starts_with(mark)) {
      found.push_back(i);
    }
  }
  return found;
}

std::optional<Block> block_in(const std::vector<std::string_view>& lines) {
  const auto begins = marks(lines, kBegin);
  const auto ends = marks(lines, kEnd);
  if (begins.size() != 1 || ends.size() != 1 || ends[0] < begins[0]) {
    return std::nullopt;
  }
  return Block{begins[0], ends[0] + 1};
}

// The lines between the marks.
std::vector<std::string_view> inside_block(std::string_view text) {
  const auto lines = raw_lines(text);
  std::vector<std::string_view> inside;
  if (const auto block = block_in(lines)) {
    for (std::size_t i = block->first + 1; i + 1 < block->end; ++i) {
      inside.push_back(trimmed(lines[i]));
    }
  }
  return inside;
}

// A text with a block, taken apart.
struct Parts {
  std::string before;   // all of it where there is no block
  std::string foreign;  // what somebody else has written into the block
  std::string after;
};

Parts parts_of(std::string_view text, std::string_view applied) {
  const auto lines = raw_lines(text);
  const auto block = block_in(lines);
  if (!block) {
    return {.before = std::string(text), .foreign = {}, .after = {}};
  }
  auto ours = inside_block(applied);
  const bool known = !ours.empty();
  Parts parts;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i < block->first) {
      parts.before += lines[i];
    } else if (i >= block->end) {
      parts.after += lines[i];
    } else if (i > block->first && i + 1 < block->end && known) {
      // Once each: a second [all] in the block is somebody else's, and ends a filter of theirs.
      const auto own = std::find(ours.begin(), ours.end(), trimmed(lines[i]));
      if (own == ours.end()) {
        parts.foreign += lines[i];
      } else {
        ours.erase(own);
      }
    }
  }
  return parts;
}

// That of the first line.
std::string line_end_of(std::string_view text) {
  const std::size_t first = text.find('\n');
  return first != std::string_view::npos && first > 0 && text[first - 1] == '\r' ? "\r\n" : "\n";
}

// Whether `rest`, which stood under the block's [all], would come to stand under a filter of
// `before`.
bool under_another_filter(std::string_view before, std::string_view rest) {
  bool for_all = true;
  for (const std::string_view line : raw_lines(before)) {
    for_all = is_filter(trimmed(line)) ? trimmed(line) == kAll : for_all;
  }
  const std::vector<std::string> lines = settings_of(rest);
  return !for_all && !lines.empty() && !is_filter(lines.front());
}

}  // namespace

std::vector<std::string> settings_of(std::string_view text) {
  std::vector<std::string> settings;
  for (const std::string_view raw : raw_lines(text)) {
    const std::string_view line = trimmed(raw);
    if (!line.empty() && !line.starts_with('#')) {
      settings.emplace_back(line);
    }
  }
  return settings;
}

std::optional<Objection> objection_to_config(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    return Objection{"holds NUL bytes, so it was damaged, perhaps by a power cut",
                     "write the file anew, as your image has it"};
  }
  if (trimmed(text).empty()) {
    return Objection{"is empty", "write [all] into it if that is meant"};
  }
  if (text.find("DO NOT EDIT THIS FILE") != std::string_view::npos) {
    return Objection{"is not what the firmware reads: it says that it has moved",
                     "mount the boot partition at /boot/firmware"};
  }
  const auto lines = raw_lines(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = trimmed(lines[i]);
    const auto cmdline = value_of_property(line, "cmdline");
    if ((cmdline && *cmdline != "cmdline.txt") || value_of_property(line, "os_prefix")) {
      return Objection{"takes the kernel's command line from another file (line " +
                           std::to_string(i + 1) + ": " + std::string(line) + ")",
                       "add the parameters there by hand; `isotherm board show` lists them"};
    }
  }
  const auto begins = marks(lines, kBegin);
  const auto ends = marks(lines, kEnd);
  if ((!begins.empty() || !ends.empty()) && !block_in(lines)) {
    const std::size_t line = begins.empty() ? ends[0] : begins[0];
    return Objection{"has the marks of isotherm's block (line " + std::to_string(line + 1) +
                         "), but not one begin and one end after it",
                     "take that block out by hand"};
  }
  return std::nullopt;
}

ConfigEdit with_block(std::string_view text, std::string_view board,
                      const std::vector<std::string>& settings, std::string_view applied) {
  Parts parts = parts_of(text, applied);
  const std::string line_end = line_end_of(text);
  const auto loaded = overlays_for_all(parts.before + parts.foreign + parts.after);
  ConfigEdit edit{std::move(parts.before), {}};
  if (!edit.text.empty() && !edit.text.ends_with('\n')) {
    edit.text += line_end;
  }
  const auto add = [&](std::string_view line) { edit.text += std::string(line) + line_end; };
  add(std::string(kBegin) + " " + std::string(board) +
      " >>> taken out by `isotherm board apply --undo`");
  add(kAll);
  for (const std::string& setting : settings) {
    const std::string_view name = overlay_of(setting);
    const auto twin = std::find_if(loaded.begin(), loaded.end(), [name](const std::string& line) {
      return overlay_of(line) == name;
    });
    if (name.empty() || twin == loaded.end()) {
      add(setting);
    } else {
      edit.notes.push_back(setting + " is left out: the file loads that overlay already (" + *twin +
                           ")");
    }
  }
  add(std::string(kEnd) + " " + std::string(board) + " <<<");
  edit.text += parts.foreign + parts.after;
  return edit;
}

bool has_block(std::string_view text) { return block_in(raw_lines(text)).has_value(); }

std::string without_block(std::string_view text, std::string_view applied) {
  const Parts parts = parts_of(text, applied);
  const std::string rest = parts.foreign + parts.after;
  const std::string all = under_another_filter(parts.before, rest)
                              ? std::string(kAll) + line_end_of(text)
                              : std::string();
  return parts.before + all + rest;
}

}  // namespace isotherm::boot
