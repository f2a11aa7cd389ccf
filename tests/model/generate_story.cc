// Random commands at random instants. The model runs along, so that instants can be chosen exactly
// at, just before and just after what falls due, and late news around a due that has passed.
#include <algorithm>
#include <optional>

#include "engine/core/limits.h"
#include "tests/model/story.h"

namespace vencer::model {
namespace {

using limits::kHour;
using limits::kMinute;
using limits::kSecond;

constexpr TimeMs kStoryEnd = kStoryBegin + 60 * limits::kDay;

// Of the command's ticket to another.
bool fill_link(Dice& dice, Command& command) {
  const bool merges = dice.percent(25);
  if (!on(merges ? Feature::merge : Feature::links)) return false;
  command.other = {dice.below(kKeys) + 1, 0, KeyKind::number};
  command.kind = merges ? CommandKind::merge : CommandKind::link;
  if (merges) return true;
  command.link = dice.of<LinkKind>({LinkKind::problem, LinkKind::problem, LinkKind::problem,
                                    LinkKind::follow_up, LinkKind::related});
  if (dice.percent(2)) command.link = LinkKind::none;
  return true;
}

class Writer {
 public:
  explicit Writer(Dice dice) : dice_(dice), story_(), desk_(start()) {}

  // Nothing if it is one of those in which a step keeps setting off itself: they are long, and one
  // is like the other.
  std::optional<Story> write() {
    const std::int64_t ops = dice_.between(15, 90);
    for (std::int64_t i = 0; i < ops && desk_.now() < kStoryEnd && !dice_.spent(); ++i) {
      const TimeMs at = next_instant();
      if (!input_ && !pass(at)) return std::nullopt;
      if (dice_.percent(3)) {
        add_document(at);
      } else if (dice_.percent(8)) {
        Op op;
        op.at = at;
        pass(at);
        story_.ops.push_back(op);
      } else {
        add_command(at);
      }
      if (too_many()) return std::nullopt;
    }
    pass(desk_.now() + kAfterwards);
    if (too_many()) return std::nullopt;
    return story_;
  }

 private:
  static constexpr std::size_t kEventsMax = 1000;

  bool pass(TimeMs to) { return desk_.advance(to, kEventsMax); }

  bool too_many() {
    events_ += desk_.take_events().size();
    return events_ > kEventsMax;
  }

  const Settings& start() {
    story_.settings.ticket_capacity = dice_.percent(20) ? 3 : 16;
    if (dice_.percent(15)) story_.settings.clock_source = ClockSource::input;
    input_ = story_.settings.clock_source == ClockSource::input;
    story_.documents.push_back(make_document(dice_));
    return story_.settings;
  }

  TimeMs next_instant() {
    if (story_.ops.empty()) {
      add_document(kStoryBegin + dice_.between(0, 10) * kHour);
      return desk_.now();
    }
    const TimeMs now = desk_.now();
    if (dice_.percent(35)) {
      const TimeMs due = desk_.next_deadline();
      const TimeMs near = due == kNever ? kNever : due + dice_.between(-1, 1);
      if (near != kNever && near >= now && near < kStoryEnd) return near;
    }
    switch (dice_.below(5)) {
      case 0:
        return now;
      case 1:
        return now + 1;
      case 2:
        return now + dice_.between(0, 10) * kMinute;
      case 3:
        return now + some_duration(dice_);
      default:
        return now + dice_.between(0, 5 * kHour);
    }
  }

  void add_document(TimeMs at) {
    Op op;
    op.kind = Op::Kind::document;
    op.at = at;
    op.document = story_.ops.empty() ? 0 : story_.documents.size();
    if (!story_.ops.empty()) {
      story_.documents.push_back(make_next_document(dice_, story_.documents.back()));
    }
    TenantSpec document = story_.documents[op.document];
    document.version = desk_.document().version + 1;
    pass(at);
    desk_.put(document);
    story_.ops.push_back(op);
  }

