// make_page KIND TEMPLATE OUTPUT: a page of made-up sensors, for tests/system/page_test.py to open
// in a browser. KIND: day, hostile, empty, many.
#include <exception>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "view/example_chart.hpp"
#include "view/page.hpp"

namespace isotherm::test {
namespace {

view::Chart chart_of(const std::string& kind) {
  if (kind == "hostile") {
    return hostile_chart();
  }
  if (kind == "many") {
    return many_chart();
  }
  view::Chart chart = day_chart();
  if (kind == "empty") {
    chart.lines.clear();
    chart.marks.clear();
  }
  return chart;
}

int make_page(const std::string& kind, const std::string& template_path,
              const std::string& output_path) {
  const std::ifstream file{template_path, std::ios::binary};
  std::ostringstream text;
  text << file.rdbuf();
  std::ofstream output{output_path, std::ios::binary};
  output << view::page(chart_of(kind), text.str());
  return output.flush() ? 0 : 1;
}

}  // namespace
}  // namespace isotherm::test

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "make_page KIND TEMPLATE OUTPUT\n";
    return 2;
  }
  try {
    return isotherm::test::make_page(argv[1], argv[2], argv[3]);
  } catch (const std::exception& problem) {
    std::cerr << problem.what() << '\n';
    return 1;
  }
}
