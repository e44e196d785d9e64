// Where events go.
#pragma once

#include "core/event.hpp"

namespace isotherm::core {

class EventSink {
 public:
  virtual ~EventSink() = default;

  // Housekeeping, any thread. Returns without waiting for a disk or a client.
  virtual void write(const Event& event) = 0;
};

}  // namespace isotherm::core
