#include "engine/wire/tenant_names.h"

#include <vector>

#include "engine/wire/wire_enums.h"

namespace vencer {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;

// One table a list's element, made by write(fbb, element).
template <typename Table, typename List, typename Write>
Offset<flatbuffers::Vector<Offset<Table>>> write_each(FlatBufferBuilder& fbb, const List& list,
                                                      Write write) {
  std::vector<Offset<Table>> offsets;
  offsets.reserve(list.size());
  for (const auto& element : list) offsets.push_back(write(element));
  return fbb.CreateVector(offsets);
}

// The `name` of each element.
template <typename List>
Offset<TextVector> write_names(FlatBufferBuilder& fbb, const List& list) {
  return write_each<flatbuffers::String>(
      fbb, list, [&fbb](const auto& element) { return fbb.CreateString(element.name); });
}

auto write_statuses(FlatBufferBuilder& fbb, const TenantSpec& tenant) {
  return write_each<wire::StatusName>(fbb, tenant.statuses, [&fbb](const StatusSpec& status) {
    const auto name = fbb.CreateString(status.name);
    return wire::CreateStatusName(fbb, name, static_cast<wire::StatusCategory>(status.category),
                                  status.retired);
  });
}

auto write_activities(FlatBufferBuilder& fbb, const TenantSpec& tenant) {
  ActivityId id = 0;
  return write_each<wire::ActivityName>(fbb, tenant.activities, [&](const ActivitySpec& activity) {
    const auto name = fbb.CreateString(activity.name);
    return wire::CreateActivityName(fbb, name, activity.retired, is_derived(id++));
  });
}

auto write_attributes(FlatBufferBuilder& fbb, const TenantSpec& tenant) {
  return write_each<wire::AttributeName>(
      fbb, tenant.attributes, [&](const AttributeSpec& attribute) {
        const auto name = fbb.CreateString(attribute.name);
        const auto values = write_texts(fbb, attribute.values);
        const auto aliases = write_each<wire::AliasName>(
            fbb, attribute.aliases, [&fbb](const AttributeAlias& alias) {
              const auto text = fbb.CreateString(alias.alias);
              return wire::CreateAliasName(fbb, text, alias.value);
            });
        return wire::CreateAttributeName(fbb, name, attribute.open, values, aliases,
                                         attribute.retired, number(attribute.role));
      });
}

auto write_clocks(FlatBufferBuilder& fbb, const TenantSpec& tenant) {
  return write_each<wire::ClockName>(fbb, tenant.clocks, [&fbb](const ClockSpec& clock) {
    const auto name = fbb.CreateString(clock.name);
    const auto steps = write_texts(fbb, clock.step_names);
    return wire::CreateClockName(fbb, name, steps, clock.retired);
  });
}

auto write_recipients(FlatBufferBuilder& fbb, const TenantSpec& tenant) {
  return write_each<wire::RecipientName>(
      fbb, tenant.recipients, [&](const RecipientSpec& recipient) {
        const auto name = fbb.CreateString(recipient.name);
        const auto routes =
            write_each<wire::RouteName>(fbb, recipient.routes, [&fbb](const RouteSpec& route) {
              const auto to = fbb.CreateString(route.to);
              const auto via = fbb.CreateString(route.via);
              return wire::CreateRouteName(fbb, to, route.attribute, via);
            });
        return wire::CreateRecipientName(fbb, name, routes, recipient.everyone);
      });
}

}  // namespace

Offset<TextVector> write_texts(FlatBufferBuilder& fbb, std::span<const std::string> texts) {
  return write_each<flatbuffers::String>(
      fbb, texts, [&fbb](const std::string& text) { return fbb.CreateString(text); });
}

Offset<wire::TenantNames> write_tenant_names(FlatBufferBuilder& fbb, TenantId id,
                                             const TenantSpec& tenant) {
  const auto name = fbb.CreateString(tenant.name);
  const auto statuses = write_statuses(fbb, tenant);
  const auto levels = write_texts(fbb, tenant.levels);
  const auto activities = write_activities(fbb, tenant);
  const auto attributes = write_attributes(fbb, tenant);
  const auto clocks = write_clocks(fbb, tenant);
  const auto rules = write_names(fbb, tenant.rules);
  const auto calendars = write_names(fbb, tenant.calendars);
  const auto ladders = write_names(fbb, tenant.ladders);
  const auto recipients = write_recipients(fbb, tenant);
  const auto constraints = write_names(fbb, tenant.constraints);
  const auto detectors = write_names(fbb, tenant.detectors);
  const auto digests = write_names(fbb, tenant.digests);
  const auto calendar_events = write_names(fbb, tenant.calendar_events);
  return wire::CreateTenantNames(fbb, id, name, tenant.version, statuses, levels, activities,
                                 attributes, clocks, rules, calendars, ladders, recipients,
                                 constraints, detectors, digests, calendar_events);
}

}  // namespace vencer
