// What a document completes and refuses beside names: the matrix, constraints, limits of work in
// progress, quotas (semantics.md, sections 2 and 3).
#include <algorithm>

#include "tests/model/desk.h"

namespace vencer::model {
namespace {

bool same_count(const ConstraintSpec& a, const ConstraintSpec& b) {
  return a.kind == b.kind && a.retired == b.retired && a.per == b.per && a.statuses == b.statuses &&
         a.when == b.when;
}

// The value of `per` under which a limit counts a ticket; nothing: it does not.
std::optional<Value> counted(const ConstraintSpec& limit, const Standing& standing) {
  if (!standing.there || (limit.statuses >> standing.status & 1) == 0) return std::nullopt;
  if (!standing.matches(limit.when)) return std::nullopt;
  const Value value = standing.value(limit.per);
  // Choice (constraints.h): who has no value of it is not limited.
  return value == 0 ? std::nullopt : std::optional(value);
}

}  // namespace

// What the matrix says of a ticket with these values; 0: nothing.
Value Desk::given(const Standing& standing) const {
  const MatrixSpec& matrix = document_.matrix;
  const Value row = standing.value(matrix.row);
  const Value column = standing.value(matrix.column);
  return row == 0 || column == 0 ? 0 : matrix.cells[(row - 1) * matrix.columns + column - 1];
}

// "On create if the command brings no value; on a change of row or column if the command does not
// name the attribute and it still has what the matrix gave." Choices (matrix.cc): a value that
// is what the matrix would give is what it gave, and a combination without a cell clears it.
void Desk::complete(const ModelTicket& ticket, Request& request) const {
  const AttributeId sets = document_.matrix.sets;
  if (sets == kNoId8) return;
  const auto& asked = request.attributes;
  const bool brings = std::any_of(asked.begin(), asked.end(), [&](const AttributeValue& set) {
    return set.attribute == sets && (!request.create || set.value != 0);
  });
  const Value gives = given(what_happens(ticket, request).after);
  const Value gave = given(ticket.now);
  if (brings || gives == gave || ticket.now.value(sets) != gave) return;
  request.attributes.push_back({sets, gives});
}

// "At most N tickets of one customer or agent in a status." One that is counted already stays so.
bool Desk::exceeds(const ModelTicket& ticket, std::uint16_t id, const Happened& h) const {
  const ConstraintSpec& limit = document_.constraints[id];
  const std::optional<Value> value = counted(limit, h.after);
  if (!value || counted(limit, h.before) == value) return false;
  std::uint32_t others = 0;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (!slots_[i] || slots_[i]->closed || slots_[i]->key == ticket.key) continue;
    // Choice (constraints.h): while a limit is counted anew, those brought to its document so far.
    if (recounting_.contains(id) && i > brought_) continue;
    if (counted(limit, slots_[i]->now) == value) ++others;
  }
  return others >= limit.max;
}

// The first in the document's order that the change would break, looked at as it will be.
std::uint16_t Desk::broken(const ModelTicket& ticket, const Request& request, TimeMs at) const {
  const Happened h = what_happens(ticket, request);
  const auto breaks = [&](std::uint16_t id) {
    const ConstraintSpec& c = document_.constraints[id];
    switch (c.kind) {
      case ConstraintKind::forbidden:
        return true;
      case ConstraintKind::only:
        return !h.after.matches(c.match) ||
               (c.calendar != kNoId16 && !calendars_[c.calendar]->is_open(at));
      case ConstraintKind::needs:  // "preconditions bind commands, not steps"
        return !request.automatic && (ticket.activities & c.activities) != c.activities;
      case ConstraintKind::actors:
        return !request.automatic &&
               std::find(c.actors.begin(), c.actors.end(), request.actor) == c.actors.end();
      case ConstraintKind::limit:
        return exceeds(ticket, id, h);
    }
    return false;
  };
  for (std::size_t i = 0; i < document_.constraints.size(); ++i) {
    const ConstraintSpec& c = document_.constraints[i];
    const bool happens =
        (request.create && c.on_create) || (request.merge && c.on_merge) || h.matches(c.on);
    if (c.retired || !happens || !h.after.matches(c.when)) continue;
    if (!c.while_in.empty() && !h.after.in(c.while_in)) continue;
    if (breaks(static_cast<std::uint16_t>(i))) return static_cast<std::uint16_t>(i);
  }
  return kNoId16;
}

// May a command change the ticket so? Completes what it asks for.
Errc Desk::may_change(const ModelTicket& ticket, Request& request, TimeMs at,
                      CommandResult* result) const {
  complete(ticket, request);
  result->detail = 0;
  if (!request.create && !interval_room(ticket, request)) return Errc::limit;
  const std::uint16_t stands_in_the_way = broken(ticket, request, at);
  if (stands_in_the_way == kNoId16) return Errc::ok;
  result->detail = static_cast<std::uint8_t>(stands_in_the_way);
  return Errc::constraint;
}

// Limits that count other tickets than they did are counted anew.
void Desk::recount(const TenantSpec& document) {
  recounting_.clear();
  for (std::size_t i = 0; i < document.constraints.size(); ++i) {
    const bool known = i < document_.constraints.size();
    if (known && same_count(document_.constraints[i], document.constraints[i])) continue;
    recounting_.insert(static_cast<std::uint16_t>(i));
  }
}

// "A second's worth may come at once." In thousandths of a command; refused ones take nothing.
bool Desk::take_turn_of_quota() {
  const std::int64_t rate = document_.quota.commands_per_second;
  if (rate == 0) return true;
  quota_left_ = std::min(rate * 1000, quota_left_ + (now_ - quota_at_) * rate);
  quota_at_ = now_;
  if (quota_left_ < 1000) return false;
  quota_left_ -= 1000;
  return true;
}

}  // namespace vencer::model
