// `isotherm log --follow`: rows as they come, until SIGINT, SIGTERM, SIGHUP, or until nobody reads
// them any more. Of the temperature log's file where there is one, as that has a row as soon as its
// window has closed; else of the history, which is written every half minute or so.
#pragma once

#include "app/log_files.hpp"
#include "app/log_question.hpp"

namespace isotherm::app {

// With --since or --from the rows since then come first.
void follow_log(const LogPlace& place, const LogQuestion& question);

}  // namespace isotherm::app
