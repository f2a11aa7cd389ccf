// SavedState: a snapshot of a machine, kept in memory, for tests: taken in slices while the test
// goes on, restored into another machine.
//
//   SavedState saved;
//   saved.begin(machine);
//   ... saved.slice(machine, 3); ...
//   saved.finish(machine);
//   const Status restored = saved.restore(&other, 7);   // fed seven bytes at a time
//
// Documents stand in its bytes as numbers of a list that it keeps.
#pragma once

#include <algorithm>
#include <deque>
#include <span>
#include <vector>

#include "engine/core/snapshot.h"

namespace vencer::test {

// A document is a byte of sense and four of number.
class KeptDocuments final : public SnapshotDocuments {
 public:
  void encode(const TenantSpec& document, std::vector<std::byte>* out) const override {
    const std::size_t number = kept_.size();
    kept_.push_back(document);
    out->push_back(std::byte{0xd0});
    for (int i = 0; i < 4; ++i) out->push_back(static_cast<std::byte>(number >> (8 * i)));
  }
  Result<TenantSpec> decode(std::span<const std::byte> bytes) const override {
    std::size_t number = 0;
    if (bytes.size() != 5 || bytes[0] != std::byte{0xd0}) return bad();
    for (std::size_t i = 0; i < 4; ++i) {
      number |= std::to_integer<std::size_t>(bytes[i + 1]) << (8 * i);
    }
    if (number >= kept_.size()) return bad();
    return kept_[number];
  }

 private:
  static Error bad() { return {Errc::invalid_document, "no such document"}; }
  mutable std::deque<TenantSpec> kept_;
};

class SavedState {
 public:
  std::vector<std::byte> bytes;
  KeptDocuments documents;

  void begin(StateMachine& machine) {
    bytes.clear();
    machine.begin_snapshot(documents, &bytes);
  }
  // False: it is through.
  bool slice(StateMachine& machine, std::size_t most) {
    return machine.snapshot_running() && !machine.snapshot_slice(most, &bytes);
  }
  void finish(StateMachine& machine) {
    while (slice(machine, 1000)) {
    }
  }
  void take(StateMachine& machine) {
    begin(machine);
    finish(machine);
  }

  Status restore(StateMachine* fresh, std::size_t chunk = SIZE_MAX) const {
    return restore(fresh, bytes, chunk);
  }
  Status restore(StateMachine* fresh, std::span<const std::byte> from, std::size_t chunk) const {
    SnapshotReader reader(fresh, documents, from.size());
    while (!from.empty()) {
      const std::size_t size = std::min(chunk, from.size());
      if (Status fed = reader.feed(from.first(size)); !fed.ok()) return fed;
      from = from.subspan(size);
    }
    return reader.finish();
  }
};

}  // namespace vencer::test
