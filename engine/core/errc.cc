#include "engine/core/result.h"

namespace vencer {

std::string_view to_string(Errc code) {
  switch (code) {
#define VENCER_ERRC(name) \
  case Errc::name:        \
    return #name;
    VENCER_ERRC(ok)
    VENCER_ERRC(malformed_frame)
    VENCER_ERRC(frame_too_long)
    VENCER_ERRC(protocol_version)
    VENCER_ERRC(unknown_frame_type)
    VENCER_ERRC(invalid_flatbuffer)
    VENCER_ERRC(empty_command)
    VENCER_ERRC(attribute_twice)
    VENCER_ERRC(unknown_tenant)
    VENCER_ERRC(unknown_ticket)
    VENCER_ERRC(unknown_status)
    VENCER_ERRC(unknown_attribute)
    VENCER_ERRC(unknown_value)
    VENCER_ERRC(unknown_activity)
    VENCER_ERRC(unknown_level)
    VENCER_ERRC(unknown_clock)
    VENCER_ERRC(invalid_key)
    VENCER_ERRC(unknown_recipient)
    VENCER_ERRC(ticket_exists)
    VENCER_ERRC(closed_for_good)
    VENCER_ERRC(version_mismatch)
    VENCER_ERRC(level_order)
    VENCER_ERRC(activity_reserved)
    VENCER_ERRC(nothing_to_acknowledge)
    VENCER_ERRC(constraint)
    VENCER_ERRC(contract_missing)
    VENCER_ERRC(not_running)
    VENCER_ERRC(invalid_link)
    VENCER_ERRC(occurred_at_required)
    VENCER_ERRC(occurred_at_future)
    VENCER_ERRC(not_in_this_clock_mode)
    VENCER_ERRC(time_out_of_range)
    VENCER_ERRC(gap)
    VENCER_ERRC(number_reused)
    VENCER_ERRC(too_old)
    VENCER_ERRC(capacity)
    VENCER_ERRC(quota)
    VENCER_ERRC(limit)
    VENCER_ERRC(overloaded)
    VENCER_ERRC(invalid_document)
    VENCER_ERRC(document_changed)
    VENCER_ERRC(reevaluation_running)
    VENCER_ERRC(names_in_use)
    VENCER_ERRC(epoch_changed)
    VENCER_ERRC(events_gone)
    VENCER_ERRC(disk_full)
    VENCER_ERRC(shutting_down)
    VENCER_ERRC(not_authorised)
    VENCER_ERRC(hello_required)
    VENCER_ERRC(recovering)
    VENCER_ERRC(snapshot_running)
    VENCER_ERRC(unreachable)
    VENCER_ERRC(timeout)
    VENCER_ERRC(internal)
#undef VENCER_ERRC
  }
  return "unknown_error";
}

}  // namespace vencer
