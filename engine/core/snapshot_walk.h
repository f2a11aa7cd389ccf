// SnapshotWalk: the snapshot that a machine is taking. Walks over the state in slices; what is
// about to change ahead of the walk is written first, into the backlog (snapshot.h has the
// contract).
//
// What is walked, and who tells of its changes:
//
//   settings, tenants without the rest below, consumers, timers of digests   written at begin
//   documents      shared with the tenants: they never change
//   detectors      detect.cc, tenant_deletion.cc by name
//   attainment     a day of it (Attainment::Watch)
//   producers      producer_of(), tenant_deletion.cc
//   customers      their table (ChangeWatch), keep_fired()
//   tickets        their table (ChangeWatch), keep_fired(); with them what only they lead to:
//                  blocks, clocks, run intervals, extras, and the place in the list of free slots
//
// A timer that fires is taken out of the wheel before its ticket is touched: fire_due() says which.
// Everything else is made anew at restore: index, wheel, all that counts.h counts but attainment.
//
// Lives: in Impl, from begin to the last slice.  Thread: the shard's.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/core/attainment.h"
#include "engine/core/change_watch.h"
#include "engine/core/compiled_tenant.h"
#include "engine/core/detectors.h"
#include "engine/core/producer_table.h"
#include "engine/core/snapshot.h"
#include "engine/core/snapshot_sections.h"
#include "engine/core/timing_wheel.h"

namespace vencer {

struct TenantState;

class SnapshotWalk {
 public:
  // `number`: of this snapshot, from 1 on; producers are stamped with it.
  SnapshotWalk(StateMachine::Impl& engine, const SnapshotDocuments& documents, std::uint64_t number,
               SnapshotBytes* out);
  ~SnapshotWalk();
  SnapshotWalk(const SnapshotWalk&) = delete;
  SnapshotWalk& operator=(const SnapshotWalk&) = delete;

  bool slice(std::size_t most, SnapshotBytes* out);
  std::size_t backlog_bytes() const { return backlog_bytes_.size(); }
  SnapshotProgress progress() const { return {tickets_done_, tickets_.end, bytes_}; }

  // Before it changes, or after its timer was taken out of the wheel; whether it was kept or walked
  // past already is known here.
  void keep_fired(const Timer& timer);
  void keep(const ProducerTable::Key& key, Producer& producer);
  void keep(const TenantState& state, std::size_t detector);
  void keep_deleted(TenantId tenant, TenantState& state, ProducerTable& producers);

 private:
  enum class Phase {
    documents,
    detectors,
    attainment,
    producers,
    orphans,
    customers,
    tickets,
    end
  };

  // Slots [next, end) are still to come, but for those kept ahead: a bit each, in chunks that are
  // there only where one was.
  struct Slots {
    static constexpr Slot kChunk = 1u << 15;
    Slot next = 0;
    Slot end = 0;
    std::vector<std::unique_ptr<std::array<std::uint64_t, kChunk / 64>>> kept;

    explicit Slots(Slot high_water) : end(high_water), kept((high_water + kChunk - 1) / kChunk) {}
    bool is_kept(Slot slot) const {
      const auto& chunk = kept[slot / kChunk];
      return chunk != nullptr && ((*chunk)[slot % kChunk / 64] >> (slot % 64) & 1) != 0;
    }
    bool take(Slot slot);  // keep it now? It is marked as kept.
    void step() {
      if (++next % kChunk == 0) kept[next / kChunk - 1].reset();
    }
  };
  struct TicketWatch final : ChangeWatch {
    SnapshotWalk* walk;
    explicit TicketWatch(SnapshotWalk* of) : walk(of) {}
    void before_change(Slot slot) override;
  };
  struct CustomerWatch final : ChangeWatch {
    SnapshotWalk* walk;
    explicit CustomerWatch(SnapshotWalk* of) : walk(of) {}
    void before_change(Slot slot) override;
  };
  // Of a tenant, as it was at begin.
  struct Tenant final : Attainment::Watch {
    SnapshotWalk* walk = nullptr;
    TenantId id = kNoTenant;
    std::shared_ptr<const CompiledTenant> current;
    std::shared_ptr<const CompiledTenant> previous;
    std::uint64_t detectors_left = 0;  // a bit each: neither kept nor walked past
    std::array<std::uint64_t, 2> days_done{};
    // It was deleted meanwhile: what it had.
    std::unique_ptr<Attainment> attainment;
    std::vector<Detector> detectors;
    bool deleted = false;
    void before_change(const Attainment& of, std::size_t place) override;
    bool take_day(std::size_t place);
  };
  // What a slice may still cost, in nanoseconds or so.
  struct Budget {
    std::int64_t left;
    void spend(std::size_t cost) { left -= static_cast<std::int64_t>(cost); }
  };

  void put_head(SnapshotSections& to);
  void put_tenants(SnapshotSections& to);
  void put_consumers(SnapshotSections& to);
  void put_end(SnapshotSections& to);

  void walk_documents(SnapshotSections& to, Budget& budget);
  void walk_detectors(SnapshotSections& to, Budget& budget);
  void walk_attainment(SnapshotSections& to, Budget& budget);
  void walk_producers(SnapshotSections& to, Budget& budget);
  void walk_orphans(SnapshotSections& to, Budget& budget);
  void walk_customers(SnapshotSections& to, Budget& budget);
  void walk_tickets(SnapshotSections& to, Budget& budget);
  void next_phase();

  void put_document(SnapshotSections& to, const CompiledTenant& tenant, bool previous);
  void put_detector(SnapshotSections& to, const Tenant& tenant, std::size_t i);
  std::size_t put_day(SnapshotSections& to, TenantId id, const Attainment& of, std::size_t place);
  void put_producer(SnapshotSections& to, const ProducerTable::Key& key, const Producer& producer);
  void put_customer(SnapshotSections& to, Slot slot, TimeMs deadline);
  void put_ticket(SnapshotSections& to, Put& put, Slot slot, TimeMs deadline);
  void keep_ticket(Slot slot, TimeMs deadline);
  void keep_customer(Slot slot, TimeMs deadline);
  void prefetch(Slot slot) const;
  bool is_past(const ProducerTable::Key& key) const;

  StateMachine::Impl& engine_;
  const SnapshotDocuments& documents_;
  const std::uint64_t number_;
  Phase phase_ = Phase::documents;
  std::size_t at_tenant_ = 0;  // in the phases that go by tenants
  std::size_t at_place_ = 0;   // document, detector or day of it
  std::vector<Tenant> tenants_;
  Slots customers_;
  Slots tickets_;
  std::optional<ProducerTable::Key> last_producer_;  // walked past
  ProducerTable::Map orphans_;                       // of tenants that were deleted meanwhile
  TicketWatch ticket_watch_{this};
  CustomerWatch customer_watch_{this};

  SnapshotBytes backlog_bytes_;
  SnapshotSections backlog_{&backlog_bytes_};
  SnapshotBytes scratch_;  // a document, encoded
  std::uint64_t tickets_done_ = 0;
  std::uint64_t customers_done_ = 0;
  std::uint64_t producers_done_ = 0;
  std::uint64_t detectors_done_ = 0;
  std::uint64_t days_done_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace vencer
