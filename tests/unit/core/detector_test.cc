// Detectors against the naive oracle that looks at all tickets there ever were.
#include <map>
#include <random>

#include "engine/core/detectors.h"
#include "tests/unit/core/desk.h"

namespace vencer::test {
namespace {

struct Created {
  TimeMs at;
  Value value;
  std::uint64_t key;
};

DetectorSpec three_alike() {
  DetectorSpec spec;
  spec.name = "masivo";
  spec.alike = {kPriority};
  spec.count = 3;
  spec.within_ms = 10 * kMinuteMs;
  spec.quiet_ms = 30 * kMinuteMs;
  return spec;
}

class Oracle {
 public:
  explicit Oracle(const DetectorSpec& spec) : spec_(spec) {}
  // The keys in the window if the alarm goes off; else none.
  std::vector<std::uint64_t> observe(const Created& created) {
    TimeMs before = -1;
    std::vector<std::uint64_t> window;
    all_.push_back(created);
    for (std::size_t i = 0; i < all_.size(); ++i) {
      const Created& each = all_[i];
      if (each.value != created.value) continue;
      if (i + 1 < all_.size()) before = each.at;
      if (created.at - each.at <= spec_.within_ms) window.push_back(each.key);
    }
    bool& silent = silent_[created.value];
    if (before >= 0 && created.at - before >= spec_.quiet_ms) silent = false;
    if (silent || window.size() < spec_.count) return {};
    silent = true;
    return window;
  }

