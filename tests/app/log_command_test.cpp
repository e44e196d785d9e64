// Questions to `isotherm log` that contradict themselves are refused before anything is looked for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/commands.hpp"
#include "core/setup_error.hpp"

namespace isotherm::app {
namespace {

using core::ExitCode;
using core::SetupError;
using ::testing::HasSubstr;
using ::testing::Not;

// Where no log is: a question that makes sense ends there.
LogOptions question(LogForm form) {
  LogOptions options;
  options.log_dir = "/nonexistent/isotherm-logs";
  options.form = form;
  return options;
}

std::string refusal(const LogOptions& options) {
  try {
    static_cast<void>(log_command(options));
  } catch (const SetupError& error) {
    return error.what();
  }
  return "";
}

TEST(LogCommandTest, AChartWithAFormatIsRefused) {
  for (const LogForm form : {LogForm::Csv, LogForm::JsonLines, LogForm::Json}) {
    LogOptions plot = question(form);
    plot.plot = true;
    EXPECT_THAT(refusal(plot), HasSubstr("charts have no format"));
    LogOptions page = question(form);
    page.html = "/nonexistent/page.html";
    EXPECT_THAT(refusal(page), HasSubstr("charts have no format"));
    try {
      static_cast<void>(log_command(plot));
      FAIL();
    } catch (const SetupError& error) {
      EXPECT_EQ(error.exit_code(), ExitCode::Usage);
    }
  }
}

TEST(LogCommandTest, AChartWithoutAFormatAndAFormatWithoutAChartAreNot) {
  LogOptions plot = question(LogForm::Table);
  plot.plot = true;
  EXPECT_THAT(refusal(plot), HasSubstr("/nonexistent/isotherm-logs"));
  EXPECT_THAT(refusal(plot), Not(HasSubstr("format")));
  for (const LogForm form : {LogForm::Csv, LogForm::JsonLines, LogForm::Json}) {
    EXPECT_THAT(refusal(question(form)), HasSubstr("/nonexistent/isotherm-logs"));
  }
}

}  // namespace
}  // namespace isotherm::app
