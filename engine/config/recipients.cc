// [recipient]: who is told. A list of routes; the first whose calendar is open is taken.
#include <fmt/format.h>

#include "engine/config/sections.h"

namespace vencer::config {
namespace {

// An event names the route in a byte, with one number kept for "none".
constexpr std::size_t kRoutesMax = 254;
constexpr std::string_view kAttribute = "attribute:";

void read_in(Compilation& c, const Cursor& at, RouteSpec& route) {
  const auto name = at.string("oficina");
  const auto id = name ? c.calendars.use(at, *name) : std::nullopt;
  if (id) route.calendar = static_cast<CalendarId>(*id);
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

void check_routes(const Cursor& list, const std::vector<RouteSpec>& routes) {
  const std::vector<Cursor> items = list.items();
  for (std::size_t i = 0; i < routes.size(); ++i) {
    const bool last = i + 1 == routes.size();
    if (!last && routes[i].calendar == kAlwaysOpen) {
      items[i].warning("is always open: the routes after it are never taken");
      return;
    }
    if (last && routes[i].calendar != kAlwaysOpen) {
      list.warning("nobody is told while the calendars of all routes are closed");
    }
  }
}

void read_recipient(Compilation& c, const Cursor& list, TenantSpec& spec) {
  RecipientSpec* recipient = c.declare(c.recipients, spec.recipients, list, list.key());
  if (recipient == nullptr) return;
  const auto id = static_cast<RecipientId>(recipient - spec.recipients.data());
  c.recipient_places.insert_or_assign(id, list);
  recipient->routes.clear();
  const std::size_t faults = c.diagnostics.error_count();
  for (const Cursor& item : list.items()) {
    RouteSpec route;
    read_keys(c, item, std::span<const Key<RouteSpec>>(kKeys), route);
    recipient->routes.push_back(std::move(route));
  }
  if (c.diagnostics.error_count() > faults) return;
  if (recipient->routes.empty()) {
    list.error("has no route; write [{ to = \"attribute:agent\" }]");
  } else if (recipient->routes.size() > kRoutesMax) {
    list.error(fmt::format("{} routes; at most {}", recipient->routes.size(), kRoutesMax));
  } else {
    check_routes(list, recipient->routes);
  }
}

}  // namespace

void read_recipients(Compilation& c, const Cursor& table, TenantSpec& spec) {
  if (table.kind() != NodeKind::table) c.recipients.doubt();
  for (const Cursor& member : table.members()) read_recipient(c, member, spec);
}

void list_recipient_keys(KeyRows& rows) {
  rows.push_back({"recipient.*", Need::optional});
  list_keys(rows, "recipient.*.", std::span<const Key<RouteSpec>>(kKeys));
}

}  // namespace vencer::config
