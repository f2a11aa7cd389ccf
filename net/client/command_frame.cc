#include "net/client/command_frame.h"

#include <vector>

#include "engine/core/assert.h"
#include "engine/wire/command_writer.h"
#include "net/client/key.h"

namespace vencer {

struct CommandFrame::Impl {
  explicit Impl(TenantId of) : tenant(of) {}

  TenantId tenant;
  ProducerId producer;
  std::uint64_t first_number = 0;
  CommandWriter writer;
  std::vector<std::byte> frame;  // empty until bytes()

  static Command command(CommandKind kind, const TicketKey& key, const CommandOptions& options) {
    Command made;
    made.kind = kind;
    made.key = key;
    made.occurred_at = options.occurred_at;
    made.expected_version = options.expected_version;
    made.actor = options.actor;
    return made;
  }
  void add(const Command& command) {
    VENCER_ASSERT(frame.empty());  // bytes() was called: clear() first
    writer.add(command);
  }
};

CommandFrame::CommandFrame(TenantId tenant) : impl_(std::make_unique<Impl>(tenant)) {}
CommandFrame::~CommandFrame() = default;
CommandFrame::CommandFrame(CommandFrame&&) noexcept = default;
CommandFrame& CommandFrame::operator=(CommandFrame&&) noexcept = default;

void CommandFrame::clear() {
  impl_->writer.clear();
  impl_->frame.clear();
  impl_->producer = {};
  impl_->first_number = 0;
}

void CommandFrame::set_producer(const ProducerId& producer, std::uint64_t first_number) {
  impl_->frame.clear();  // the same commands may be sent again under other numbers
  impl_->producer = producer;
  impl_->first_number = first_number;
}

void CommandFrame::create(const TicketKey& key, StatusId status,
                          std::span<const AttributeValue> attributes, const CommandOptions& options,
                          const NewTicketOptions& more) {
  Command command = Impl::command(CommandKind::create, key, options);
  command.status = status;
  command.attributes = attributes;
  command.start_at = more.start_at;
  command.due_at = more.due_at;
  command.quiet = more.quiet;
  impl_->add(command);
}

void CommandFrame::set_status(const TicketKey& key, StatusId status,
                              const CommandOptions& options) {
  Command command = Impl::command(CommandKind::set_status, key, options);
  command.status = status;
  impl_->add(command);
}

void CommandFrame::set_status_until(const TicketKey& key, StatusId status, TimeMs until,
                                    StatusId then_status, const CommandOptions& options) {
  Command command = Impl::command(CommandKind::set_status, key, options);
  command.status = status;
  command.until = until;
  command.then_status = then_status;
  impl_->add(command);
}

void CommandFrame::set_attributes(const TicketKey& key, std::span<const AttributeValue> attributes,
                                  const CommandOptions& options) {
  Command command = Impl::command(CommandKind::set_attributes, key, options);
  command.attributes = attributes;
  impl_->add(command);
}

void CommandFrame::activity(const TicketKey& key, ActivityId activity,
                            const CommandOptions& options) {
  Command command = Impl::command(CommandKind::activity, key, options);
  command.activity = activity;
  impl_->add(command);
}

void CommandFrame::escalate(const TicketKey& key, LevelId level, RecipientId recipient,
                            const CommandOptions& options) {
  Command command = Impl::command(CommandKind::escalate, key, options);
  command.level = level;
  command.recipient = recipient;
  impl_->add(command);
}

void CommandFrame::acknowledge(const TicketKey& key, ClockId clock, DurationMs timeout_ms,
                               const CommandOptions& options) {
  Command command = Impl::command(CommandKind::acknowledge, key, options);
  command.clock = clock;
  command.timeout_ms = timeout_ms;
  impl_->add(command);
}

void CommandFrame::merge(const TicketKey& key, const TicketKey& into,
                         const CommandOptions& options) {
  Command command = Impl::command(CommandKind::merge, key, options);
  command.other = into;
  impl_->add(command);
}

void CommandFrame::link(const TicketKey& key, LinkKind kind, const TicketKey& other,
                        const CommandOptions& options) {
  Command command = Impl::command(CommandKind::link, key, options);
  command.link = kind;
  command.other = other;
  impl_->add(command);
}

void CommandFrame::extend(const TicketKey& key, ClockId clock, DurationMs by_ms,
                          std::string_view reason, const CommandOptions& options) {
  Command command = Impl::command(CommandKind::extend, key, options);
  command.clock = clock;
  command.by_ms = by_ms;
  command.reason = reason;
  impl_->add(command);
}

void CommandFrame::set_due(const TicketKey& key, ClockId clock, TimeMs due_at,
                           const CommandOptions& options) {
  Command command = Impl::command(CommandKind::set_due, key, options);
  command.clock = clock;
  command.due_at = due_at;
  impl_->add(command);
}

void CommandFrame::cancel(const TicketKey& key, const CommandOptions& options) {
  impl_->add(Impl::command(CommandKind::cancel, key, options));
}

void CommandFrame::put_customer(Value customer, std::span<const AttributeValue> attributes,
                                TimeMs contract_until, bool reapply,
                                const CommandOptions& options) {
  Command command = Impl::command(CommandKind::put_customer, number_key(customer), options);
  command.attributes = attributes;
  command.contract_until = contract_until;
  command.reapply = reapply;
  impl_->add(command);
}

void CommandFrame::mute(AttributeId attribute, Value value, TimeMs until,
                        const CommandOptions& options) {
  Command command = Impl::command(CommandKind::mute, {}, options);
  command.attribute = attribute;
  command.value = value;
  command.until = until;
  impl_->add(command);
}

std::size_t CommandFrame::size() const {
  return impl_->writer.size();
}

std::span<const std::byte> CommandFrame::bytes() {
  if (impl_->frame.empty()) {
    impl_->writer.append_frame(impl_->tenant, impl_->producer, impl_->first_number, impl_->frame);
  }
  return impl_->frame;
}

}  // namespace vencer
