// What a CalendarSpec must be for Calendar::compile() to accept it; that it opens at all is found
// out by compiling. Errors are Errc::invalid_document with a sentence that names calendar, day and
// shift.
#pragma once

#include "engine/core/calendar.h"

namespace vencer {

Status validate(const CalendarSpec& spec);

}  // namespace vencer
