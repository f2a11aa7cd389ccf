#include "engine/core/calendar_store.h"

namespace vencer {

Result<std::shared_ptr<const Calendar>> CalendarStore::get(const CalendarSpec& spec) {
  std::erase_if(entries_, [](const Entry& entry) { return entry.calendar.expired(); });
  for (const Entry& entry : entries_) {
    if (entry.spec == spec) return entry.calendar.lock();
  }
  Result<Calendar> compiled = Calendar::compile(spec);
  if (!compiled.ok()) return compiled.error();
  auto calendar = std::make_shared<const Calendar>(std::move(compiled).value());
  entries_.push_back({spec, calendar, keep_ == Keep::all ? calendar : nullptr});
  return std::shared_ptr<const Calendar>(calendar);
}

}  // namespace vencer
