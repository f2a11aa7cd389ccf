// Steps <-> the payloads that the log holds. The replay's only reader: no text, no files.
//
// Cost: O(payload).  Thread: a StepDecoder belongs to one thread; the Step that it returns is valid
// until its next call and as long as the payload.  Errors: bytes that do not verify give an error,
// never a crash.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "engine/core/step.h"
#include "engine/wire/request_codec.h"

namespace vencer {

std::vector<std::byte> encode_settings(const Settings& settings);
Result<Settings> decode_settings(std::span<const std::byte> payload);

std::vector<std::byte> encode_tenant(const TenantSpec& tenant);
// Checks that ids lie inside their tables, so that the state machine need not.
Result<TenantSpec> decode_tenant(std::span<const std::byte> payload);

std::vector<std::byte> encode_consumer_at(std::string_view name, std::uint64_t position);

// A step as it lies in the log: the fixed fields of its record, and its payload (8-aligned).
struct StoredStep {
  std::uint8_t kind = 0;
  std::uint16_t frame_type = 0;
  TimeMs now = 0;
  std::uint64_t principal = 0;
  std::uint64_t argument = 0;  // the count; touch: the slot; delete_tenant: its id
  std::span<const std::byte> payload;
};

class StepDecoder {
 public:
  Result<Step> decode(const StoredStep& stored);

 private:
  Result<Step> decode_commands(const StoredStep& stored, Step step);

  CommandBatch batch_;
  TenantSpec document_;
  Settings settings_;
};

}  // namespace vencer
