// Goal: whatever comes in whatever order, the rare features together neither trip an invariant nor
// keep a replay from giving the same events and the same digest. Method: random steps of two
// tenants that use constraints, limits, matrix, customers, links, mutes and quotas, with documents
// and deletions in between; tickets are checked against what a tenant counts of them.
#include <map>
#include <random>
#include <string>

#include "tests/unit/core/desk.h"

namespace vencer::test {
namespace {

constexpr AttributeId kCustomer = 2, kImpact = 3, kUrgency = 4;
constexpr std::uint64_t kKeys = 30, kCustomers = 5;

TenantSpec document(const std::string& name, std::uint32_t version) {
  TenantSpec spec = desk_document();
  spec.name = name;
  spec.version = version;
  spec.source_hash = version;
  spec.attributes.push_back({"customer", true, AttributeRole::customer, {}, {}, {}, false});
  for (const char* attribute : {"impact", "urgency"}) {
    spec.attributes.push_back(
        {attribute, false, AttributeRole::plain, {"Alto", "Bajo"}, {false, false}, {}, false});
  }
  spec.matrix = {kPriority, kImpact, kUrgency, 2, {1, 2, 2, 0}};
  spec.recipients = {
      {"todos", {{kAlwaysOpen, kNoId8, "a", "x"}, {kAlwaysOpen, kNoId8, "b", "x"}}, true, false}};
  spec.created_recipient = 0;
  spec.customers = {1u << kAgent | 1u << kImpact, ContractRule::flag, 0};
  spec.quota = {15, 50};
  ConstraintSpec limit;
  limit.name = "uno";
  limit.kind = ConstraintKind::limit;
  limit.on_create = true;
  limit.on.statuses = 1u << kOpen;
  limit.on.attributes_changed = 1u << kCustomer;
  limit.per = kCustomer;
  limit.statuses = 1u << kOpen | (version % 3 == 0 ? 1u << kPending : 0u);
  limit.max = 2;
  ConstraintSpec forbidden;
  forbidden.name = "no";
  forbidden.on.statuses = 1u << kPending;
  forbidden.when = {{kUrgency, false, {1}}};
  spec.constraints = {limit, forbidden};
  spec.keep_closed_ms = 4 * kHourMs;
  spec.keep_keys_ms = 9 * kHourMs;
  if (version % 2 == 0) spec.rules[0].targets[1].target_ms = 2 * kHourMs;
  if (version % 4 == 0) spec.attributes.push_back({"new", true, {}, {}, {}, {}, false});
  return spec;
}

class History {
 public:
  explicit History(std::uint32_t seed) : dice_(seed), desk_(document("a", 1)) {
    desk_.put(now_, document("b", 1));
    ids_ = {1, 2};
    versions_ = {1, 1};
  }

  void play(int steps) {
    for (int i = 0; i < steps; ++i) {
      now_ += roll(4) == 0 ? roll(2 * kHourMs) : roll(2000);
      one_step();
    }
    Step rest;
    rest.kind = StepKind::background;
    rest.now = now_;
    rest.limit = UINT64_MAX;
    desk_.apply(rest);
    EXPECT_FALSE(desk_.machine.background_pending());
    desk_.advance(now_);
    desk_.expect_replay();
  }
  std::uint64_t accepted() const { return accepted_; }
  void count_events(std::map<std::string, int>* counts) const {
    for (const Seen& seen : desk_.sink.seen) ++(*counts)[std::string(to_string(seen.event.type))];
    for (const CommandResult& result : desk_.sink.results) {
      ++(*counts)[std::string(to_string(result.code))];
    }
  }

 private:
  std::uint64_t roll(std::uint64_t sides) { return dice_() % sides; }

  void one_step() {
    const std::uint64_t kind = roll(100);
    const std::size_t tenant = roll(2);
    if (kind < 15) return desk_.advance(now_, 1 + roll(5));
    Step step;
    step.now = now_;
    if (kind < 25) {
      step.kind = StepKind::background;
      step.limit = 1 + roll(9);
      desk_.apply(step);
    } else if (kind < 28) {
      const TenantSpec next = document(tenant == 0 ? "a" : "b", versions_[tenant] + 1);
      // A document without the attribute that an earlier one added is refused: try the next one.
      const Errc code = desk_.put(now_, next).code;
      if (code == Errc::ok || code == Errc::invalid_document) ++versions_[tenant];
      if (code == Errc::invalid_document) --versions_[tenant], replace(tenant);
    } else if (kind < 29) {
      replace(tenant);
    } else {
      commands(ids_[tenant]);
    }
  }

