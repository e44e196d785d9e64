#include "support/fake_whole_files.hpp"

namespace isotherm::test {

core::WholeFile FakeWholeFiles::read(const std::string& path) const {
  if (unreadable.count(path) > 0) {
    return {core::WholeFile::State::Unreadable, "", "Input/output error (error 5)"};
  }
  const auto found = files.find(path);
  if (found == files.end()) {
    return {};
  }
  return {core::WholeFile::State::Present, found->second, ""};
}

std::vector<std::string> FakeWholeFiles::list(const std::string& directory) const {
  std::vector<std::string> names;
  for (const auto& [path, text] : files) {
    const std::string prefix = directory + "/";
    if (path.starts_with(prefix) && path.find('/', prefix.size()) == std::string::npos) {
      names.push_back(path.substr(prefix.size()));
    }
  }
  return names;
}

std::string FakeWholeFiles::write_problem(const std::string& directory) const {
  return forbidden.count(directory) > 0 ? "Permission denied (error 13)" : "";
}

bool FakeWholeFiles::fails(const std::string& path) {
  if (unwritable.count(path) > 0 || writes_left == 0) {
    return true;
  }
  --writes_left;
  return false;
}

std::string FakeWholeFiles::replace(const std::string& path, std::string_view text) {
  calls.push_back("replace " + path);
  if (fails(path)) {
    return "No space left on device (error 28)";
  }
  files[path] = text;
  return "";
}

std::string FakeWholeFiles::remove(const std::string& path) {
  calls.push_back("remove " + path);
  if (fails(path)) {
    return "Read-only file system (error 30)";
  }
  files.erase(path);
  return "";
}

}  // namespace isotherm::test
