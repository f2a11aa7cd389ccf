#include "engine/wire/content_hash.h"

namespace vencer {
namespace {

// One round of the finalizer of SplitMix64 (Steele, Lea, Flood 2014) over a running state.
std::uint64_t mix(std::uint64_t state, std::uint64_t word) {
  std::uint64_t z = (state ^ word) + 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

// What commands could not say at first. A command that says nothing of it keeps the hash that it
// had then: hashes are in logs.
bool says_more(const Command& command) {
  return command.kind > CommandKind::acknowledge || command.until != kNever ||
         command.then_status != kNoId8 || command.start_at != kNever || command.due_at != kNever ||
         command.quiet;
}

std::uint64_t mix_more(std::uint64_t state, const Command& command) {
  state = mix(state, static_cast<std::uint64_t>(command.then_status) |
                         static_cast<std::uint64_t>(command.link) << 8 |
                         static_cast<std::uint64_t>(command.attribute) << 16 |
                         static_cast<std::uint64_t>(command.other.kind) << 24 |
                         static_cast<std::uint64_t>(command.quiet ? 1 : 0) << 32 |
                         static_cast<std::uint64_t>(command.reapply ? 1 : 0) << 33 |
                         static_cast<std::uint64_t>(command.reason.size()) << 40);
  for (const std::int64_t word :
       {command.until, command.start_at, command.due_at, command.by_ms, command.contract_until}) {
    state = mix(state, static_cast<std::uint64_t>(word));
  }
  for (const std::uint64_t word : {command.other.low, command.other.high, command.value}) {
    state = mix(state, word);
  }
  for (const char byte : command.reason) state = mix(state, static_cast<unsigned char>(byte));
  return state;
}

}  // namespace

std::uint32_t content_hash(const Command& command) {
  // The small fields side by side in two words.
  const std::uint64_t small = static_cast<std::uint64_t>(command.kind) |
                              static_cast<std::uint64_t>(command.key.kind) << 8 |
                              static_cast<std::uint64_t>(command.status) << 16 |
                              static_cast<std::uint64_t>(command.activity) << 24 |
                              static_cast<std::uint64_t>(command.level) << 32 |
                              static_cast<std::uint64_t>(command.clock) << 40 |
                              static_cast<std::uint64_t>(command.recipient) << 48;
  const std::uint64_t sizes = static_cast<std::uint64_t>(command.expected_version) |
                              static_cast<std::uint64_t>(command.attributes.size()) << 32;
  std::uint64_t state = mix(0, small);
  state = mix(state, sizes);
  state = mix(state, command.key.low);
  state = mix(state, command.key.high);
  state = mix(state, static_cast<std::uint64_t>(command.occurred_at));
  state = mix(state, command.actor);
  state = mix(state, static_cast<std::uint64_t>(command.timeout_ms));
  for (const AttributeValue& attribute : command.attributes) {
    state = mix(state, attribute.attribute);
    state = mix(state, attribute.value);
  }
  if (says_more(command)) state = mix_more(state, command);
  return static_cast<std::uint32_t>(state ^ (state >> 32));
}

}  // namespace vencer
