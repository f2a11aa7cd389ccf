// The calls of a Client that ask about many tickets: words to ids, page after page, one answer.
#include <vencer_generated.h>

#include <algorithm>
#include <tuple>

#include "net/client/call_words.h"
#include "net/client/client_impl.h"
#include "net/client/query_frames.h"

namespace vencer {
namespace {

std::uint16_t number_of(wire::FrameType type) {
  return static_cast<std::uint16_t>(type);
}

Result<std::uint32_t> clock_mask(const Names& names, const std::vector<std::string>& clocks) {
  std::uint32_t mask = 0;
  for (const std::string& name : clocks) {
    const Result<ClockId> id = names.clock_id(name);
    if (!id) return id.error();
    mask |= 1u << *id;
  }
  return mask;
}

Result<QueryFilter> filter_of(const Names& names, const TicketFilter& words) {
  QueryFilter filter;
  for (const std::string& name : words.statuses) {
    const Result<StatusId> id = names.status_id(name);
    if (!id) return id.error();
    filter.statuses |= 1ull << *id;
  }
  const Result<std::uint32_t> clocks = clock_mask(names, words.clocks);
  if (!clocks) return clocks.error();
  filter.clocks = *clocks;
  for (const auto& [word, value] : words.where) {
    const bool negated = !word.empty() && word.back() == '!';
    const Result<AttributeValue> found = names.attribute_value(
        std::string_view(word).substr(0, word.size() - (negated ? 1 : 0)), value);
    if (!found) return found.error();
    auto match = std::find_if(filter.when.begin(), filter.when.end(), [&](const QueryMatch& one) {
      return one.attribute == found->attribute && one.negated == negated;
    });
    if (match == filter.when.end()) {
      match = filter.when.insert(match, {found->attribute, negated, {}});
    }
    match->values.push_back(found->value);
  }
  return filter;
}

// The order of GetNextDue.
using Place = std::tuple<TimeMs, Value, KeyKind, std::uint64_t, std::uint64_t, ClockId>;
Place place_of(const ClockRow& row, AttributeId order) {
  Value value = 0;
  for (const AttributeValue& attribute : row.attributes) {
    if (attribute.attribute == order) value = attribute.value;
  }
  return {row.due,  order == kNoId8 ? 0 : value - 1, row.key.kind, row.key.high, row.key.low,
          row.clock};
}

// A ticket that changed between two pages may be in both: the later one counts.
void take_in(std::vector<ClockRow>& rows, std::vector<ClockRow> page, AttributeId order,
             std::size_t limit) {
  std::erase_if(rows, [&](const ClockRow& row) {
    return std::any_of(page.begin(), page.end(), [&](const ClockRow& newer) {
      return newer.key == row.key && newer.clock == row.clock;
    });
  });
  rows.insert(rows.end(), std::make_move_iterator(page.begin()),
              std::make_move_iterator(page.end()));
  std::sort(rows.begin(), rows.end(), [&](const ClockRow& a, const ClockRow& b) {
    return place_of(a, order) < place_of(b, order);
  });
  if (rows.size() > limit) rows.resize(limit);
}

std::size_t rows_of(std::size_t limit) {
  return std::clamp<std::size_t>(limit, 1, limits::query_rows_max);
}

}  // namespace

Result<DueRows> Client::next_due(const NextDueOptions& options) {
  const std::shared_ptr<const Names> words = names();
  if (words->tenant == kNoTenant) return needs_tenant();
  NextDueQuery query;
  query.tenant = words->tenant;
  const Result<QueryFilter> filter = filter_of(*words, options.filter);
  if (!filter) return filter.error();
  query.filter = *filter;
  if (!options.order.empty()) {
    const Result<AttributeId> order = words->attribute_id(options.order);
    if (!order) return order.error();
    query.order = *order;
  }
  query.until = options.until;
  query.limit = rows_of(options.limit);
  DueRows all;
  for (bool first = true;; first = false) {
    Result<NextDueAnswer> answer = impl_->call<NextDueAnswer>(
        get_next_due_frame(query), number_of(wire::FrameType::next_due_reply), &read_next_due);
    if (!answer) return answer.error();
    NextDuePage& page = answer->page;
    if (first) all.as_of = answer->as_of;
    all.reevaluating = all.reevaluating || page.reevaluating;
    take_in(all.rows, std::move(page.rows), query.order, query.limit);
    const bool full = all.rows.size() == query.limit;
    if (page.complete || (full && all.rows.back().due < page.found_to)) return all;
    if (full) query.until = std::min(query.until, all.rows.back().due);
    query.cursor = page.cursor;
  }
}

Result<DueRows> Client::overdue(const TicketFilter& words, std::size_t limit) {
  const std::shared_ptr<const Names> known = names();
  if (known->tenant == kNoTenant) return needs_tenant();
  OverdueQuery query;
  query.tenant = known->tenant;
  const Result<QueryFilter> filter = filter_of(*known, words);
  if (!filter) return filter.error();
  query.filter = *filter;
  DueRows all;
  for (bool first = true;; first = false) {
    query.limit = rows_of(limit - all.rows.size());
    Result<OverdueAnswer> answer = impl_->call<OverdueAnswer>(
        get_overdue_frame(query), number_of(wire::FrameType::overdue_reply), &read_overdue);
    if (!answer) return answer.error();
    OverduePage& page = answer->page;
    if (first) {
      all.as_of = answer->as_of;
      all.overdue = page.overdue;
    }
    all.reevaluating = all.reevaluating || page.reevaluating;
    all.rows.insert(all.rows.end(), std::make_move_iterator(page.rows.begin()),
                    std::make_move_iterator(page.rows.end()));
    all.more = !page.complete;
    if (page.complete || all.rows.size() >= limit) return all;
    query.cursor = page.cursor;
  }
}

Result<CountsReply> Client::counts(const std::vector<std::string>& by) {
  const std::shared_ptr<const Names> words = names();
  if (words->tenant == kNoTenant) return needs_tenant();
  std::vector<AttributeId> attributes;
  for (const std::string& name : by) {
    const Result<AttributeId> id = words->attribute_id(name);
    if (!id) return id.error();
    attributes.push_back(*id);
  }
  return impl_->call<CountsReply>(get_counts_frame(words->tenant, attributes),
                                  number_of(wire::FrameType::counts_reply), &read_counts);
}

Result<ForecastReply> Client::forecast() {
  const TenantId tenant = names()->tenant;
  if (tenant == kNoTenant) return needs_tenant();
  return impl_->call<ForecastReply>(get_forecast_frame(tenant),
                                    number_of(wire::FrameType::forecast_reply), &read_forecast);
}

Result<AttainmentReply> Client::attainment(const AttainmentOptions& options) {
  const std::shared_ptr<const Names> words = names();
  if (words->tenant == kNoTenant) return needs_tenant();
  AttainmentQuery query;
  const Result<std::uint32_t> clocks = clock_mask(*words, options.clocks);
  if (!clocks) return clocks.error();
  query.clocks = *clocks;
  if (!options.by.empty()) {
    const Result<AttributeId> by = words->attribute_id(options.by);
    if (!by) return by.error();
    query.by = *by;
  }
  query.first = options.first;
  query.last = options.last;
  query.by_day = options.by_day;
  return impl_->call<AttainmentReply>(get_attainment_frame(words->tenant, query),
                                      number_of(wire::FrameType::attainment_reply),
                                      &read_attainment);
}

Result<ExportPageReply> Client::export_page(std::uint32_t from, std::size_t limit) {
  const TenantId tenant = names()->tenant;
  if (tenant == kNoTenant) return needs_tenant();
  return impl_->call<ExportPageReply>(
      get_export_frame(tenant, from, static_cast<std::uint32_t>(limit)),
      number_of(wire::FrameType::export_reply), &read_export);
}

}  // namespace vencer
