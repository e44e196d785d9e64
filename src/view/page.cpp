#include "view/page.hpp"

#include <array>
#include <utility>

#include "core/setup_error.hpp"
#include "view/html_text.hpp"
#include "view/page_data.hpp"
#include "view/page_tables.hpp"

namespace isotherm::view {

std::string page(const Chart& chart, std::string_view page_template) {
  const std::string title = html_text(chart.title.empty() ? "Temperatures" : chart.title);
  const std::string range = html_time(chart.from) + " to " + html_time(chart.to) +
                            " (<span class=\"zone-name\">UTC</span>)";
  // In the order in which they stand in the page: what is filled in is not looked at again.
  const std::array<std::pair<std::string_view, std::string>, 6> parts = {{
      {"<!--isotherm:title-->", title},
      {"<!--isotherm:heading-->", title},
      {"<!--isotherm:range-->", range},
      {"<!--isotherm:summary-->", summary_table(chart)},
      {"<!--isotherm:events-->", event_table(chart)},
      {"<!--isotherm:data-->", page_data(chart)},
  }};
  std::string html;
  for (const auto& [place, text] : parts) {
    const std::size_t at = page_template.find(place);
    if (at == std::string_view::npos) {
      throw core::SetupError(core::ExitCode::Io,
                             "the page has no place \"" + std::string{place} + "\" for its data",
                             "log-page.html", "install isotherm anew: the file is of another one");
    }
    html += page_template.substr(0, at);
    html += text;
    page_template.remove_prefix(at + place.size());
  }
  return html + std::string{page_template};
}

}  // namespace isotherm::view
