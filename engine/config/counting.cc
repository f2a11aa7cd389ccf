// What is kept of tickets beside their clocks: customers, count_by, time_in_status, quota.
#include <fmt/format.h>

#include <algorithm>

#include "engine/config/choices.h"
#include "engine/config/matches.h"
#include "engine/config/references.h"
#include "engine/config/sections.h"
#include "engine/core/limits.h"

namespace vencer::config {
namespace {

bool has_customer(const Compilation& c) {
  return c.attributes.doubtful() || c.attributes.find("customer").has_value();
}

void read_defaults(Compilation& c, const Cursor& list, CustomersSpec& customers) {
  for (const Cursor& item : list.items()) {
    const auto id = read_attribute_name(c, item);
    if (!id) continue;
    if (c.spec.attributes[*id].role == AttributeRole::customer) {
      item.error("a customer cannot bring the customer itself; name other attributes");
      continue;
    }
    customers.defaults |= std::uint32_t{1} << *id;
  }
}

void read_contract(Compilation&, const Cursor& at, CustomersSpec& customers) {
  const auto choice = read_choice(at, {"ignore", "flag", "refuse"});
  if (choice) customers.contract = static_cast<ContractRule>(*choice);
}

void read_customers_to(Compilation& c, const Cursor& at, CustomersSpec& customers) {
  customers.recipient = read_recipient_name(c, at).value_or(kNoId16);
}

constexpr Key<CustomersSpec> kCustomersKeys[] = {
    {{"defaults", Need::optional}, read_defaults},
    {{"contract", Need::optional}, read_contract},
    {{"to", Need::optional}, read_customers_to},
};

void read_kind(Compilation& c, const Cursor& table, TimeInStatusSpec& kept) {
  kept.when = read_matches(c, table);
}

void read_kept_calendar(Compilation& c, const Cursor& at, TimeInStatusSpec& kept) {
  kept.calendar = read_calendar_name(c, at).value_or(kAlwaysOpen);
}

constexpr Key<TimeInStatusSpec> kTimeInStatusKeys[] = {
    {{"when", Need::required}, read_kind},
    {{"calendar", Need::required}, read_kept_calendar},
};

void read_tickets(Compilation&, const Cursor& at, QuotaSpec& quota) {
  const auto tickets = read_number(at, 1, limits::tickets_max);
  if (tickets) quota.tickets = static_cast<std::uint64_t>(*tickets);
}

void read_commands_per_second(Compilation&, const Cursor& at, QuotaSpec& quota) {
  const auto commands = read_number(at, 1, 1'000'000'000);
  if (commands) quota.commands_per_second = static_cast<std::uint32_t>(*commands);
}

constexpr Key<QuotaSpec> kQuotaKeys[] = {
    {{"tickets", Need::optional}, read_tickets},
    {{"commands_per_second", Need::optional}, read_commands_per_second},
};

}  // namespace

void read_customers(Compilation& c, const Cursor& table, TenantSpec& spec) {
  if (!has_customer(c)) {
    table.error(
        "there is no attribute \"customer\" in this document; write customer = \"open\" in "
        "[attribute]");
  }
  read_keys(c, table, std::span<const Key<CustomersSpec>>(kCustomersKeys), spec.customers);
}

void read_count_by(Compilation& c, const Cursor& list, TenantSpec& spec) {
  std::size_t cells = 1;
  for (const Cursor& item : list.items()) {
    const auto id = read_closed_attribute(c, item);
    if (!id) continue;
    if (std::find(spec.count_by.begin(), spec.count_by.end(), *id) != spec.count_by.end()) {
      item.error(fmt::format("{} stands twice", quoted(item.node().text)));
      continue;
    }
    spec.count_by.push_back(*id);
    // Bounded: with the first three it fits in 64 bits, and the others are too many.
    if (spec.count_by.size() <= limits::count_by_max) {
      cells *= spec.attributes[*id].values.size() + 1;
    }
  }
  if (spec.count_by.size() > limits::count_by_max) {
    list.error(
        fmt::format("{} attributes; at most {}", spec.count_by.size(), limits::count_by_max));
  } else if (cells > limits::count_cells_max) {
    list.error(
        fmt::format("{} combinations of values, \"not set\" counted; at most {}: name "
                    "attributes with fewer values",
                    cells, limits::count_cells_max));
  }
}

void read_time_in_status(Compilation& c, const Cursor& table, TenantSpec& spec) {
  spec.time_in_status.on = true;
  read_keys(c, table, std::span<const Key<TimeInStatusSpec>>(kTimeInStatusKeys),
            spec.time_in_status);
}

void read_quota(Compilation& c, const Cursor& table, TenantSpec& spec) {
  read_keys(c, table, std::span<const Key<QuotaSpec>>(kQuotaKeys), spec.quota);
}

void list_counting_keys(KeyRows& rows) {
  list_keys(rows, "customers.", std::span<const Key<CustomersSpec>>(kCustomersKeys));
  list_keys(rows, "time_in_status.", std::span<const Key<TimeInStatusSpec>>(kTimeInStatusKeys));
  list_keys(rows, "quota.", std::span<const Key<QuotaSpec>>(kQuotaKeys));
}

}  // namespace vencer::config
