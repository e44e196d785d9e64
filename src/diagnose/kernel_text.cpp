#include "diagnose/kernel_text.hpp"

#include <algorithm>
#include <sstream>

#include "os/proc_text.hpp"

namespace isotherm::diagnose {
namespace {

std::string same_dashes(std::string_view key) {
  std::string plain{key};
  std::replace(plain.begin(), plain.end(), '-', '_');
  return plain;
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::istringstream stream{std::string{text}};
  std::vector<std::string> words;
  for (std::string word; stream >> word;) {
    words.push_back(word);
  }
  return words;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::istringstream stream{std::string{text}};
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(line);
  }
  return lines;
}

std::string enclosed(std::string_view text, char open, char close) {
  const std::size_t start = text.find(open);
  const std::size_t end = text.find(close, start);
  return end == std::string_view::npos ? "" : std::string{text.substr(start + 1, end - start - 1)};
}

std::optional<core::CpuSet> cores_of_mask(std::string_view mask) {
  core::CpuSet cores;
  unsigned core = 0;  // of the digit's lowest bit
  for (auto at = mask.rbegin(); at != mask.rend(); ++at) {
    if (*at == ',') {
      continue;
    }
    const auto digit = os::parse_number<unsigned>(std::string_view{&*at, 1}, 16);
    if (!digit || core + 4 > core::kCoreLimit) {
      return std::nullopt;
    }
    for (unsigned bit = 0; bit < 4; ++bit) {
      if (((*digit >> bit) & 1U) != 0) {
        cores.insert(core + bit);
      }
    }
    core += 4;
  }
  return core == 0 ? std::nullopt : std::optional{cores};
}

std::string some_of(const std::vector<std::string>& names, std::size_t shown) {
  std::string text;
  for (std::size_t i = 0; i < std::min(shown, names.size()); ++i) {
    text += (i == 0 ? "" : ", ") + names[i];
  }
  if (names.size() > shown) {
    text += " and " + std::to_string(names.size() - shown) + " more";
  }
  return text;
}

KernelLine::KernelLine(std::string_view text) {
  for (const std::string& word : words_of(text)) {
    const std::size_t equals = word.find('=');
    const std::string key = same_dashes(word.substr(0, equals));
    values_[key] = equals == std::string::npos ? "" : word.substr(equals + 1);
  }
}

std::optional<std::string> KernelLine::value(std::string_view key) const {
  const auto found = values_.find(same_dashes(key));
  return found == values_.end() ? std::nullopt : std::optional{found->second};
}

}  // namespace isotherm::diagnose
