// Reading FlatBuffers that strangers made: the verifier with tight limits, and what it does not
// check.
//
// The verifier (flatbuffers 2.0.8) checks neither the address of the buffer nor that the elements
// of a vector of 8-byte structs or scalars are 8-aligned, so such vectors are read by copying
// (for_each_*).
//
// Cost: verify O(bytes), everything else O(elements).
#pragma once

#include <flatbuffers/flatbuffers.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/core/types.h"
#include "engine/wire/little_endian.h"

namespace vencer {

// One body, whole and 8-aligned, of a table of the schema.
template <typename Table>
bool verify_flatbuffer(std::span<const std::byte> body, std::size_t bytes_max) {
  constexpr std::uintptr_t alignment = 8;
  if (reinterpret_cast<std::uintptr_t>(body.data()) % alignment != 0) return false;
  if (body.size() > bytes_max) return false;
  flatbuffers::Verifier::Options options;
  options.max_depth = 16;
  // A table takes 8 bytes at the very least (its own word and a vector's), so that an honest buffer
  // is never refused, and one whose tables are shared thousandfold costs no more to verify than its
  // length.
  options.max_tables = static_cast<flatbuffers::uoffset_t>(body.size() / 8 + 1);
  flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(body.data()), body.size(),
                                 options);
  return verifier.VerifyBuffer<Table>(nullptr);
}

template <typename Table>
const Table* flatbuffer_root(std::span<const std::byte> body) {
  return flatbuffers::GetRoot<Table>(body.data());
}

inline std::string_view view_of(const flatbuffers::String* text) {
  return text == nullptr ? std::string_view() : std::string_view(text->c_str(), text->size());
}
inline std::string text_of(const flatbuffers::String* text) {
  return std::string(view_of(text));
}

template <typename Vector>
std::size_t size_of(const Vector* vector) {
  return vector == nullptr ? 0 : vector->size();
}

// Calls visit(bytes of the element) for each element of a vector of structs or scalars.
template <typename Element, typename Vector, typename Visit>
void for_each_element(const Vector* vector, Visit visit) {
  if (vector == nullptr) return;
  const auto* bytes = reinterpret_cast<const std::byte*>(vector->Data());
  for (std::size_t i = 0; i < vector->size(); ++i) visit(bytes + i * sizeof(Element));
}

// Attribute values of either schema lie alike: u64 value | u8 attribute | 7 bytes of nothing.
inline constexpr std::size_t kAttributeValueBytes = 16;
inline AttributeValue load_attribute_value(const std::byte* bytes) {
  return AttributeValue{load_le<std::uint8_t>(bytes + 8), load_le<std::uint64_t>(bytes)};
}

}  // namespace vencer
