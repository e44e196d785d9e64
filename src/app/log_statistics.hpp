// `isotherm log --stats`: what a log costs.
#pragma once

#include "app/log_files.hpp"
#include "app/log_question.hpp"

namespace isotherm::app {

void print_log_statistics(const LogPlace& place, const LogQuestion& question);

}  // namespace isotherm::app
