#include "diagnose/recording.hpp"

#include <string_view>

#include "diagnose/kernel_text.hpp"

namespace isotherm::diagnose {
namespace {

constexpr std::string_view kHead = "== ";
constexpr std::string_view kAgain = "again ";

}  // namespace

std::vector<std::string> RecordingTree::list(const std::string& directory) const {
  return tree_->list(directory);
}

std::optional<std::string> RecordingTree::text(const std::string& path) const {
  auto text = tree_->text(path);
  if (text) {
    std::vector<std::string>& texts = texts_[path];
    if (texts.empty()) {
      texts.push_back(*text);
    } else if (texts.back() != *text) {
      texts.resize(1);
      texts.push_back(*text);
    }
  }
  return text;
}

std::optional<std::string> RecordingTree::real_path(const std::string& path) const {
  return tree_->real_path(path);
}

std::unique_ptr<core::AttributeFile> RecordingTree::open(const std::string& path) const {
  return tree_->open(path);
}

bool RecordingTree::write(const std::string& path, const std::string& text) const {
  return tree_->write(path, text);
}

std::string RecordingTree::record() const {
  std::string record;
  for (const auto& [path, texts] : texts_) {
    for (std::size_t i = 0; i < texts.size(); ++i) {
      record.append(kHead).append(i == 0 ? "" : kAgain).append(path).append("\n");
      record.append(texts[i]).append(texts[i].empty() ? "" : "\n");
    }
  }
  return record;
}

void replay(const std::string& record, const SetFile& set) {
  std::string path;
  std::string text;
  bool again = false;
  const auto finish = [&] {
    if (!path.empty()) {
      set(path, text, again);
    }
    text.clear();
  };
  for (const std::string& line : lines_of(record)) {
    if (!line.starts_with(kHead)) {
      text += line + "\n";
      continue;
    }
    finish();
    path = line.substr(kHead.size());
    again = path.starts_with(kAgain);
    path = again ? path.substr(kAgain.size()) : path;
  }
  finish();
}

}  // namespace isotherm::diagnose
