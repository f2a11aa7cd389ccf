// CompiledTenant::choose beside a linear search: hundreds of rules over closed, large and open
// attributes.
#include <gtest/gtest.h>

#include <random>

#include "engine/core/calendar_store.h"
#include "engine/core/compiled_tenant.h"
#include "tests/unit/core/desk.h"

namespace vencer::test {
namespace {

using Random = std::mt19937_64;

std::uint64_t below(Random& random, std::uint64_t bound) {
  return random() % bound;
}

// Attribute 0: 4 values, 1: 300, 2: 2,000 (too many for masks), 3: open.
constexpr std::uint64_t kValues[] = {4, 300, 2000, 5000};

TenantSpec document(Random& random, std::size_t rules) {
  TenantSpec spec = desk_document();
  spec.attributes.clear();
  for (int i = 0; i < 4; ++i) {
    AttributeSpec attribute;
    attribute.name = std::to_string(i);
    attribute.open = i == 3;
    for (std::uint64_t v = 0; v < kValues[i] && !attribute.open; ++v) {
      attribute.values.push_back(std::to_string(v));
      attribute.value_retired.push_back(false);
    }
    spec.attributes.push_back(attribute);
  }
  spec.count_by.clear();
  spec.rules.clear();
  spec.rule_order.clear();
  for (std::size_t r = 0; r < rules; ++r) {
    RuleSpec rule;
    rule.name = std::to_string(r);
    for (AttributeId a = 0; a < 4; ++a) {
      if (below(random, 3) == 0) continue;
      MatchSpec match{a, below(random, 4) == 0, {}};
      for (std::uint64_t n = 1 + below(random, 3); n > 0; --n) {
        match.values.push_back(below(random, 6));
      }
      rule.when.push_back(match);
    }
    for (ClockId clock = 0; clock < spec.clocks.size(); ++clock) {
      if (below(random, 3) > 0) rule.targets.push_back({clock, 1000, 0, kNoId16});
    }
    spec.rules.push_back(rule);
    spec.rule_order.push_back(static_cast<RuleId>(r));
  }
  std::shuffle(spec.rule_order.begin(), spec.rule_order.end(), random);
  return spec;
}

RuleId first_rule(const TenantSpec& spec, const std::vector<Value>& values, ClockId clock) {
  for (const RuleId id : spec.rule_order) {
    bool matches = true;
    for (const MatchSpec& match : spec.rules[id].when) {
      const bool among =
          std::count(match.values.begin(), match.values.end(), values[match.attribute]) > 0;
      matches = matches && among != match.negated;
    }
    for (const TargetSpec& target : spec.rules[id].targets) {
      if (matches && target.clock == clock) return id;
    }
  }
  return kNoId16;
}

TEST(Choose, GivesTheFirstRuleThatMatches) {
  for (const std::size_t rules : {0u, 1u, 64u, 65u, 250u}) {
    Random random(rules);
    const TenantSpec spec = document(random, rules);
    CalendarStore calendars;
    const auto tenant = CompiledTenant::make(1, spec, calendars);
    ASSERT_TRUE(tenant.ok());
    const BlockLayout& layout = (*tenant)->layout();
    std::vector<std::uint64_t> block(layout.cells);
    std::size_t matched = 0;
    for (int i = 0; i < 2000; ++i) {
      std::vector<Value> values;
      for (AttributeId a = 0; a < 4; ++a) {
        values.push_back(below(random, 8) == 0 ? below(random, kValues[a] + 1) : below(random, 5));
        set_attribute(layout, block.data(), a, values.back());
        ASSERT_EQ(get_attribute(layout, block.data(), a), values.back());
      }
      for (ClockId clock = 0; clock < spec.clocks.size(); ++clock) {
        RuleId rule = kNoId16;
        const TargetSpec* target = (*tenant)->choose(block.data(), clock, &rule);
        ASSERT_EQ(rule, first_rule(spec, values, clock));
        ASSERT_EQ(target != nullptr, rule != kNoId16);
        matched += target != nullptr;
        ASSERT_TRUE(target == nullptr || target->clock == clock);
      }
    }
    EXPECT_EQ(matched > 1000, rules > 1);
  }
}

}  // namespace
}  // namespace vencer::test
