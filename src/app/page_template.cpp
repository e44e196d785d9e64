#include "app/page_template.hpp"

#include <filesystem>

#include "core/setup_error.hpp"

namespace isotherm::app {
namespace {

constexpr const char* kPageFile = "log-page.html";

}  // namespace

std::vector<std::string> page_template_paths(const std::string& executable) {
  const std::filesystem::path folder = std::filesystem::path{executable}.parent_path();
  return {(folder / kPageFile).string(),
          (folder / ".." / "share" / "isotherm" / kPageFile).lexically_normal().string()};
}

std::string page_template(const std::vector<std::string>& paths, const core::WholeFiles& files) {
  std::string searched;
  for (const std::string& path : paths) {
    const core::WholeFile file = files.read(path);
    if (file.present()) {
      return file.text;
    }
    if (file.state == core::WholeFile::State::Unreadable) {
      throw core::SetupError(core::ExitCode::Io, "the page to fill in cannot be read", path,
                             file.problem);
    }
    searched += (searched.empty() ? "" : ", ") + path;
  }
  throw core::SetupError(core::ExitCode::Io, "the page to fill in is not installed", searched,
                         "install isotherm anew, or take it from the build folder");
}

}  // namespace isotherm::app