  // Before now: by a little, by much, or around a due that was announced.
  TimeMs late_instant(const TicketKey& key, TimeMs now) {
    const ModelTicket* ticket = desk_.find(key);
    std::vector<TimeMs> around;
    if (ticket != nullptr && !ticket->closed) {
      for (const ModelClock& clock : ticket->clocks) {
        const TimeMs due = due_of(clock);
        if (due < now) around.push_back(due);
      }
    }
    TimeMs at = now - dice_.between(0, 8) * kHour - dice_.between(0, 3);
    if (!around.empty() && dice_.percent(70)) at = dice_.of(around) + dice_.between(-2, 2);
    return at;
  }

  void occur(Op& op) {
    op.command.occurred_at = kNever;
    if (input_) {
      op.command.occurred_at = dice_.percent(20) ? late_instant(op.command.key, op.at) : op.at;
      if (dice_.percent(1)) op.command.occurred_at = kNever;
    } else if (dice_.percent(30)) {
      op.command.occurred_at = dice_.percent(90) ? late_instant(op.command.key, op.at)
                                                 : op.at + dice_.between(0, 6) * kSecond;
    }
  }

  void fill(Op& op) {
    Command& command = op.command;
    command.actor = dice_.below(3);
    if (dice_.percent(20) && fill_rare(op)) return;
    if (dice_.percent(12) && fill_link(dice_, command)) return;
    if (dice_.percent(4) && fill_mute(op)) return;
    if (dice_.percent(8) && fill_customer(op)) return;
    switch (dice_.below(10)) {
      case 0:
        command.kind = CommandKind::create;
        if (on(Feature::quiet)) command.quiet = dice_.percent(15);
        if (dice_.percent(40)) command.status = static_cast<StatusId>(dice_.below(7));
        some_attributes(op, 60);
        break;
      case 1:
      case 2:
        command.kind = CommandKind::set_status;
        command.status = static_cast<StatusId>(dice_.percent(90) ? dice_.below(6) : dice_.below(9));
        break;
      case 3:
        command.kind = CommandKind::set_status;
        command.status = static_cast<StatusId>(dice_.of<int>({1, 2, 4, 5}));
        if (on(Feature::until) && dice_.percent(40)) {
          command.until = near(op.at);
          if (dice_.percent(60)) command.then_status = static_cast<StatusId>(dice_.below(9));
        }
        break;
      case 4:
      case 5:
        command.kind = CommandKind::set_attributes;
        some_attributes(op, 50);
        break;
      case 6:
      case 7:
        command.kind = CommandKind::activity;
        command.activity =
            static_cast<ActivityId>(dice_.percent(80) ? dice_.between(1, 4) : dice_.between(0, 11));
        break;
      case 8:
        command.kind = CommandKind::escalate;
        command.level = static_cast<LevelId>(dice_.percent(60) ? 0 : dice_.below(5));
        if (dice_.percent(40)) command.recipient = static_cast<RecipientId>(dice_.below(2));
        break;
      default:
        command.kind = CommandKind::acknowledge;
        command.timeout_ms = dice_.percent(50) ? 0 : some_duration(dice_);
        if (dice_.percent(50)) command.clock = static_cast<ClockId>(dice_.below(5));
    }
  }

  // An instant that is to come, mostly, and often one at which something else falls due.
  TimeMs near(TimeMs now) {
    const TimeMs due = desk_.next_deadline();
    if (due != kNever && dice_.percent(30)) return due + dice_.between(-1, 1);
    return dice_.percent(10) ? now - dice_.between(0, 1) : now + some_duration(dice_);
  }

  bool fill_rare(Op& op) {
    Command& command = op.command;
    switch (dice_.below(4)) {
      case 0:
        if (!on(Feature::extend)) return false;
        command.kind = CommandKind::extend;
        command.clock = static_cast<ClockId>(dice_.below(5));
        command.by_ms = dice_.percent(70) ? some_duration(dice_) : -some_duration(dice_);
        command.reason = "asked for";
        return true;
      case 1:
        if (!on(Feature::targets)) return false;
        command.kind = CommandKind::set_due;
        if (dice_.percent(85)) command.due_at = near(op.at);
        return true;
      case 2:
        if (!on(Feature::cancel) || !dice_.percent(20)) return false;
        command.kind = CommandKind::cancel;
        return true;
      default:
        return false;
    }
  }

