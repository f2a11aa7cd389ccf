// SnapshotRestore: the sections of a snapshot, put into a fresh machine (snapshot.h). Nothing in
// them is believed: every id lies in its table, every instant in the range that the engine computes
// with, every slot comes once, and what the sections say of each other fits. A fault is told by the
// Take that holds it.
//
// What is not checked is arithmetic: that a clock's next_at follows from its due, say. Bytes that
// pass the file's checksums were written by an engine.
//
// What is made anew: index, wheel, counts of open tickets by status, activity, clock, light and
// limit, forecast and overdue. A ticket's key goes into the index some tickets later, when the
// cells that it needs have arrived from memory.
//
// Cost: about 250 ns a ticket.  Memory: a bit a slot, 16 bytes a breached clock, beside the
// machine. Thread: the machine's.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/engine.h"
#include "engine/core/snapshot.h"
#include "engine/core/snapshot_bytes.h"
#include "engine/core/snapshot_format.h"

namespace vencer {

class SnapshotRestore {
 public:
  SnapshotRestore(StateMachine::Impl& engine, const SnapshotDocuments& documents,
                  std::uint64_t total_bytes)
      : engine_(engine), documents_(documents), total_bytes_(total_bytes) {}

  // The content of one section; in the order of snapshot_format.h, or it faults.
  void section(SnapshotSection kind, Take& take);
  bool ended() const { return ended_; }
  std::uint64_t tickets_done() const { return tickets_done_; }
  std::uint64_t tickets_total() const { return high_water_; }

 private:
  struct Tenant {
    bool deleted = false;
    bool has_previous = false;
    std::size_t lights_before = 0;
    std::size_t detectors = 0;
    std::uint64_t detectors_seen = 0;
    std::shared_ptr<const CompiledTenant> current;
    std::shared_ptr<const CompiledTenant> previous;
    std::vector<Overdue> overdue;
    Attainment standing;  // the verdicts that open tickets may still take back
  };

  // snapshot_restore.cc
  void head(Take& take);
  Slot free_slot(Take& take, Slot high_water);
  void tenants(Take& take);
  void tenant(Take& take, TenantState& state, Tenant& tenant);
  void jobs(Take& take, TenantState& state);
  void schedules(Take& take, TenantState& state);
  void digest(Take& take, TenantState& state, std::size_t position);
  TimerIndex timer(Take& take, TimerKind kind, std::vector<TimerOwner>& owners, TimerOwner owner);
  void consumers(Take& take);
  void document(Take& take);
  void link(Take& take);  // all documents have come

  // snapshot_restore_check.cc: what tenants say, against their documents
  void check_tenant(Take& take, const TenantState& state, const Tenant& tenant) const;
  void check_jobs(Take& take, const TenantState& state) const;
  void check_job(Take& take, const TenantState& state, const Job& job) const;

  // snapshot_restore_tables.cc
  void detector(Take& take);
  void attainment(Take& take);
  void producers(Take& take);
  void customers(Take& take);
  void customer(Take& take, Slot slot);
  void end(Take& take);
  TenantId tenant_id(Take& take) const;

  // snapshot_restore_ticket.cc
  void tickets(Take& take);
  void ticket(Take& take, Slot slot);
  void timer_and_key(Take& take, Slot slot, const TicketHeader& ticket, TimeMs deadline);
  void block(Take& take, Slot slot, TicketHeader& ticket, std::uint8_t what);
  void clock(Take& take, const CompiledTenant& tenant, ClockId id, TimeMs created_at,
             ClockState& clock);
  void intervals(Take& take, const CompiledTenant& tenant, TimeMs created_at, ClockState& clock);
  void extras(Take& take, const CompiledTenant& tenant, Slot slot, TimeMs created_at);
  void count(Take& take, const TicketRef& ref);
  void insert_key(Take& take, Slot slot);
  void finish_tickets(Take& take);
  bool mark(std::vector<std::uint64_t>& seen, Slot slot) const;
  Slot next_slot(Take& take, Slot expected, Slot end) const;

  StateMachine::Impl& engine_;
  const SnapshotDocuments& documents_;
  const std::uint64_t total_bytes_;

  bool has_head_ = false;
  bool linked_ = false;
  bool ended_ = false;
  std::size_t documents_left_ = 0;
  std::uint32_t tenant_count_ = 0;
  std::vector<Tenant> tenants_;
  Slot high_water_ = 0;
  Slot free_first_ = kNoSlot, free_last_ = kNoSlot;
  std::uint64_t tickets_done_ = 0;
  std::vector<std::uint64_t> tickets_seen_;
  Slot customers_high_water_ = 0;
  Slot customers_free_first_ = kNoSlot, customers_free_last_ = kNoSlot;
  std::uint64_t customers_done_ = 0;
  std::vector<std::uint64_t> customers_seen_;
  std::uint64_t owners_named_ = 0;
  std::uint64_t producers_done_ = 0;
  std::uint64_t detectors_done_ = 0;
  std::uint64_t days_done_ = 0;

  static constexpr std::size_t kKeysWaiting = 16;
  std::array<Slot, kKeysWaiting> keys_waiting_{};
  std::size_t keys_ = 0;  // ever
};

}  // namespace vencer
