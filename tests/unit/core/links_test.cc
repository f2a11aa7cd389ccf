// Goal: duplicates, problems with their incidents, and that no link outlives its ticket.
#include <algorithm>

#include "tests/unit/core/desk.h"

namespace vencer::test {
namespace {

TicketKey key_of(std::uint64_t key) {
  return {key, 0, KeyKind::number};
}

Command linking(CommandKind kind, std::uint64_t from, std::uint64_t to,
                LinkKind link = LinkKind::none) {
  Command command;
  command.kind = kind;
  command.key = key_of(from);
  command.other = key_of(to);
  command.link = link;
  return command;
}

CommandResult merge(Desk& desk, std::uint64_t duplicate, std::uint64_t survivor) {
  return desk.command(std::max(kT0 + 1, desk.machine.now()),
                      linking(CommandKind::merge, duplicate, survivor));
}

CommandResult link(Desk& desk, std::uint64_t from, std::uint64_t to, LinkKind kind) {
  return desk.command(std::max(kT0 + 1, desk.machine.now()),
                      linking(CommandKind::link, from, to, kind));
}

TEST(Links, ADuplicateIsCancelledAndRemembersItsSurvivor) {
  TenantSpec spec = desk_document();
  spec.survey_status = kCancelled;
  spec.events_on = 0;
  Desk desk(spec);
  desk.create(kT0, 1);
  desk.create(kT0, 2);
  desk.told();
  ASSERT_EQ(merge(desk, 2, 1).code, Errc::ok);
  EXPECT_EQ(desk.told(), "merged clock_cancelled clock_cancelled closed");
  EXPECT_EQ(desk.last(EventType::merged).event.other, key_of(1));
  const TicketView view = desk.ticket(2);
  EXPECT_EQ(view.status, kCancelled);
  EXPECT_TRUE(view.closed_for_good);
  EXPECT_TRUE(view.merged);
  EXPECT_EQ(view.survivor, key_of(1));
  EXPECT_EQ(desk.machine.open_ticket_count(), 1u);
  desk.expect_replay();
}

TEST(Links, WhatIsNoDuplicateIsRefused) {
  Desk desk;
  desk.create(kT0, 1);
  desk.create(kT0, 2);
  desk.create(kT0, 3);
  EXPECT_EQ(merge(desk, 1, 1).code, Errc::invalid_link);
  EXPECT_EQ(merge(desk, 1, 9).code, Errc::unknown_ticket);
  EXPECT_EQ(merge(desk, 2, 1).code, Errc::ok);
  EXPECT_EQ(merge(desk, 1, 2).code, Errc::invalid_link) << "a duplicate survives nothing";
  EXPECT_EQ(merge(desk, 2, 3).code, Errc::closed_for_good);
}

TEST(Links, BothEndsRememberAndNothingIsLinkedTwiceOrInACircle) {
  Desk desk;
  for (std::uint64_t key = 1; key <= 3; ++key) desk.create(kT0, key);
  desk.told();
  EXPECT_EQ(link(desk, 1, 2, LinkKind::problem).code, Errc::ok);
  EXPECT_EQ(desk.told(), "linked");
  EXPECT_EQ(desk.last(EventType::linked).event.other, key_of(2));
  EXPECT_EQ(desk.last(EventType::linked).event.link, LinkKind::problem);
  ASSERT_EQ(desk.ticket(1).links.size(), 1u);
  EXPECT_FALSE(desk.ticket(1).links[0].incoming);
  ASSERT_EQ(desk.ticket(2).links.size(), 1u);
  EXPECT_TRUE(desk.ticket(2).links[0].incoming);
  EXPECT_EQ(desk.ticket(2).links[0].other, key_of(1));

  EXPECT_EQ(link(desk, 1, 2, LinkKind::problem).code, Errc::invalid_link);
  EXPECT_EQ(link(desk, 2, 1, LinkKind::problem).code, Errc::invalid_link);
  EXPECT_EQ(link(desk, 2, 3, LinkKind::problem).code, Errc::ok);
  EXPECT_EQ(link(desk, 3, 1, LinkKind::problem).code, Errc::invalid_link) << "1, 2, 3, 1";
  EXPECT_EQ(link(desk, 3, 3, LinkKind::related).code, Errc::invalid_link);
  EXPECT_EQ(link(desk, 3, 1, LinkKind::related).code, Errc::ok);
  EXPECT_EQ(link(desk, 1, 3, LinkKind::related).code, Errc::invalid_link) << "said already";
  EXPECT_EQ(link(desk, 3, 1, LinkKind::follow_up).code, Errc::ok) << "another kind";
  EXPECT_EQ(link(desk, 1, 9, LinkKind::related).code, Errc::unknown_ticket);
  EXPECT_EQ(link(desk, 1, 2, LinkKind::none).code, Errc::invalid_link);
  desk.expect_replay();
}

TEST(Links, IncidentsHearOfTheirProblemAtEachEntryIntoResolved) {
  TenantSpec spec = desk_document();
  spec.events_on = 0;
  Desk desk(spec);
  for (std::uint64_t key = 1; key <= 3; ++key) {
    desk.create(desk.machine.now(), key, 3);  // no rule: no clock to tell of
    if (key > 1) link(desk, key, 1, LinkKind::problem);
  }
  desk.told();
  desk.status(kT0 + 2, 1, kResolved);
  EXPECT_EQ(desk.told(), "problem_resolved problem_resolved");
  EXPECT_EQ(desk.last(EventType::problem_resolved).event.ticket, key_of(3));
  EXPECT_EQ(desk.last(EventType::problem_resolved).event.other, key_of(1));
  desk.status(kT0 + 3, 1, kOpen);
  desk.told();
  desk.status(kT0 + 4, 1, kResolved);
  EXPECT_EQ(desk.told(), "problem_resolved problem_resolved");
  desk.status(kT0 + 5, 1, kClosed);
  EXPECT_EQ(desk.told(), "clock_cancelled closed") << "it was over already";
  desk.expect_replay();
}

TEST(Links, AProblemThatIsADuplicateIsNotResolved) {
  TenantSpec spec = desk_document();
  spec.events_on = 0;
  spec.merged_status = kClosed;
  Desk desk(spec);
  for (std::uint64_t key = 1; key <= 3; ++key) desk.create(desk.machine.now(), key, 3);
  link(desk, 2, 1, LinkKind::problem);
  desk.told();
  ASSERT_EQ(merge(desk, 1, 3).code, Errc::ok);
  EXPECT_EQ(desk.told().find("problem_resolved"), std::string::npos);
  desk.expect_replay();
}

TEST(Links, ManyIncidentsAreToldInTheBackground) {
  TenantSpec spec = desk_document();
  spec.events_on = 0;
  Desk desk(spec);
  desk.create(desk.machine.now(), 1, 3);
  const std::uint64_t incidents = limits::fan_out_max + 10;
  for (std::uint64_t key = 2; key < 2 + incidents; ++key) {
    desk.create(desk.machine.now(), key, 3);
    link(desk, key, 1, LinkKind::problem);
  }
  desk.told();
  desk.status(kT0 + 2, 1, kResolved);
  EXPECT_EQ(desk.told(), "");
  std::uint64_t told = 0;
  while (desk.machine.background_pending()) {
    Step step;
    step.kind = StepKind::background;
    step.now = kT0 + 3;
    step.limit = 7;
    told += desk.apply(step).done;
  }
  EXPECT_EQ(told, incidents);
  EXPECT_EQ(desk.last(EventType::problem_resolved).event.ticket, key_of(1 + incidents));
  desk.expect_replay();
}

TEST(Links, NoLinkOutlivesItsTicket) {
  Desk desk;
  desk.create(kT0, 1);
  desk.create(kT0, 2);
  desk.create(kT0, 3);
  link(desk, 1, 2, LinkKind::problem);
  link(desk, 2, 3, LinkKind::follow_up);
  desk.status(kT0 + 2, 2, kClosed);
  EXPECT_EQ(desk.ticket(2).links.size(), 2u) << "closed, but still there";
  desk.advance(kT0 + 2 + 7 * limits::kDay);
  EXPECT_TRUE(desk.ticket(1).links.empty());
  EXPECT_TRUE(desk.ticket(3).links.empty());
  EXPECT_EQ(link(desk, 1, 2, LinkKind::problem).code, Errc::unknown_ticket);
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
