// Story: one random history of a desk: its documents and what happens, at which instant. Plain
// data, so that it can be played twice and made shorter.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/core/step.h"
#include "tests/model/desk.h"
#include "tests/model/dice.h"
#include "tests/model/features.h"

namespace vencer::model {

struct Op {
  enum class Kind { command, document, tick };
  Kind kind = Kind::tick;
  TimeMs at = 0;    // when the engine hears of it
  Command command;  // without its attributes
  std::vector<AttributeValue> attributes;
  std::uint64_t producer = 0;  // 0: none
  std::uint64_t number = 0;
  std::size_t document = 0;  // position in Story::documents

  // The command, pointing at this op's attributes.
  Command asked() const {
    Command command_now = command;
    command_now.attributes = attributes;
    return command_now;
  }
};

struct Story {
  std::uint64_t seed = 0;
  Settings settings;
  std::vector<TenantSpec> documents;  // versions are given as they are put
  std::vector<Op> ops;                // ascending by `at`
};

inline constexpr std::uint64_t kKeys = 5;  // of tickets: 1 to 5

// How long a story is watched after its last op: time for most of what is still to come.
inline constexpr DurationMs kAfterwards = 3LL * 86'400'000;
inline constexpr TimeMs kStoryBegin = 1'774'573'200'000;  // 2026-03-27 01:00 UTC, a Friday

Story make_story(std::uint64_t seed);
// One whose dice are thrown already (dice.h); nothing if it is one that make_story leaves out.
std::optional<Story> story_of(std::span<const std::byte> tape);

// generate_calendar.cc
CalendarSpec some_calendar(Dice& dice);

// generate_document.cc
TenantSpec make_document(Dice& dice);
// A later document of the same tenant: other rules, ladders, pauses; perhaps one more clock.
TenantSpec make_next_document(Dice& dice, const TenantSpec& before);
// Numbers as they occur together, so that instants fall together.
DurationMs some_duration(Dice& dice);

// tell.cc: for people.
std::string tell(const Said& said);
std::string tell(const Op& op);
std::string tell(const CommandResult& result);
std::string tell(const Story& story);
std::string tell_document(const TenantSpec& document);

}  // namespace vencer::model
