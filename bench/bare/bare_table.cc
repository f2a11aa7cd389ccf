#include "bench/bare/bare_table.h"

#include "engine/core/limits.h"

namespace vencer::bench {
namespace {

constexpr TenantId kTenant = 1;
constexpr std::size_t kTimerBytes = 8 + 12;  // word and entry of a timer, what the wheel keeps

}  // namespace

BareTable::BareTable(std::uint32_t capacity, TimeMs now)
    : index_(capacity, source_), wheel_(now, source_) {
  const std::uint64_t bytes = TicketIndex::expected_bytes(capacity) +
                              std::uint64_t{capacity} * (sizeof(Ticket) + kTimerBytes);
  source_->expect(bytes);
  source_->populate_all(bytes / kPageBytes + 1);  // as with --memory start
}

bool BareTable::is(Slot slot, const TicketKey& key) {
  const Ticket& ticket = at(slot);
  return ticket.key_low == key.low && ticket.key_high == key.high;
}

Slot BareTable::find(std::uint64_t hash, const TicketKey& key) {
  return index_.find(hash, [&](Slot slot) { return is(slot, key); });
}

void BareTable::apply(std::span<const Command> commands, TimeMs now,
                      std::vector<CommandResult>* results) {
  results->clear();
  hashes_.clear();
  slots_.clear();
  for (const Command& command : commands) {
    hashes_.push_back(TicketIndex::hash(kTenant, command.key));
    index_.prefetch(hashes_.back());
  }
  for (std::size_t i = 0; i < commands.size(); ++i) {
    // By the tag alone: whose key it is can be read when the ticket has come.
    const Slot likely = index_.find(hashes_[i], [](Slot) { return true; });
    slots_.push_back(likely);
    if (likely == kNoSlot) continue;
    __builtin_prefetch(&at(likely), 1);
    wheel_.prefetch(TimerId{likely});
  }
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const Command& command = commands[i];
    results->push_back(command.kind == CommandKind::create
                           ? create(command, hashes_[i], now)
                           : change(command, slots_[i], hashes_[i], now));
  }
}

CommandResult BareTable::create(const Command& command, std::uint64_t hash, TimeMs now) {
  // One frame may create a key twice.
  if (find(hash, command.key) != kNoSlot) return {.code = Errc::ticket_exists};
  const auto slot = static_cast<Slot>(count_++);
  if (slot % kPageTickets == 0) pages_.push_back(reinterpret_cast<Ticket*>(source_->take()));
  at(slot) = {command.key.low, command.key.high, now, 1, 0};
  index_.insert(hash, slot);
  wheel_.schedule(TimerId{slot}, now + limits::kHour + slot % 65'536);
  return {.version = 1};
}

CommandResult BareTable::change(const Command& command, Slot slot, std::uint64_t hash, TimeMs now) {
  if (slot == kNoSlot || !is(slot, command.key)) slot = find(hash, command.key);
  if (slot == kNoSlot) return {.code = Errc::unknown_ticket};
  Ticket& ticket = at(slot);
  ticket.changed_at = now;
  ticket.state = ticket.state * 31 + static_cast<std::uint32_t>(command.kind) + command.status;
  wheel_.schedule(TimerId{slot}, now + limits::kHour + ticket.state % 65'536);
  return {.version = ++ticket.version};
}

}  // namespace vencer::bench
