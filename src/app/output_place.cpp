#include "app/output_place.hpp"

#include <filesystem>

#include "core/setup_error.hpp"
#include "os/whole_files.hpp"

namespace isotherm::app {

void require_output_place(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const std::string problem = os::PosixWholeFiles().write_problem(folder.empty() ? "." : folder);
  if (!problem.empty()) {
    throw core::SetupError(core::ExitCode::Io, "cannot be written: " + problem, path,
                           "name a file in a folder that exists and may be written to");
  }
}

}  // namespace isotherm::app