  // Deletes the tenant and puts it anew.
  void replace(std::size_t tenant) {
    Step step;
    step.now = now_;
    step.kind = StepKind::delete_tenant;
    step.tenant = ids_[tenant];
    EXPECT_EQ(desk_.apply(step).code, Errc::ok);
    const StepOutcome fresh = desk_.put(now_, document(tenant == 0 ? "a" : "b", 1));
    EXPECT_EQ(fresh.code, Errc::ok);
    EXPECT_NE(fresh.tenant, ids_[tenant]);
    ids_[tenant] = fresh.tenant;
    versions_[tenant] = 1;
  }

  void commands(TenantId tenant) {
    std::vector<Command> batch;
    std::vector<std::vector<AttributeValue>> attributes(1 + roll(4));
    for (auto& values : attributes) {
      for (std::uint64_t left = roll(4); left > 0; --left) {
        const AttributeId attribute = static_cast<AttributeId>(roll(5));
        values.push_back({attribute, attribute == kCustomer ? roll(kCustomers) : roll(3)});
      }
      batch.push_back(command(values));
    }
    Step step;
    step.kind = StepKind::commands;
    step.now = now_;
    step.tenant = tenant;
    step.commands = batch;
    const std::size_t before = desk_.sink.results.size();
    EXPECT_EQ(desk_.apply(step).code, Errc::ok);
    for (std::size_t i = before; i < desk_.sink.results.size(); ++i) {
      accepted_ += desk_.sink.results[i].code == Errc::ok ? 1 : 0;
    }
  }

  Command command(std::span<const AttributeValue> values) {
    constexpr CommandKind kKinds[] = {CommandKind::create,
                                      CommandKind::create,
                                      CommandKind::create,
                                      CommandKind::set_status,
                                      CommandKind::set_status,
                                      CommandKind::set_status,
                                      CommandKind::set_attributes,
                                      CommandKind::activity,
                                      CommandKind::escalate,
                                      CommandKind::acknowledge,
                                      CommandKind::merge,
                                      CommandKind::link,
                                      CommandKind::link,
                                      CommandKind::link,
                                      CommandKind::extend,
                                      CommandKind::set_due,
                                      CommandKind::cancel,
                                      CommandKind::put_customer,
                                      CommandKind::mute};
    Command command;
    command.kind = kKinds[roll(std::size(kKinds))];
    command.key = {1 + roll(kKeys), 0, KeyKind::number};
    command.other = {1 + roll(kKeys), 0, KeyKind::number};
    command.attributes = values;
    command.link = static_cast<LinkKind>(roll(4));
    command.status = command.kind == CommandKind::create && roll(3) > 0
                         ? kNoId8
                         : static_cast<StatusId>(roll(kCancelled));
    command.activity = static_cast<ActivityId>(roll(kBuiltinActivities));
    command.clock = roll(2) == 0 ? kNoId8 : static_cast<ClockId>(roll(2));
    command.quiet = roll(5) == 0;
    if (roll(5) == 0) command.occurred_at = now_ - static_cast<TimeMs>(roll(kHourMs));
    if (command.kind == CommandKind::extend) command.by_ms = kMinuteMs;
    if (command.kind == CommandKind::set_due) command.due_at = now_ + kHourMs;
    if (command.kind == CommandKind::set_status && roll(4) == 0) command.until = now_ + kHourMs;
    if (command.kind == CommandKind::put_customer) {
      command.key.low = 1 + roll(kCustomers);
      command.contract_until = roll(2) == 0 ? kNever : now_ + static_cast<TimeMs>(roll(kHourMs));
      command.reapply = roll(2) == 0;
    }
    if (command.kind == CommandKind::mute) {
      command.until = now_ + static_cast<TimeMs>(roll(kHourMs));
      if (roll(2) == 0) command.attribute = kCustomer, command.value = 1 + roll(kCustomers);
    }
    return command;
  }

  std::mt19937_64 dice_;
  TimeMs now_ = kT0;
  Desk desk_;
  std::vector<TenantId> ids_;
  std::vector<std::uint32_t> versions_;
  std::uint64_t accepted_ = 0;
};

TEST(Histories, OfEverythingAtOnceAreReplayedAlike) {
  std::uint64_t accepted = 0;
  std::map<std::string, int> counts;
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    History history(seed);
    history.play(400);
    accepted += history.accepted();
    history.count_events(&counts);
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GT(accepted, 10'000u);
  for (const char* word :
       {"contract_expired", "contract_missing", "merged", "linked", "problem_resolved", "imported",
        "reopened", "breached", "constraint", "quota", "invalid_link", "closed_for_good"}) {
    EXPECT_GE(counts[word], 5) << word;
  }
}

}  // namespace
}  // namespace vencer::test
