#include "engine/core/producer_table.h"

namespace vencer {

Producer::Verdict Producer::judge(std::uint64_t number, std::uint32_t content_hash,
                                  CommandResult* result) const {
  if (number == last_ + 1) return Verdict::apply;
  *result = {};
  if (number > last_) {
    result->code = Errc::gap;
    return Verdict::refuse;
  }
  if (number == 0 || last_ - number >= limits::producer_results) {
    result->code = Errc::too_old;
    return Verdict::refuse;
  }
  const Remembered& first = results_[number % limits::producer_results];
  if (first.content_hash != content_hash) {
    result->code = Errc::number_reused;
    return Verdict::refuse;
  }
  *result = {first.code, first.detail, first.clamped, true, first.version};
  return Verdict::repeat;
}

void Producer::record(std::uint32_t content_hash, const CommandResult& result) {
  if (results_.empty()) results_.resize(limits::producer_results);
  ++last_;
  results_[last_ % limits::producer_results] = {content_hash, result.version, result.code,
                                                result.detail, result.clamped};
}

void Producer::restore_result(std::uint64_t number, std::uint32_t content_hash,
                              const CommandResult& result) {
  if (results_.empty()) results_.resize(limits::producer_results);
  results_[number % limits::producer_results] = {content_hash, result.version, result.code,
                                                 result.detail, result.clamped};
}

Producer* ProducerTable::find_or_add(TenantId tenant, const ProducerId& id, std::size_t capacity) {
  const auto found = producers_.find({tenant, id});
  if (found != producers_.end()) return &found->second;
  if (producers_.size() >= capacity) return nullptr;
  return &producers_[{tenant, id}];
}

const Producer* ProducerTable::find(TenantId tenant, const ProducerId& id) const {
  const auto found = producers_.find({tenant, id});
  return found == producers_.end() ? nullptr : &found->second;
}

Producer* ProducerTable::restore(const Key& key) {
  const auto [at, fresh] = producers_.try_emplace(key);
  return fresh ? &at->second : nullptr;
}

void ProducerTable::move(TenantId tenant, Map* to) {
  const ProducerId none;
  const auto end = producers_.lower_bound({tenant + 1, none});
  for (auto at = producers_.lower_bound({tenant, none}); at != end;) {
    to->insert(to->end(), producers_.extract(at++));
  }
}

void ProducerTable::forget(TenantId tenant) {
  const ProducerId none;
  producers_.erase(producers_.lower_bound({tenant, none}),
                   producers_.lower_bound({tenant + 1, none}));
}

}  // namespace vencer
