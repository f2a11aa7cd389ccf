// Office: a desk of several tenants that uses whatever the engine can, by the dice: for tests that
// want every kind of state at once.
//
// Each tenant counts by priority, limits work in progress, detects mass incidents, has digests,
// calendar events and customers with contracts. Steps: commands (numbered by producers or not),
// time, background slices, consumers, new documents, new tenants and tenants that leave.
#pragma once

#include <random>

#include "tests/unit/core/desk.h"

namespace vencer::test {

class Office {
 public:
  explicit Office(unsigned seed);

  void step();  // one more
  void delete_tenant(TenantId id);
  Desk& desk() { return desk_; }
  StateMachine& machine() { return desk_.machine; }
  TimeMs now() const { return now_; }

  static TenantSpec document(const std::string& name, std::uint32_t version);

 private:
  std::uint64_t below(std::uint64_t n) { return dice_() % n; }
  TenantId some_tenant();
  void commands();
  Command command(std::vector<AttributeValue>* attributes);
  void put_document();
  void advance();

  std::mt19937_64 dice_;
  Desk desk_;
  TimeMs now_ = kT0;
  std::vector<std::uint32_t> versions_{1};  // by tenant; 0: it left
  std::uint64_t keys_ = 40;
};

}  // namespace vencer::test
