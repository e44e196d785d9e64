// The worst slots and their causes in the form in which people and programs read them.
#pragma once

#include <string>

#include "app/run_report.hpp"
#include "core/event.hpp"
#include "diagnose/worst_slot_watch.hpp"

namespace isotherm::app {

// "most likely another thread: \"hog\" (fifo 90, thread 1234) ran 25 ms", "within the usual".
[[nodiscard]] std::string cause_words(const diagnose::JudgedSlot& slot);

// The section of the summary; "" where no reader keeps worst slots.
[[nodiscard]] std::string worst_slots_text(const RunReport& report);

// The event "worst_slot" of the station's event log.
[[nodiscard]] core::Event worst_slot_event(const diagnose::JudgedSlot& slot,
                                           const std::string& reader);

}  // namespace isotherm::app
