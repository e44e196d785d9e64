#include "os/scratch_file.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <vector>

#include "core/setup_error.hpp"
#include "os/temporary_tree.hpp"

namespace isotherm::os {
namespace {

TEST(ScratchFileTest, IsWrittenWithoutBeingSeen) {
  const test::TemporaryTree tree;
  const std::string folder = tree.root();
  ScratchFile file(folder);
  const std::vector<char> bytes(100'000, 'x');
  EXPECT_TRUE(file.write_and_sync(bytes, 0));
  EXPECT_TRUE(file.write_and_sync(bytes, 50'000));
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

TEST(ScratchFileTest, AFolderThatIsNotThereIsAnErrorOfOutput) {
  try {
    const ScratchFile file("/nonexistent");
    FAIL();
  } catch (const core::SetupError& error) {
    EXPECT_EQ(error.exit_code(), core::ExitCode::Io);
  }
}

}  // namespace
}  // namespace isotherm::os
