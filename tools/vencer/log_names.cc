#include "tools/vencer/log_names.h"

#include <fmt/format.h>

#include <utility>

#include "engine/core/assert.h"
#include "engine/log/wal_reader.h"
#include "engine/wire/frame.h"
#include "engine/wire/reply_codec.h"
#include "engine/wire/step_codec.h"
#include "net/client/reply_reader.h"

namespace vencer::cli {

Names names_of(TenantId id, const TenantSpec& document) {
  Bytes frame;
  encode_hello_reply(0, ServerInfo{}, id, &document, frame);
  auto answer = read_hello(std::span<const std::byte>(frame).subspan(kFrameHeaderBytes));
  VENCER_ASSERT(answer.ok());  // written a line above
  return std::move(answer->names);
}

TenantId LogNames::take(const Step& step) {
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

void LogNames::add(Names names, bool deleted) {
  tenants_.push_back({std::move(names), deleted});
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
  bool first = true;
  visit.group = [&](const wal::GroupPlace& place, std::span<const std::byte>) {
    if (std::exchange(first, false) && place.header.number != 1) names.begin_unknown();
    return ok_status();
  };
  visit.step = [&](const StepRecord& record) -> Status {
    const auto kind = static_cast<StepKind>(record.kind);
    if (kind != StepKind::tenant_document && kind != StepKind::delete_tenant) return ok_status();
    const auto step = decoder.decode({record.kind, record.frame_type, record.now, record.principal,
                                      record.argument, record.payload});
    if (step) names.take(*step);
    return ok_status();
  };
  (void)wal::walk_chain(directory, found->segments, visit);
  return names;
}

}  // namespace vencer::cli
