// Rows to several sinks, in order.
#pragma once

#include <utility>
#include <vector>

#include "core/row_sink.hpp"

namespace isotherm::app {

class RowFan : public core::RowSink {
 public:
  // All outlive this; at least one.
  explicit RowFan(std::vector<core::RowSink*> sinks) : sinks_(std::move(sinks)) {}

  void write(core::Row row) override {
    for (std::size_t i = 0; i + 1 < sinks_.size(); ++i) {
      sinks_[i]->write(row);
    }
    sinks_.back()->write(std::move(row));
  }

 private:
  std::vector<core::RowSink*> sinks_;
};

}  // namespace isotherm::app