  bool fill_mute(Op& op) {
    if (!on(Feature::mute)) return false;
    Command& command = op.command;
    command.kind = CommandKind::mute;
    if (!dice_.percent(5)) command.until = near(op.at);
    if (dice_.percent(30)) return true;
    command.attribute = static_cast<AttributeId>(dice_.below(dice_.percent(95) ? 4 : 6));
    command.value = dice_.below(4);
    return true;
  }

  bool fill_customer(Op& op) {
    if (!on(Feature::customers)) return false;
    Command& command = op.command;
    command.kind = CommandKind::put_customer;
    command.key = {static_cast<std::uint64_t>(dice_.between(1, 3)), 0, KeyKind::number};
    if (dice_.percent(3)) command.key.low = 0;
    some_attributes(op, 50);
    if (dice_.percent(95)) {  // what the customer itself is, nobody puts
      std::erase_if(op.attributes, [](const AttributeValue& set) { return set.attribute == 3; });
    }
    command.contract_until = dice_.of<TimeMs>({kNever, 0, near(op.at), near(op.at), near(op.at)});
    command.reapply = dice_.percent(40);
    return true;
  }

  void some_attributes(Op& op, unsigned percent) {
    const std::size_t known = story_.documents.back().attributes.size();
    for (AttributeId attribute = 0; attribute < known; ++attribute) {
      if (dice_.percent(percent)) op.attributes.push_back({attribute, dice_.below(4)});
    }
    if (dice_.percent(2)) op.attributes = {{static_cast<AttributeId>(dice_.below(5)), 9}};
  }

  // Mostly the next number of one of two producers; sometimes a repeat, a reuse or a gap.
  void number(Op& op) {
    if (!dice_.percent(25)) return;
    op.producer = dice_.below(2) + 1;
    std::uint64_t& last = last_[op.producer - 1];
    op.number = dice_.percent(70) ? last + 1
                                  : static_cast<std::uint64_t>(dice_.between(1, 3)) + last -
                                        std::min<std::uint64_t>(last, 2);
    op.command.content_hash = static_cast<std::uint32_t>(dice_.percent(80) ? 7 : 8);
    if (op.number == last + 1) ++last;
  }

  void add_command(TimeMs at) {
    Op op;
    op.kind = Op::Kind::command;
    op.at = at;
    op.command.key = {dice_.below(kKeys) + 1, 0, KeyKind::number};
    fill(op);
    const bool of_ticket =
        op.command.kind != CommandKind::mute && op.command.kind != CommandKind::put_customer;
    if (of_ticket && desk_.find(op.command.key) == nullptr && dice_.percent(85)) {
      op.command.kind = CommandKind::create;
      if (op.command.status > 3) op.command.status = kNoId8;
      op.command.until = kNever;
      if (on(Feature::start_at) && dice_.percent(15)) op.command.start_at = near(at);
      if (on(Feature::targets) && dice_.percent(40)) op.command.due_at = near(at);
    }
    occur(op);
    if (dice_.percent(5)) op.command.expected_version = static_cast<std::uint32_t>(dice_.below(6));
    number(op);
    if (op.producer == 0) {
      desk_.command(op.asked());
    } else {
      desk_.numbered(op.asked(), {op.producer, 0}, op.number);
    }
    story_.ops.push_back(op);
  }

  Dice dice_;
  Story story_;
  bool input_ = false;
  std::uint64_t last_[2] = {0, 0};
  std::size_t events_ = 0;
  Desk desk_;
};

}  // namespace

Story make_story(std::uint64_t seed) {
  for (std::uint64_t salt = 0;; ++salt) {
    std::optional<Story> story = Writer(Dice(seed + (salt << 32))).write();
    if (!story) continue;
    story->seed = seed;
    return *story;
  }
}

std::optional<Story> story_of(std::span<const std::byte> tape) {
  return Writer(Dice(tape)).write();
}

}  // namespace vencer::model
