#include "tools/vencer/log_names.h"

#include <fmt/format.h>

#include <memory>
#include <string_view>
#include <utility>

#include "engine/core/assert.h"
#include "engine/core/calendar_store.h"
#include "engine/core/snapshot.h"
#include "engine/core/state_machine.h"
#include "engine/log/snapshot_file.h"
#include "engine/log/wal_reader.h"
#include "engine/runtime/snapshot_documents.h"
#include "engine/wire/frame.h"
#include "engine/wire/reply_codec.h"
#include "engine/wire/step_codec.h"
#include "net/client/reply_reader.h"
#include "tools/vencer/snapshot_sections.h"

namespace vencer::cli {
namespace {

// Of the state in a snapshot its tenants alone: what stands behind the documents is not read.
bool read_tenants(Storage& storage, const snapshot::SnapshotInfo& info, StateMachine* machine) {
  SnapshotReader reader(machine, snapshot_documents(), info.trailer.payload_bytes);
  SnapshotSections sections;
  bool enough = false;
  const auto take = [&](std::span<const std::byte> payload, std::uint64_t) -> Status {
    if (Status found = sections.feed(payload); !found) return found;
    if (Status fed = reader.feed(payload); !fed) return fed;
    // The first section behind the documents makes tenants of them; when a second one has begun it
    // was read whole.
    std::uint64_t behind = 0;
    for (auto kind = static_cast<std::size_t>(SnapshotSection::document) + 1;
         kind <= kSnapshotSections; ++kind) {
      behind += sections.sums()[kind].count;
    }
    enough = behind >= 2;
    return enough ? Status(Error{Errc::internal, "the rest is not wanted"}) : ok_status();
  };
  const Status read = snapshot::read_snapshot(storage, info, false, take);
  return enough || (read && reader.finish());
}

}  // namespace

Names names_of(TenantId id, const TenantSpec& document) {
  Bytes frame;
  encode_hello_reply(0, ServerInfo{}, id, &document, frame);
  auto answer = read_hello(std::span<const std::byte>(frame).subspan(kFrameHeaderBytes));
  VENCER_ASSERT(answer.ok());  // written a line above
  return std::move(answer->names);
}

TenantId LogNames::take(const Step& step, std::uint64_t group) {
  if (group <= known_up_to_) {
    if (step.kind == StepKind::delete_tenant) return step.tenant;
    return step.kind == StepKind::tenant_document ? find(step.document->name) : kNoTenant;
  }
  if (!ids_known_) return kNoTenant;
  if (step.kind == StepKind::delete_tenant) {
    if (step.tenant == kNoTenant || step.tenant > tenants_.size()) return kNoTenant;
    tenants_[step.tenant - 1].deleted = true;
    return step.tenant;
  }
  if (step.kind != StepKind::tenant_document) return kNoTenant;
  std::size_t at = tenants_.size();
  for (std::size_t i = 0; i < tenants_.size(); ++i) {
    if (!tenants_[i].deleted && tenants_[i].names.tenant_name == step.document->name) at = i;
  }
  if (at == tenants_.size()) tenants_.emplace_back();
  const auto id = static_cast<TenantId>(at + 1);
  tenants_[at].names = names_of(id, *step.document);
  return id;
}

WalPosition LogNames::begin_with_snapshot(Storage& storage, const std::string& directory) {
  constexpr std::string_view kLog = "/wal";
  if (!directory.ends_with(kLog)) return {};
  const std::string data = directory.substr(0, directory.size() - kLog.size());
  const auto paths = snapshot::list_snapshots(storage, data + "/snapshots");
  if (!paths) return {};
  for (const std::string& path : *paths) {
    StateMachine machine(std::make_shared<CalendarStore>());
    const auto info = snapshot::look_at_snapshot(storage, path);
    if (!info || !read_tenants(storage, *info, &machine)) continue;
    for (TenantId id = 1; id <= machine.tenant_count(); ++id) {
      const TenantSpec* document = machine.tenant(id);
      tenants_.push_back(
          {document == nullptr ? Names() : names_of(id, *document), document == nullptr});
    }
    known_up_to_ = info->header.group;
    return {info->header.group, info->header.chain};
  }
  return {};
}

const Names& LogNames::of(TenantId id) const {
  static const Names none;
  return id == kNoTenant || id > tenants_.size() ? none : tenants_[id - 1].names;
}

std::string LogNames::tenant_text(TenantId id) const {
  const Names& names = of(id);
  return names.tenant == kNoTenant ? fmt::format("#{}", id) : names.tenant_name;
}

TenantId LogNames::find(std::string_view name) const {
  for (std::size_t i = tenants_.size(); i-- > 0;) {
    if (tenants_[i].names.tenant_name == name) return static_cast<TenantId>(i + 1);
  }
  return kNoTenant;
}

LogNames read_log_names(Storage& storage, const std::string& directory) {
  LogNames names;
  StepDecoder decoder;
  auto found = wal::load_until_damage(storage, directory);
  if (!found || found->segments.empty()) return names;
  // What is wrong with the log is not asked here: names that are missing show as numbers.
  wal::Visit visit;
  visit.from_the_first = true;
  if (!wal::begins_with_first_group(found->segments)) {
    visit.start = names.begin_with_snapshot(storage, directory);
  }
  std::uint64_t group = 0;
  visit.group = [&](const wal::GroupPlace& place, std::span<const std::byte>) {
    if (group == 0 && place.header.number != visit.start.group + 1) names.begin_unknown();
    group = place.header.number;
    return ok_status();
  };
  visit.step = [&](const StepRecord& record) -> Status {
    const auto kind = static_cast<StepKind>(record.kind);
    if (kind != StepKind::tenant_document && kind != StepKind::delete_tenant) return ok_status();
    const auto step = decoder.decode({record.kind, record.frame_type, record.now, record.principal,
                                      record.argument, record.payload});
    if (step) names.take(*step, group);
    return ok_status();
  };
  (void)wal::walk_chain(directory, found->segments, visit);
  return names;
}

}  // namespace vencer::cli
