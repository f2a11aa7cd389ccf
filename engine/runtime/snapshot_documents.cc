#include "engine/runtime/snapshot_documents.h"

#include <cstdint>
#include <cstring>
#include <vector>

#include "engine/wire/step_codec.h"

namespace vencer {
namespace {

class WireDocuments final : public SnapshotDocuments {
 public:
  void encode(const TenantSpec& document, std::vector<std::byte>* out) const override {
    const std::vector<std::byte> bytes = encode_tenant(document);
    out->insert(out->end(), bytes.begin(), bytes.end());
  }
  Result<TenantSpec> decode(std::span<const std::byte> bytes) const override {
    std::vector<std::uint64_t> aligned((bytes.size() + 7) / 8);  // as FlatBuffers want it
    std::memcpy(aligned.data(), bytes.data(), bytes.size());
    return decode_tenant(std::as_bytes(std::span(aligned)).first(bytes.size()));
  }
};

}  // namespace

const SnapshotDocuments& snapshot_documents() {
  static const WireDocuments documents;
  return documents;
}

}  // namespace vencer
