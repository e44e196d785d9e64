#include "diagnose/interrupts.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

#include "diagnose/kernel_text.hpp"
#include "os/proc_text.hpp"

namespace isotherm::diagnose {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char letter) {
    return std::isdigit(letter) != 0;
  });
}

// "CPU0 CPU2": the cores of the columns; those that are offline have none.
std::vector<unsigned> columns_of(const std::string& header) {
  constexpr std::string_view kPrefix = "CPU";
  std::vector<unsigned> cores;
  for (const std::string& word : words_of(header)) {
    const auto core =
        word.starts_with(kPrefix)
            ? os::parse_number<unsigned>(std::string_view{word}.substr(kPrefix.size()))
            : std::nullopt;
    if (core) {
      cores.push_back(*core);
    }
  }
  return cores;
}

// How the kernel says that a line is triggered: "Level", "Edge" after the number of the
// controller's input, or "4-edge", "16-fasteoi" in one (kernel/irq/proc.c, show_interrupts).
bool tells_the_trigger(const std::string& word) {
  if (word == "Level" || word == "Edge") {
    return true;
  }
  const std::size_t dash = word.find('-');
  return dash != std::string::npos && dash > 0 && is_number(word.substr(0, dash));
}

using WordPlace = std::vector<std::string>::const_iterator;

std::string joined_words(WordPlace word, WordPlace end) {
  std::string text;
  for (; word != end; ++word) {
    text += (text.empty() ? "" : " ") + *word;
  }
  return text;
}

// Of "GICv2 158 Level     mmc1, mmc0" the end. Where nothing tells the trigger: all of it.
std::string device_name(const std::vector<std::string>& words) {
  const auto trigger = std::find_if(words.begin(), words.end(), tells_the_trigger);
  return joined_words(trigger == words.end() ? words.begin() : trigger + 1, words.end());
}

// Private to each core: inputs 16 to 31 of ARM's GIC (its architecture specification, PPI), and
// those of the small controller that the BCM2836 has in each core.
bool is_private(const std::vector<std::string>& words, const std::string& name) {
  // The counters' own interrupts stay with their cores whatever they are wired to.
  if (name.find("arm-pmu") != std::string::npos || words.empty()) {
    return name.find("arm-pmu") != std::string::npos;
  }
  if (words[0].starts_with("bcm2836-")) {
    return true;
  }
  const auto input = words.size() > 1 ? os::parse_number<unsigned>(words[1]) : std::nullopt;
  return words[0].starts_with("GIC") && input && *input < 32;
}

std::optional<InterruptLine> parse_line(const std::string& text,
                                        const std::vector<unsigned>& columns) {
  std::vector<std::string> words = words_of(text);
  if (words.empty() || words[0].back() != ':' || words.size() < columns.size() + 1) {
    return std::nullopt;
  }
  InterruptLine line;
  line.label = words[0].substr(0, words[0].size() - 1);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto count = os::parse_number<std::uint64_t>(words[i + 1]);
    if (!count) {
      return std::nullopt;
    }
    line.counts[columns[i]] = *count;
  }
  words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(columns.size()) + 1);
  line.name = device_name(words);
  line.description = joined_words(words.begin(), words.end());
  if (line.of_a_device()) {
    line.own_of_each_core = is_private(words, line.name);
    return line;
  }
  line.own_of_each_core = true;
  // Lines such as "ERR: 0" have a single total, which on a machine with one core looks like a
  // count.
  return words.empty() ? std::nullopt : std::optional{line};
}

}  // namespace

bool InterruptLine::of_a_device() const noexcept { return is_number(label); }

std::vector<InterruptLine> parse_interrupts(std::string_view text) {
  std::vector<InterruptLine> parsed;
  std::vector<unsigned> columns;
  for (const std::string& line : lines_of(text)) {
    if (columns.empty()) {
      columns = columns_of(line);
    } else if (auto one = parse_line(line, columns)) {
      parsed.push_back(std::move(*one));
    }
  }
  return parsed;
}

std::vector<FiredInterrupt> fired_on(const std::vector<InterruptLine>& before,
                                     const std::vector<InterruptLine>& after, unsigned core) {
  std::vector<FiredInterrupt> fired;
  for (const InterruptLine& line : after) {
    const auto now = line.counts.find(core);
    const auto same = std::find_if(before.begin(), before.end(), [&line](const auto& other) {
      return other.label == line.label;
    });
    const auto then = same == before.end() ? line.counts.end() : same->counts.find(core);
    const bool known = now != line.counts.end() && same != before.end() &&
                       then != same->counts.end() && now->second > then->second;
    if (known) {
      fired.push_back({line.name, line.label, line.of_a_device(), line.own_of_each_core,
                       now->second - then->second});
    }
  }
  std::stable_sort(fired.begin(), fired.end(),
                   [](const auto& a, const auto& b) { return a.count > b.count; });
  return fired;
}

std::vector<InterruptRoute> read_routes(const core::FileTree& files,
                                        const std::vector<InterruptLine>& lines) {
  std::vector<InterruptRoute> routes;
  for (const InterruptLine& line : lines) {
    if (!line.of_a_device() || line.own_of_each_core) {
      continue;
    }
    const std::string folder = "/proc/irq/" + line.label + "/";
    InterruptRoute route{line.label, line.name, os::cores_in(files, folder + "smp_affinity_list"),
                         os::cores_in(files, folder + "effective_affinity_list")};
    if (route.effective.empty()) {
      route.effective = route.allowed;
    }
    routes.push_back(std::move(route));
  }
  return routes;
}

}  // namespace isotherm::diagnose
