// CalendarStore: compiled calendars by what they say, so that equal ones are compiled and held
// once: in the versions of a document, in the tenants of a partition, in the machines of a test.
//
// Cost: a look-up compares the spec with those held; a miss compiles (calendar.h). A calendar that
// nobody uses any more is let go, unless the store was made to keep all.
// Thread: one. A Calendar itself is const and may be read from any.
// Errors: those of Calendar::compile.
#pragma once

#include <memory>
#include <vector>

#include "engine/core/calendar.h"

namespace vencer {

class CalendarStore {
 public:
  enum class Keep { used, all };
  explicit CalendarStore(Keep keep = Keep::used) : keep_(keep) {}

  Result<std::shared_ptr<const Calendar>> get(const CalendarSpec& spec);

 private:
  struct Entry {
    CalendarSpec spec;
    std::weak_ptr<const Calendar> calendar;
    std::shared_ptr<const Calendar> kept;
  };
  Keep keep_;
  std::vector<Entry> entries_;
};

}  // namespace vencer
