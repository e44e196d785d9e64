// The stack of the calling thread.
#pragma once

namespace isotherm::os {

// Writes to every page of the calling thread's stack, so that none of it causes a page fault
// later. For threads with a small stack of explicit size. Throws SetupError.
void prefault_this_stack();

}  // namespace isotherm::os
