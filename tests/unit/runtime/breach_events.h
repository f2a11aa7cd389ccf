// An event log to publish into, and blocks of breaches: for tests of who reads events.
#pragma once

#include <memory>
#include <string>

#include "engine/log/event_log.h"
#include "engine/runtime/event_block.h"
#include "engine/wire/event_record.h"

namespace vencer::testing {

// Empty, ready to be appended to.
inline std::unique_ptr<EventLog> new_event_log(Storage& storage, const std::string& directory) {
  EventLogOptions options;
  options.directory = directory + "/events";
  auto log = std::move(EventLog::open(storage, options)).value();
  if (!log->begin_replay(0, 0, MissingEvents::refuse).ok() || !log->finish_replay().ok()) {
    return nullptr;
  }
  return log;
}

inline void add_breach(std::uint64_t sequence, TenantId tenant, EventBlock& block) {
  Event event;
  event.type = EventType::breached;
  event.sequence = sequence;
  event.emitted = 1'780'318'800'000;
  event.tenant = tenant;
  event.version = 1;
  event.ticket = {sequence, 0, KeyKind::number};
  (void)encode_event_record(event, block.bytes);
  block.ends.push_back(static_cast<std::uint32_t>(block.bytes.size()));
}

}  // namespace vencer::testing
