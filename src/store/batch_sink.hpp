// The spdlog sink of the temperature log: collects formatted rows and hands them to the current
// file as one batch when the logger is flushed, so that one write(2) takes many rows. The sinks
// that spdlog brings along neither sync nor say how much of a row a full disk took.
#pragma once

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>

#include <string>

#include "store/current_file.hpp"

namespace isotherm::store {

// For one thread, iso-log, hence without a mutex.
class BatchSink : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  explicit BatchSink(CurrentFile& file);

  // The batches from now on may use the file's reserve.
  void use_reserve() noexcept { use_reserve_ = true; }
  // Of the rows collected and not yet flushed.
  [[nodiscard]] std::size_t batch_bytes() const noexcept { return batch_.size(); }
  // Of the last flush. Rows that were not written are forgotten here; their owner keeps them.
  [[nodiscard]] const LinesWritten& written() const noexcept { return written_; }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override;

 private:
  CurrentFile& file_;
  std::string batch_;
  LinesWritten written_;
  bool use_reserve_ = false;
};

}  // namespace isotherm::store
