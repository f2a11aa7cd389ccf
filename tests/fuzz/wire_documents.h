// Tenant documents of a snapshot as the server has them: engine/wire's bytes.
#pragma once

#include "engine/core/snapshot.h"
#include "engine/wire/step_codec.h"
#include "tests/fuzz/byte_source.h"

namespace vencer::fuzz {

class WireDocuments final : public SnapshotDocuments {
 public:
  void encode(const TenantSpec& document, std::vector<std::byte>* out) const override {
    const std::vector<std::byte> bytes = encode_tenant(document);
    out->insert(out->end(), bytes.begin(), bytes.end());
  }
  Result<TenantSpec> decode(std::span<const std::byte> bytes) const override {
    const Aligned aligned(bytes);
    return decode_tenant(aligned.span());
  }
};

}  // namespace vencer::fuzz
