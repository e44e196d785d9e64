#include "app/output_place.hpp"

#include <filesystem>
#include <system_error>

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

void require_no_input(const std::string& path, const std::vector<std::string>& inputs) {
  for (const std::string& input : inputs) {
    std::error_code error;  // where one is not there, they are two
    if (std::filesystem::equivalent(path, input, error)) {
      throw core::SetupError(core::ExitCode::Usage, "it would be written over what is read", path,
                             "name another file");
    }
  }
}

}  // namespace isotherm::app
