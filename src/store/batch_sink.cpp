#include "store/batch_sink.hpp"

#include <spdlog/pattern_formatter.h>

#include <memory>

namespace isotherm::store {

// The message alone: a row carries its own time. UTC, so that spdlog never reads a time zone.
BatchSink::BatchSink(CurrentFile& file)
    : base_sink(
          std::make_unique<spdlog::pattern_formatter>("%v", spdlog::pattern_time_type::utc, "\n")),
      file_(file) {}

void BatchSink::sink_it_(const spdlog::details::log_msg& message) {
  spdlog::memory_buf_t line;
  formatter_->format(message, line);
  batch_.append(line.data(), line.size());
}

void BatchSink::flush_() {
  written_ = use_reserve_ ? file_.append_last_words(batch_) : file_.append(batch_);
  batch_.clear();
}

}  // namespace isotherm::store
