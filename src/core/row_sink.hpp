// Where finished rows go.
#pragma once

#include "core/row.hpp"

namespace isotherm::core {

class RowSink {
 public:
  virtual ~RowSink() = default;

  // Housekeeping. Takes the row over and returns without waiting for a disk or a client.
  virtual void write(Row row) = 0;
};

}  // namespace isotherm::core
