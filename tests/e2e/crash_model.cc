#include "tests/e2e/crash_model.h"

namespace vencer::testing {
namespace {

constexpr std::uint64_t kCommandsPerTicket = 5;  // the first of each creates
constexpr std::uint64_t kRecentTickets = 20;     // the others are about one of these

enum Kind : std::uint64_t { activity, attribute, status, kinds };

std::uint64_t mix(std::uint64_t x) {  // splitmix64
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace

const std::string_view kCrashTenant = R"(format = 1
tenant = "crash"
status = [["New", "new"], ["Open", "open"], ["Waiting", "pending"], ["Solved", "resolved"], ["Closed", "closed"]]
level = ["One", "Two", "Three"]
[attribute]
team = "open"
[[clock]]
name = "first_response"
start = ["created"]
stop = ["agent_reply"]
[[clock]]
name = "resolution"
start = ["created"]
stop = ["category:resolved", "category:closed"]
pause_while = ["category:pending"]
reopen = "continue"
[[policy]]
name = "all"
target = { first_response = "40ms", resolution = "200ms" }
calendar = "24x7"
ladder = "steps"
[ladder.steps]
steps = [ { at = "50%", warn = "agent" }, { at = "due", level = "Two", to = "agent" }, { at = "+50ms", level = "Three", to = "agent" } ]
[recipient]
agent = [{ to = "attribute:team", via = "mail" }]
)";

CrashModel::CrashModel(std::uint64_t seed, std::uint64_t producer, const Names& names)
    : seed_(seed), producer_(producer) {
  for (const char* name : {"New", "Open", "Waiting", "Solved"}) {
    statuses_.push_back(names.status_id(name).value());
  }
  note_ = names.activity_id("agent_reply").value();
  team_ = names.attribute_id("team").value();
}

std::uint64_t CrashModel::draw(std::uint64_t number, std::uint64_t salt) const {
  return mix(mix(mix(seed_ + salt) + producer_) + number);
}

std::uint64_t CrashModel::ticket_of(std::uint64_t number) const {
  const std::uint64_t created = (number - 1) / kCommandsPerTicket + 1;
  if ((number - 1) % kCommandsPerTicket == 0) return created;
  return created - draw(number, 1) % std::min(created, kRecentTickets);
}

void CrashModel::add_to(CommandFrame& frame, std::uint64_t number) const {
  const TicketKey ticket = key(producer_, ticket_of(number));
  const std::uint64_t choice = draw(number, 3);
  const AttributeValue team{team_, 1 + choice % 1000};
  if ((number - 1) % kCommandsPerTicket == 0) {
    frame.create(ticket, kNoId8, {&team, 1});
  } else if (draw(number, 2) % kinds == activity) {
    frame.activity(ticket, note_);
  } else if (draw(number, 2) % kinds == attribute) {
    frame.set_attributes(ticket, {&team, 1});
  } else {
    frame.set_status(ticket, statuses_[choice % statuses_.size()]);
  }
}

void CrashModel::apply(std::uint64_t number) {
  CrashTicket& ticket = tickets_[ticket_of(number)];
  const std::uint64_t choice = draw(number, 3);
  ++ticket.version;
  if ((number - 1) % kCommandsPerTicket == 0 || draw(number, 2) % kinds == attribute) {
    ticket.team = 1 + choice % 1000;
  } else if (draw(number, 2) % kinds == status) {
    ticket.status = statuses_[choice % statuses_.size()];
  }
}

const std::map<std::uint64_t, CrashTicket>& CrashModel::after(std::uint64_t number) {
  while (applied_ < number) apply(++applied_);
  return tickets_;
}

}  // namespace vencer::testing
