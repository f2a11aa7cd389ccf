#include "engine/wire/step_codec.h"

#include <log_generated.h>

#include "engine/core/limits.h"
#include "engine/wire/flatbuffer_read.h"
#include "engine/wire/tenant_codec.h"
#include "engine/wire/wire_enums.h"

namespace vencer {
namespace {

using flatbuffers::FlatBufferBuilder;

std::vector<std::byte> bytes_of(const FlatBufferBuilder& finished) {
  const auto* begin = reinterpret_cast<const std::byte*>(finished.GetBufferPointer());
  return {begin, begin + finished.GetSize()};
}

Error unreadable(std::string_view what) {
  return Error{Errc::invalid_flatbuffer, std::string(what) + ": the bytes do not verify"};
}

template <typename Table>
bool verified(std::span<const std::byte> payload) {
  return verify_flatbuffer<Table>(payload, limits::group_bytes_max);
}

Error out_of_range(std::string_view what) {
  return Error{Errc::invalid_flatbuffer,
               "settings step: " + std::string(what) + " is out of range"};
}

}  // namespace

std::vector<std::byte> encode_settings(const Settings& settings) {
  FlatBufferBuilder fbb;
  fbb.Finish(stored::CreateSettings(fbb, settings.partition, number(settings.clock_source),
                                    settings.ticket_capacity, settings.producer_capacity,
                                    settings.skew_max_ms));
  return bytes_of(fbb);
}

Result<Settings> decode_settings(std::span<const std::byte> payload) {
  if (!verified<stored::Settings>(payload)) return unreadable("settings step");
  const auto* from = flatbuffer_root<stored::Settings>(payload);
  Settings settings;
  settings.partition = from->partition();
  settings.clock_source = static_cast<ClockSource>(from->clock_source());
  settings.ticket_capacity = from->ticket_capacity();
  settings.producer_capacity = from->producer_capacity();
  settings.skew_max_ms = from->skew_max_ms();
  if (settings.clock_source != ClockSource::wall && settings.clock_source != ClockSource::input) {
    return out_of_range("clock_source");
  }
  if (settings.ticket_capacity == 0 || settings.ticket_capacity > limits::tickets_max) {
    return out_of_range("ticket_capacity");
  }
  if (settings.producer_capacity == 0) return out_of_range("producer_capacity");
  if (settings.skew_max_ms < 0 || settings.skew_max_ms > limits::kDay)
    return out_of_range("skew_max_ms");
  return settings;
}

std::vector<std::byte> encode_tenant(const TenantSpec& tenant) {
  FlatBufferBuilder fbb;
  fbb.Finish(write_tenant(fbb, tenant));
  return bytes_of(fbb);
}

Result<TenantSpec> decode_tenant(std::span<const std::byte> payload) {
  if (!verified<stored::TenantDocument>(payload)) return unreadable("tenant document");
  TenantSpec tenant = read_tenant(*flatbuffer_root<stored::TenantDocument>(payload));
  if (std::string fault = check_tenant(tenant); !fault.empty()) {
    return Error{Errc::invalid_document, "tenant document '" + tenant.name + "': " + fault};
  }
  return tenant;
}

std::vector<std::byte> encode_consumer_at(std::string_view name, std::uint64_t position) {
  FlatBufferBuilder fbb;
  const auto text = fbb.CreateString(name.data(), name.size());
  fbb.Finish(stored::CreateConsumerAt(fbb, text, position));
  return bytes_of(fbb);
}

Result<Step> StepDecoder::decode(const StoredStep& stored) {
  Step step;
  step.kind = static_cast<StepKind>(stored.kind);
  step.now = stored.now;
  step.principal = stored.principal;
  switch (step.kind) {
    case StepKind::settings: {
      Result<Settings> settings = decode_settings(stored.payload);
      if (!settings) return settings.error();
      settings_ = *settings;
      step.settings = &settings_;
      return step;
    }
    case StepKind::commands:
      return decode_commands(stored, step);
    case StepKind::tenant_document: {
      Result<TenantSpec> document = decode_tenant(stored.payload);
      if (!document) return document.error();
      document_ = std::move(document).value();
      step.document = &document_;
      return step;
    }
    case StepKind::advance:
    case StepKind::background:
      step.limit = stored.argument;
      return step;
    case StepKind::touch:
      if (stored.argument >= kNoSlot)
        return Error{Errc::invalid_flatbuffer, "touch step: no such slot"};
      step.slot = static_cast<Slot>(stored.argument);
      return step;
    case StepKind::delete_tenant:
      if (stored.argument > UINT32_MAX)
        return Error{Errc::invalid_flatbuffer, "delete_tenant step: no such tenant"};
      step.tenant = static_cast<TenantId>(stored.argument);
      return step;
    case StepKind::consumer_at: {
      if (!verified<stored::ConsumerAt>(stored.payload)) return unreadable("consumer_at step");
      const auto* from = flatbuffer_root<stored::ConsumerAt>(stored.payload);
      step.consumer = view_of(from->name());
      step.position = from->position();
      return step;
    }
  }
  return Error{Errc::invalid_flatbuffer, "step of an unknown kind " + std::to_string(stored.kind)};
}

Result<Step> StepDecoder::decode_commands(const StoredStep& stored, Step step) {
  if (stored.frame_type != number(wire::FrameType::commands)) {
    return Error{Errc::unknown_frame_type,
                 "commands step: frame of an unknown type " + std::to_string(stored.frame_type)};
  }
  if (verify_request(stored.frame_type, stored.payload) != Errc::ok)
    return unreadable("commands step");
  if (const Errc code = batch_.decode(stored.payload); code != Errc::ok) {
    return Error{code, "commands step: " + std::string(to_string(code))};
  }
  step.tenant = batch_.tenant;
  step.producer = batch_.producer;
  step.first_number = batch_.first_number;
  step.commands = batch_.commands;
  return step;
}

}  // namespace vencer
