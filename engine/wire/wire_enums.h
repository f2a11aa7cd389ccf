// The enums of schema/vencer.fbs and those of engine/core carry the same numbers, checked here
// once, so that codecs may cast between them.
#pragma once

#include <vencer_generated.h>

#include <type_traits>

#include "engine/core/event.h"
#include "engine/core/limits.h"
#include "engine/core/result.h"
#include "engine/core/state_machine.h"
#include "engine/core/types.h"

namespace vencer {

template <typename Enum>
constexpr auto number(Enum value) {
  return static_cast<std::underlying_type_t<Enum>>(value);
}

// Same numbers under the same names.
#define VENCER_SAME(core, wired, name) \
  static_assert(number(core::name) == number(wire::wired::name), #core "::" #name)

VENCER_SAME(KeyKind, KeyKind, number);
VENCER_SAME(KeyKind, KeyKind, uuid);
VENCER_SAME(KeyKind, KeyKind, text);
VENCER_SAME(KeyKind, KeyKind, text_hash);
static_assert(wire::KeyKind::MAX == wire::KeyKind::text_hash);

VENCER_SAME(StatusCategory, StatusCategory, fresh);
VENCER_SAME(StatusCategory, StatusCategory, open);
VENCER_SAME(StatusCategory, StatusCategory, pending);
VENCER_SAME(StatusCategory, StatusCategory, on_hold);
VENCER_SAME(StatusCategory, StatusCategory, resolved);
VENCER_SAME(StatusCategory, StatusCategory, closed);
VENCER_SAME(StatusCategory, StatusCategory, cancelled);
static_assert(wire::StatusCategory::MAX == wire::StatusCategory::cancelled);

VENCER_SAME(Light, Light, none);
VENCER_SAME(Light, Light, green);
VENCER_SAME(Light, Light, amber);
VENCER_SAME(Light, Light, red);
static_assert(wire::Light::MAX == wire::Light::red);

VENCER_SAME(ClockPhase, ClockPhase, idle);
VENCER_SAME(ClockPhase, ClockPhase, running);
VENCER_SAME(ClockPhase, ClockPhase, paused);
VENCER_SAME(ClockPhase, ClockPhase, met);
VENCER_SAME(ClockPhase, ClockPhase, missed);
VENCER_SAME(ClockPhase, ClockPhase, cancelled);
VENCER_SAME(ClockPhase, ClockPhase, expired);
static_assert(wire::ClockPhase::MAX == wire::ClockPhase::expired);

VENCER_SAME(LinkKind, LinkKind, none);
VENCER_SAME(LinkKind, LinkKind, problem);
VENCER_SAME(LinkKind, LinkKind, follow_up);
VENCER_SAME(LinkKind, LinkKind, related);
static_assert(wire::LinkKind::MAX == wire::LinkKind::related);

VENCER_SAME(ClockSource, ClockSource, wall);
VENCER_SAME(ClockSource, ClockSource, input);
static_assert(wire::ClockSource::MAX == wire::ClockSource::input);

#define VENCER_ERROR(name) VENCER_SAME(Errc, ErrorCode, name)
VENCER_ERROR(ok);
VENCER_ERROR(malformed_frame);
VENCER_ERROR(frame_too_long);
VENCER_ERROR(protocol_version);
VENCER_ERROR(unknown_frame_type);
VENCER_ERROR(invalid_flatbuffer);
VENCER_ERROR(empty_command);
VENCER_ERROR(attribute_twice);
VENCER_ERROR(unknown_tenant);
VENCER_ERROR(unknown_ticket);
VENCER_ERROR(unknown_status);
VENCER_ERROR(unknown_attribute);
VENCER_ERROR(unknown_value);
VENCER_ERROR(unknown_activity);
VENCER_ERROR(unknown_level);
VENCER_ERROR(unknown_clock);
VENCER_ERROR(invalid_key);
VENCER_ERROR(unknown_recipient);
VENCER_ERROR(ticket_exists);
VENCER_ERROR(closed_for_good);
VENCER_ERROR(version_mismatch);
VENCER_ERROR(level_order);
VENCER_ERROR(activity_reserved);
VENCER_ERROR(nothing_to_acknowledge);
VENCER_ERROR(constraint);
VENCER_ERROR(contract_missing);
VENCER_ERROR(not_running);
VENCER_ERROR(invalid_link);
VENCER_ERROR(occurred_at_required);
VENCER_ERROR(occurred_at_future);
VENCER_ERROR(not_in_this_clock_mode);
VENCER_ERROR(time_out_of_range);
VENCER_ERROR(gap);
VENCER_ERROR(number_reused);
VENCER_ERROR(too_old);
VENCER_ERROR(capacity);
VENCER_ERROR(quota);
VENCER_ERROR(limit);
VENCER_ERROR(overloaded);
VENCER_ERROR(invalid_document);
VENCER_ERROR(document_changed);
VENCER_ERROR(reevaluation_running);
VENCER_ERROR(names_in_use);
VENCER_ERROR(epoch_changed);
VENCER_ERROR(events_gone);
VENCER_ERROR(disk_full);
VENCER_ERROR(shutting_down);
VENCER_ERROR(not_authorised);
VENCER_ERROR(hello_required);
VENCER_ERROR(recovering);
VENCER_ERROR(snapshot_running);
VENCER_ERROR(unreachable);
VENCER_ERROR(timeout);
VENCER_ERROR(internal);
#undef VENCER_ERROR

#define VENCER_EVENT(name) VENCER_SAME(EventType, EventType, name)
VENCER_EVENT(created);
VENCER_EVENT(status_changed);
VENCER_EVENT(assigned);
VENCER_EVENT(activity_recorded);
VENCER_EVENT(clock_started);
VENCER_EVENT(clock_paused);
VENCER_EVENT(clock_resumed);
VENCER_EVENT(clock_met);
VENCER_EVENT(clock_missed);
VENCER_EVENT(clock_cancelled);
VENCER_EVENT(clock_expired);
VENCER_EVENT(warning);
VENCER_EVENT(breached);
VENCER_EVENT(breach_cleared);
VENCER_EVENT(breach_retracted);
VENCER_EVENT(deadline_extended);
VENCER_EVENT(escalated);
VENCER_EVENT(acknowledged);
VENCER_EVENT(step_refused);
VENCER_EVENT(cascade_stopped);
VENCER_EVENT(light_changed);
VENCER_EVENT(reopened);
VENCER_EVENT(closed);
VENCER_EVENT(survey_due);
VENCER_EVENT(merged);
VENCER_EVENT(linked);
VENCER_EVENT(problem_resolved);
VENCER_EVENT(mass_incident);
VENCER_EVENT(digest);
VENCER_EVENT(calendar_event);
VENCER_EVENT(contract_expired);
VENCER_EVENT(contract_missing);
VENCER_EVENT(config_applied);
VENCER_EVENT(imported);
#undef VENCER_EVENT
static_assert(number(wire::EventType::MAX) + 1 == kEventTypes);
#undef VENCER_SAME

// The number of a kind of command is that of its body in the union.
constexpr wire::CommandBody command_body_type(CommandKind kind) {
  return static_cast<wire::CommandBody>(number(kind));
}
#define VENCER_COMMAND(name, body) \
  static_assert(command_body_type(CommandKind::name) == wire::CommandBody::body)
VENCER_COMMAND(none, NONE);
VENCER_COMMAND(create, CreateTicketCommand);
VENCER_COMMAND(set_status, SetStatusCommand);
VENCER_COMMAND(set_attributes, SetAttributesCommand);
VENCER_COMMAND(activity, ActivityCommand);
VENCER_COMMAND(escalate, EscalateCommand);
VENCER_COMMAND(acknowledge, AcknowledgeCommand);
VENCER_COMMAND(merge, MergeCommand);
VENCER_COMMAND(link, LinkCommand);
VENCER_COMMAND(extend, ExtendCommand);
VENCER_COMMAND(set_due, SetDueCommand);
VENCER_COMMAND(cancel, CancelCommand);
VENCER_COMMAND(put_customer, PutCustomerCommand);
VENCER_COMMAND(mute, MuteCommand);
#undef VENCER_COMMAND
static_assert(wire::CommandBody::MAX == wire::CommandBody::MuteCommand);

}  // namespace vencer
