// CommandFrame: builds one frame of commands, one or thousands, ready to be sent (Client::submit).
//
//   CommandFrame frame(names->tenant);
//   for (...) frame.create(number_key(i), kNoId8, attributes);
//   client.submit(frame, on_reply);
//
// Cost: about 20 ns a command; memory is kept by clear(), so in steady state nothing is allocated.
// Limits: limits::commands_per_frame_max commands, limits::frame_bytes_max bytes; the server
// refuses more. Thread: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "engine/core/command.h"
#include "engine/core/types.h"

namespace vencer {

// What every command may carry.
struct CommandOptions {
  TimeMs occurred_at = kNever;         // when it happened at the desk; kNever: as it arrives
  std::uint32_t expected_version = 0;  // 0: any
  std::uint64_t actor = 0;
};

// What a new ticket may bring beside status and attributes.
struct NewTicketOptions {
  TimeMs start_at = kNever;  // its clocks are idle until then
  TimeMs due_at = kNever;    // for targets "ticket"
  bool quiet = false;        // nothing is told of it but `imported`
};

class CommandFrame {
 public:
  explicit CommandFrame(TenantId tenant);
  ~CommandFrame();
  CommandFrame(CommandFrame&&) noexcept;
  CommandFrame& operator=(CommandFrame&&) noexcept;

  // Empty again, memory and tenant kept, no producer.
  void clear();
  // With these, commands are applied exactly once; first_number is that of the frame's first
  // command.
  void set_producer(const ProducerId& producer, std::uint64_t first_number);

  // status: kNoId8 for the tenant's first.
  void create(const TicketKey& key, StatusId status, std::span<const AttributeValue> attributes,
              const CommandOptions& options = {}, const NewTicketOptions& more = {});
  void set_status(const TicketKey& key, StatusId status, const CommandOptions& options = {});
  // Until then; at its end then_status is taken by itself (kNoId8: the one before).
  void set_status_until(const TicketKey& key, StatusId status, TimeMs until, StatusId then_status,
                        const CommandOptions& options = {});
  // Value 0 clears.
  void set_attributes(const TicketKey& key, std::span<const AttributeValue> attributes,
                      const CommandOptions& options = {});
  void activity(const TicketKey& key, ActivityId activity, const CommandOptions& options = {});
  // level 0: the next one. recipient kNoId16: nobody in particular.
  void escalate(const TicketKey& key, LevelId level, RecipientId recipient,
                const CommandOptions& options = {});
  // clock kNoId8: every clock. timeout_ms 0: the ladder's own.
  void acknowledge(const TicketKey& key, ClockId clock, DurationMs timeout_ms,
                   const CommandOptions& options = {});
  // The ticket is a duplicate of `into`.
  void merge(const TicketKey& key, const TicketKey& into, const CommandOptions& options = {});
  void link(const TicketKey& key, LinkKind kind, const TicketKey& other,
            const CommandOptions& options = {});
  // by_ms of open time, may be negative. reason: at most limits::reason_bytes_max.
  void extend(const TicketKey& key, ClockId clock, DurationMs by_ms, std::string_view reason,
              const CommandOptions& options = {});
  // clock kNoId8: every clock with a target "ticket". due_at kNever: it has none any more.
  void set_due(const TicketKey& key, ClockId clock, TimeMs due_at,
               const CommandOptions& options = {});
  void cancel(const TicketKey& key, const CommandOptions& options = {});
  // contract_until: kNever is without end, 0 is none. reapply: to its open tickets too.
  void put_customer(Value customer, std::span<const AttributeValue> attributes,
                    TimeMs contract_until, bool reapply, const CommandOptions& options = {});
  // attribute kNoId8: the whole tenant. until: an instant not after now ends it.
  void mute(AttributeId attribute, Value value, TimeMs until, const CommandOptions& options = {});

  std::size_t size() const;  // commands in it
  // Header and body, whose correlation id submit() fills in. Valid until the next change. Further
  // commands may not be added after it without clear().
  std::span<const std::byte> bytes();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vencer
