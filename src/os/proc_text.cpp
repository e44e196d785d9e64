#include "os/proc_text.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace isotherm::os {
namespace {

constexpr std::string_view kBlanks = " \t\n";
// The largest of these files, /proc/PID/status on a machine with 1024 cores, has about 3 KiB; it
// is on the stack, of which readers have little.
constexpr std::size_t kChunkBytes = 4096;

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

std::optional<std::string> read_proc(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor == -1) {
    return std::nullopt;
  }
  std::string text;
  std::array<char, kChunkBytes> chunk{};
  ssize_t got = 0;
  while ((got = ::read(descriptor, chunk.data(), chunk.size())) != 0) {
    if (got > 0) {
      text.append(chunk.data(), static_cast<std::size_t>(got));
    } else if (errno != EINTR) {
      break;
    }
  }
  ::close(descriptor);
  if (got < 0) {
    return std::nullopt;
  }
  return text;
}

std::optional<std::string_view> proc_field(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && trimmed(line.substr(0, colon)) == key) {
      return trimmed(line.substr(colon + 1));
    }
  }
  return std::nullopt;
}

std::string_view next_word(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find_first_of(kBlanks));
  text.remove_prefix(word.size());
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return word;
}

core::CpuSet cores_in(const core::FileTree& files, const std::string& path) {
  return core::CpuSet::parse(files.text(path).value_or("")).value_or(core::CpuSet{});
}

}  // namespace isotherm::os
