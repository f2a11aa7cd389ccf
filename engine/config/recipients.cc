// [recipient]: who is told. A list of routes, of which the first whose calendar is open is taken;
// or { everyone = true, routes = [...] }: all that are open.
#include <fmt/format.h>

#include <algorithm>

#include "engine/config/references.h"
#include "engine/config/sections.h"
#include "engine/core/limits.h"

namespace vencer::config {
namespace {

constexpr std::string_view kAttribute = "attribute:";

void read_in(Compilation& c, const Cursor& at, RouteSpec& route) {
  route.calendar = read_calendar_name(c, at).value_or(kAlwaysOpen);
}

void read_to(Compilation& c, const Cursor& at, RouteSpec& route) {
  const auto name = at.name();
  if (!name) return;
  if (!name->starts_with(kAttribute)) {
    route.to = *name;
    return;
  }
  const auto id = c.attributes.use(at, name->substr(kAttribute.size()));
  if (id) route.attribute = static_cast<AttributeId>(*id);
}

void read_via(Compilation&, const Cursor& at, RouteSpec& route) {
  if (const auto name = at.name()) route.via = *name;
}

constexpr Key<RouteSpec> kKeys[] = {
    {{"in", Need::optional}, read_in},
    {{"to", Need::required}, read_to},
    {{"via", Need::optional}, read_via},
};

void check_routes(const Cursor& list, const RecipientSpec& recipient) {
  const std::vector<RouteSpec>& routes = recipient.routes;
  const std::vector<Cursor> items = list.items();
  const auto is_open = [](const RouteSpec& route) { return route.calendar == kAlwaysOpen; };
  // One to an attribute leads to nobody for a ticket without it: the next is taken.
  const auto always = std::find_if(routes.begin(), routes.end(), [&](const RouteSpec& route) {
    return is_open(route) && route.attribute == kNoId8;
  });
  if (std::none_of(routes.begin(), routes.end(), is_open)) {
    list.warning("nobody is told while the calendars of all routes are closed");
  } else if (!recipient.everyone && always != routes.end() && always + 1 != routes.end()) {
    items[static_cast<std::size_t>(always - routes.begin())].warning(
        "is always open: the routes after it are never taken");
  }
}

void read_routes(Compilation& c, const Cursor& list, RecipientSpec& recipient) {
  const std::size_t faults = c.diagnostics.error_count();
  for (const Cursor& item : list.items()) {
    RouteSpec route;
    read_keys(c, item, std::span<const Key<RouteSpec>>(kKeys), route);
    recipient.routes.push_back(std::move(route));
  }
  if (c.diagnostics.error_count() > faults) return;
  if (recipient.routes.empty()) {
    list.error("has no route; write [{ to = \"attribute:agent\" }]");
  } else if (recipient.routes.size() > limits::recipient_routes_max) {
    list.error(fmt::format("{} routes; at most {}", recipient.routes.size(),
                           limits::recipient_routes_max));
  } else {
    check_routes(list, recipient);
  }
}

void read_everyone(Compilation&, const Cursor& at, RecipientSpec& recipient) {
  recipient.everyone = at.boolean().value_or(false);
}

constexpr Key<RecipientSpec> kTableKeys[] = {
    {{"everyone", Need::optional}, read_everyone},
    {{"routes", Need::required}, read_routes},
};

void read_recipient(Compilation& c, const Cursor& at, TenantSpec& spec) {
  RecipientSpec* recipient = c.declare(c.recipients, spec.recipients, at, at.key());
  if (recipient == nullptr) return;
  const auto id = static_cast<RecipientId>(recipient - spec.recipients.data());
  c.recipient_places.insert_or_assign(id, at);
  recipient->routes.clear();
  recipient->everyone = false;
  if (at.kind() == NodeKind::table) {
    read_keys(c, at, std::span<const Key<RecipientSpec>>(kTableKeys), *recipient);
  } else {
    read_routes(c, at, *recipient);
  }
}

}  // namespace

void read_recipients(Compilation& c, const Cursor& table, TenantSpec& spec) {
  if (table.kind() != NodeKind::table) c.recipients.doubt();
  for (const Cursor& member : table.members()) read_recipient(c, member, spec);
}

void list_recipient_keys(KeyRows& rows) {
  rows.push_back({"recipient.*", Need::optional});
  list_keys(rows, "recipient.*.", std::span<const Key<RecipientSpec>>(kTableKeys));
  list_keys(rows, "recipient.*.routes.", std::span<const Key<RouteSpec>>(kKeys));
}

}  // namespace vencer::config