 private:
  DetectorSpec spec_;
  std::vector<Created> all_;
  std::map<Value, bool> silent_;
};

TEST(Detector, agrees_with_a_look_at_all_tickets) {
  int alarms = 0;
  for (unsigned seed = 1; seed <= 300; ++seed) {
    std::mt19937 generator(seed);
    const auto dice = [&] { return static_cast<unsigned>(generator()); };
    DetectorSpec spec = three_alike();
    spec.count = 1 + dice() % 5;
    spec.within_ms = dice() % 60;
    spec.quiet_ms = dice() % 90;
    const unsigned values = 1 + dice() % 6;
    const unsigned stride = 1 + dice() % 30;
    Detector detector;
    Oracle oracle(spec);
    TimeMs now = 1000;
    for (std::uint64_t key = 1; key <= 200; ++key) {
      now += dice() % stride;
      const Value value = dice() % values;
      const auto expected = oracle.observe({now, value, key});
      const bool alarm = detector.observe(spec, {value}, {key, 0, KeyKind::number}, now);
      ASSERT_EQ(alarm, !expected.empty()) << "seed " << seed << " key " << key;
      if (!alarm) continue;
      ++alarms;
      ASSERT_EQ(detector.alarm_count(), expected.size());
      const auto tickets = detector.alarm_tickets(1000);
      for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_EQ(tickets[i].low, expected[i]);
    }
    ASSERT_LE(detector.tickets(), 200u);
  }
  EXPECT_GT(alarms, 1000);
}

TEST(Detector, remembers_a_bounded_number_of_tickets_and_series) {
  DetectorSpec spec = three_alike();
  spec.within_ms = spec.quiet_ms = 1'000'000'000;
  Detector detector;
  const std::uint64_t many = 2 * limits::detector_tickets_max + 100;
  for (std::uint64_t key = 1; key <= many; ++key) {  // every value is another
    EXPECT_FALSE(detector.observe(spec, {key}, {key, 0, KeyKind::number}, kT0));
  }
  EXPECT_EQ(detector.tickets(), limits::detector_tickets_max);
  EXPECT_EQ(detector.series(), limits::detector_tickets_max);
  // Alarms leave silent series behind: these are bounded too, the stalest goes first.
  for (std::uint64_t key = 1; key <= many; ++key) {
    for (int i = 0; i < 3; ++i) {
      const bool alarm =
          detector.observe(spec, {many + key}, {many + key, 0, KeyKind::number}, kT0 + 1);
      ASSERT_EQ(alarm, i == 2);
    }
  }
  EXPECT_EQ(detector.tickets(), limits::detector_tickets_max);
  EXPECT_EQ(detector.series(), limits::detector_tickets_max);
  // What has left the window is forgotten with the next ticket, whatever its value.
  detector.observe(spec, {1}, {1, 0, KeyKind::number}, kT0 + 2'000'000'002);
  EXPECT_EQ(detector.tickets(), 1u);
  EXPECT_EQ(detector.series(), 1u);
}

TenantSpec document_with(DetectorSpec detector) {
  TenantSpec spec = desk_document();
  spec.events_on = 0;
  spec.recipients = {{"guardia", {{kAlwaysOpen, kNoId8, "guardia", "correo"}}, false, false}};
  detector.recipient = 0;
  spec.detectors = {detector};
  return spec;
}

TEST(MassIncident, is_told_once_with_its_tickets_and_recipient) {
  Desk desk(document_with(three_alike()));
  for (std::uint64_t key = 1; key <= 5; ++key) {
    desk.create(kT0 + static_cast<TimeMs>(key) * kMinuteMs, key, 1);
    desk.create(kT0 + static_cast<TimeMs>(key) * kMinuteMs, 100 + key, key == 5 ? 2 : key % 2 + 2);
  }
  EXPECT_EQ(desk.told(),
            "created created created created created mass_incident created created created "
            "created created mass_incident");
  const Event& second = desk.last(EventType::mass_incident).event;
  EXPECT_EQ(second.subject, 0);
  EXPECT_EQ(second.count, 3u);
  EXPECT_EQ(second.ticket.low, 105u);
  EXPECT_EQ(second.recipient, 0);
  EXPECT_EQ(second.route, 0);
  const TicketKey first = desk.ticket(1).key;  // of the other alarm
  EXPECT_EQ(desk.ticket(1).links.size(), 2u);
  ASSERT_EQ(desk.ticket(3).links.size(), 1u);
  EXPECT_EQ(desk.ticket(3).links[0].kind, LinkKind::related);
  EXPECT_FALSE(desk.ticket(3).links[0].incoming);
  EXPECT_EQ(desk.ticket(3).links[0].other, first);
  EXPECT_TRUE(desk.ticket(4).links.empty());  // it came after the alarm
  desk.expect_replay();
}

TEST(MassIncident, has_at_most_its_rows_and_counts_the_rest) {
  DetectorSpec detector = three_alike();
  detector.count = 100;
  Desk desk(document_with(detector));
  for (std::uint64_t key = 1; key <= 100; ++key) desk.create(kT0 + 1, key, 1);
  EXPECT_EQ(desk.last(EventType::mass_incident).event.count, 100u);
  EXPECT_EQ(desk.last(EventType::mass_incident).rows.size(), limits::mass_incident_rows_max);
  EXPECT_EQ(desk.last(EventType::mass_incident).rows.front().ticket.low, 1u);
  EXPECT_EQ(desk.last(EventType::mass_incident).rows.front().status, kNew);
  desk.expect_replay();
}

TEST(MassIncident, counts_escalations_if_asked_by_command_or_ladder) {
  DetectorSpec detector = three_alike();
  detector.on_escalated = true;
  Desk desk(document_with(detector));
  for (std::uint64_t key = 1; key <= 3; ++key) desk.create(kT0 + 1, key, 1);
  Command command;
  command.kind = CommandKind::escalate;
  command.key = {1, 0, KeyKind::number};
  desk.command(kT0 + 4 * kHourMs - kMinuteMs, command);
  desk.told();
  desk.advance(kT0 + 4 * kHourMs + 2);  // first_response is breached too; resolution is due
  EXPECT_NE(desk.told().find("escalated mass_incident"), std::string::npos);
  EXPECT_EQ(desk.last(EventType::mass_incident).rows[0].ticket.low, 1u);
  EXPECT_EQ(desk.last(EventType::mass_incident).rows[2].ticket.low, 3u);
  desk.expect_replay();
}

TEST(MassIncident, a_document_keeps_what_it_does_not_change) {
  Desk desk(document_with(three_alike()));
  desk.create(kT0, 1, 1);
  desk.create(kT0 + 1, 2, 1);
  TenantSpec next = document_with(three_alike());
  next.version = 2;
  next.detectors[0].quiet_ms = kHourMs;
  DetectorSpec another = three_alike();
  another.name = "otro";
  another.count = 1;
  next.detectors.push_back(another);
  EXPECT_EQ(desk.put(kT0 + 2, next).code, Errc::ok);
  desk.told();
  desk.create(kT0 + 3, 3, 1);
  EXPECT_EQ(desk.told(), "created mass_incident mass_incident");
  while (desk.machine.background_pending()) desk.background(kT0 + 3);
  next.version = 3;
  next.detectors[0].alike.clear();  // begins anew
  next.detectors[1].retired = true;
  EXPECT_EQ(desk.put(kT0 + 4, next).code, Errc::ok);
  desk.told();
  desk.create(kT0 + 5, 4, 1);
  desk.create(kT0 + 6, 5, 2);
  EXPECT_EQ(desk.told(), "created created");
  desk.create(kT0 + 7, 6, 3);
  EXPECT_EQ(desk.told(), "created mass_incident");
  desk.expect_replay();
}

}  // namespace
}  // namespace vencer::test
