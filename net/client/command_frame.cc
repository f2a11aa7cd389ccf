#include "net/client/command_frame.h"

#include <vector>

#include "engine/core/assert.h"
#include "engine/wire/frame_builder.h"

namespace vencer {

using flatbuffers::Offset;

struct CommandFrame::Impl {
  explicit Impl(TenantId of) : tenant(of) {}

  TenantId tenant;
  ProducerId producer;
  std::uint64_t first_number = 0;
  flatbuffers::FlatBufferBuilder fbb{16 << 10};
  std::vector<Offset<wire::Command>> commands;
  std::vector<std::byte> frame;  // empty until bytes()

  Offset<flatbuffers::Vector<const wire::AttributeValue*>> write(
      std::span<const AttributeValue> attributes) {
    if (attributes.empty()) return 0;
    wire::AttributeValue* into = nullptr;
    const auto offset = fbb.CreateUninitializedVectorOfStructs(attributes.size(), &into);
    for (const AttributeValue& from : attributes) {
      *into++ = wire::AttributeValue(from.value, from.attribute);
    }
    return offset;
  }

  void add(const TicketKey& key, wire::CommandBody type, Offset<void> body,
           const CommandOptions& options) {
    VENCER_ASSERT(frame.empty());  // bytes() was called: clear() first
    const wire::Key wired = wire_key(key);
    commands.push_back(wire::CreateCommand(fbb, &wired, type, body,
                                           wire_instant(options.occurred_at),
                                           options.expected_version, options.actor));
  }
};

CommandFrame::CommandFrame(TenantId tenant) : impl_(std::make_unique<Impl>(tenant)) {}
CommandFrame::~CommandFrame() = default;
CommandFrame::CommandFrame(CommandFrame&&) noexcept = default;
CommandFrame& CommandFrame::operator=(CommandFrame&&) noexcept = default;

void CommandFrame::clear() {
  impl_->fbb.Clear();
  impl_->commands.clear();
  impl_->frame.clear();
  impl_->producer = {};
  impl_->first_number = 0;
}

void CommandFrame::set_producer(const ProducerId& producer, std::uint64_t first_number) {
  impl_->producer = producer;
  impl_->first_number = first_number;
}

void CommandFrame::create(const TicketKey& key, StatusId status,
                          std::span<const AttributeValue> attributes,
                          const CommandOptions& options) {
  const auto list = impl_->write(attributes);
  const auto body = wire::CreateCreateTicketCommand(impl_->fbb, status, list).Union();
  impl_->add(key, wire::CommandBody::CreateTicketCommand, body, options);
}

void CommandFrame::set_status(const TicketKey& key, StatusId status,
                              const CommandOptions& options) {
  const auto body = wire::CreateSetStatusCommand(impl_->fbb, status).Union();
  impl_->add(key, wire::CommandBody::SetStatusCommand, body, options);
}

void CommandFrame::set_attributes(const TicketKey& key, std::span<const AttributeValue> attributes,
                                  const CommandOptions& options) {
  const auto list = impl_->write(attributes);
  const auto body = wire::CreateSetAttributesCommand(impl_->fbb, list).Union();
  impl_->add(key, wire::CommandBody::SetAttributesCommand, body, options);
}

void CommandFrame::activity(const TicketKey& key, ActivityId activity,
                            const CommandOptions& options) {
  const auto body = wire::CreateActivityCommand(impl_->fbb, activity).Union();
  impl_->add(key, wire::CommandBody::ActivityCommand, body, options);
}

void CommandFrame::escalate(const TicketKey& key, LevelId level, RecipientId recipient,
                            const CommandOptions& options) {
  const auto body = wire::CreateEscalateCommand(impl_->fbb, level, recipient).Union();
  impl_->add(key, wire::CommandBody::EscalateCommand, body, options);
}

void CommandFrame::acknowledge(const TicketKey& key, ClockId clock, DurationMs timeout_ms,
                               const CommandOptions& options) {
  const auto body = wire::CreateAcknowledgeCommand(impl_->fbb, clock, timeout_ms).Union();
  impl_->add(key, wire::CommandBody::AcknowledgeCommand, body, options);
}

std::size_t CommandFrame::size() const {
  return impl_->commands.size();
}

std::span<const std::byte> CommandFrame::bytes() {
  if (impl_->frame.empty()) {
    const wire::Uuid producer(impl_->producer.high, impl_->producer.low);
    const auto list = impl_->fbb.CreateVector(impl_->commands);
    impl_->fbb.Finish(wire::CreateCommands(impl_->fbb, impl_->tenant,
                                           impl_->producer.empty() ? nullptr : &producer,
                                           impl_->first_number, list));
    append_frame(wire::FrameType::commands, 0, impl_->fbb, impl_->frame);
  }
  return impl_->frame;
}

}  // namespace vencer
