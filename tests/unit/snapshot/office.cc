#include "tests/unit/snapshot/office.h"

#include <deque>

namespace vencer::test {
namespace {

enum : std::uint8_t { kCustomer = 2 };

void add_desk(TenantSpec& spec) {
  DetectorSpec detector;
  detector.name = "caida";
  detector.alike = {kPriority};
  detector.count = 3;
  detector.within_ms = 2 * kHourMs;
  detector.quiet_ms = kHourMs;
  spec.detectors = {detector};
  detector.name = "escalados";
  detector.on_escalated = true;
  spec.detectors.push_back(detector);
  DigestSpec digest;
  digest.name = "vencidos";
  digest.at = DigestTime::local_time;
  digest.minute = 600;
  digest.every_day = true;
  spec.digests = {digest};
  digest.name = "sin respuesta";
  digest.list = DigestList::not_updated_today;
  digest.activities = 1ull << static_cast<unsigned>(BuiltinActivity::agent_reply);
  spec.digests.push_back(digest);
  CalendarEventSpec opening;
  opening.name = "apertura";
  opening.calendar = 1;
  spec.calendar_events = {opening};
}

}  // namespace

TenantSpec Office::document(const std::string& name, std::uint32_t version) {
  TenantSpec spec = desk_document();
  spec.name = name;
  spec.version = version;
  spec.attributes.push_back({"customer", true, AttributeRole::customer, {}, {}, {}, false});
  spec.count_by = {kPriority};
  spec.customers.defaults = 1u << kPriority;
  spec.customers.contract = ContractRule::flag;
  CalendarSpec office;
  office.name = "oficina";
  for (int day = 0; day < 5; ++day) office.weekly[day] = {{540, 1080}};
  spec.calendars.push_back(office);
  ConstraintSpec limit;
  limit.name = "en curso";
  limit.kind = ConstraintKind::limit;
  limit.on.statuses = 1u << kOpen;
  limit.per = kAgent;
  limit.statuses = 1u << kOpen;
  limit.max = 3;
  spec.constraints = {limit};
  add_desk(spec);
  spec.time_in_status.on = true;
  spec.keep_closed_ms = 2 * kHourMs;
  spec.keep_keys_ms = 3 * kHourMs;
  if (version % 3 == 2) {  // other targets, other counts, another attribute
    spec.rules[0].targets[1].target_ms = 2 * kHourMs;
    spec.count_by = {};
    spec.constraints[0].max = 5;
    spec.constraints[0].statuses |= 1u << kPending;
  }
  for (std::uint32_t i = 1; i < version; ++i) {
    spec.attributes.push_back(
        {"extra" + std::to_string(i), true, AttributeRole::plain, {}, {}, {}, false});
  }
  return spec;
}

Office::Office(unsigned seed) : dice_(seed), desk_(document("uno", 1)) {}

TenantId Office::some_tenant() {
  return static_cast<TenantId>(1 + below(versions_.size()));
}

void Office::step() {
  now_ += static_cast<TimeMs>(below(5 * kMinuteMs));
  switch (below(20)) {
    case 0: {
      Step step;
      step.kind = StepKind::consumer_at;
      step.now = now_;
      static const std::string kNames[] = {"a", "b", "c", "d"};
      step.consumer = kNames[below(4)];
      step.position = below(1000);
      desk_.apply(step);
      return;
    }
    case 1:
      return put_document();
    case 2:
    case 3:
      desk_.background(now_, 1 + below(12));
      return;
    case 4:
    case 5:
    case 6:
      return advance();
    default:
      return commands();
  }
}

void Office::advance() {
  if (below(4) == 0) now_ += static_cast<TimeMs>(below(3 * kHourMs));
  desk_.advance(now_, 1 + below(20));
}

void Office::put_document() {
  if (versions_.size() < 6 && below(3) == 0) {
    versions_.push_back(1);
    desk_.put(now_, document("tenant " + std::to_string(versions_.size()), 1));
    return;
  }
  const TenantId id = some_tenant();
  const TenantSpec* before = desk_.machine.tenant(id);
  if (before == nullptr) return;
  if (below(8) == 0) return delete_tenant(id);
  desk_.put(now_, document(before->name, before->version + 1));
}

void Office::delete_tenant(TenantId id) {
  Step step;
  step.kind = StepKind::delete_tenant;
  step.now = now_;
  step.tenant = id;
  desk_.apply(step);
}

void Office::commands() {
  Step step;
  step.kind = StepKind::commands;
  step.now = now_;
  step.tenant = some_tenant();
  if (below(2) == 0) {
    step.producer = {1 + below(5), 9};
    step.first_number = desk_.machine.last_number(step.tenant, step.producer) + 1;
    if (step.first_number > 3 && below(10) == 0) step.first_number -= 2;  // a repeat
  }
  std::deque<std::vector<AttributeValue>> attributes;
  std::vector<Command> commands;
  for (std::uint64_t n = 1 + below(4); n > 0; --n) {
    commands.push_back(command(&attributes.emplace_back()));
    commands.back().content_hash = static_cast<std::uint32_t>(below(3));
  }
  step.commands = commands;
  desk_.apply(step);
}

Command Office::command(std::vector<AttributeValue>* attributes) {
  Command command;
  command.key = {1 + below(keys_), 0, KeyKind::number};
  if (below(6) == 0) command.key = {below(keys_), 77, KeyKind::uuid};
  switch (below(12)) {
    case 0:
      command.kind = CommandKind::put_customer;
      command.key = {1 + below(5), 0, KeyKind::number};
      command.contract_until = now_ + static_cast<TimeMs>(below(4 * kHourMs));
      command.reapply = below(4) == 0;
      *attributes = {{kPriority, below(4)}};
      break;
    case 1:
      command.kind = CommandKind::mute;
      command.until = now_ + static_cast<TimeMs>(below(kHourMs));
      if (below(2) == 0) {
        command.attribute = kPriority;
        command.value = 1 + below(3);
      }
      break;
    case 2:
      command.kind = CommandKind::acknowledge;
      break;
    case 3:
      command.kind = below(3) == 0 ? CommandKind::merge : CommandKind::link;
      command.link = static_cast<LinkKind>(1 + below(3));
      command.other = {1 + below(keys_), 0, KeyKind::number};
      break;
    case 4:
      command.kind = below(2) == 0 ? CommandKind::extend : CommandKind::set_due;
      command.clock = kResolution;
      command.by_ms = static_cast<DurationMs>(below(kHourMs));
      command.due_at = now_ + static_cast<TimeMs>(below(kHourMs));
      break;
    case 5:
      command.kind = CommandKind::activity;
      command.activity = static_cast<ActivityId>(BuiltinActivity::agent_reply);
      break;
    case 6:
    case 7:
    case 8:
      command.kind = CommandKind::set_status;
      command.status = static_cast<StatusId>(below(6));
      if (below(5) == 0) command.until = now_ + 1 + static_cast<TimeMs>(below(kHourMs));
      break;
    default:
      command.kind = CommandKind::create;
      *attributes = {{kPriority, below(4)}, {kAgent, below(3)}, {kCustomer, below(7)}};
      if (below(6) == 0) command.start_at = now_ + static_cast<TimeMs>(below(kHourMs));
  }
  command.attributes = *attributes;
  return command;
}

}  // namespace vencer::test
