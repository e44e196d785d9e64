#include "app/page_template.hpp"

#include <gtest/gtest.h>

#include "core/setup_error.hpp"
#include "support/fake_whole_files.hpp"

namespace isotherm::app {
namespace {

TEST(PageTemplate, IsLookedForBesideTheProgramAndWhereAPackagePutsIt) {
  EXPECT_EQ(
      page_template_paths("/usr/bin/isotherm"),
      (std::vector<std::string>{"/usr/bin/log-page.html", "/usr/share/isotherm/log-page.html"}));
}

TEST(PageTemplate, TheFirstThatIsThereIsRead) {
  test::FakeWholeFiles files;
  files.files = {{"/b", "installed"}, {"/c", "another"}};
  EXPECT_EQ(page_template({"/a", "/b", "/c"}, files), "installed");
}

TEST(PageTemplate, SaysWhereItWasLookedForIfThereIsNone) {
  try {
    static_cast<void>(page_template({"/a", "/b"}, test::FakeWholeFiles{}));
    FAIL() << "found nothing and said nothing";
  } catch (const core::SetupError& error) {
    EXPECT_EQ(error.exit_code(), core::ExitCode::Io);
    EXPECT_EQ(error.where(), "/a, /b");
  }
}

TEST(PageTemplate, OneThatCannotBeReadIsNotPassedOver) {
  test::FakeWholeFiles files;
  files.files = {{"/a", "mine"}, {"/b", "installed"}};
  files.unreadable = {"/a"};
  EXPECT_THROW(static_cast<void>(page_template({"/a", "/b"}, files)), core::SetupError);
}

}  // namespace
}  // namespace isotherm::app
