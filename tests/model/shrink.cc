// Makes a story that differs shorter, as long as it still differs.
#include <utility>

#include <utility>

#include "tests/model/play.h"

namespace vencer::model {
namespace {

class Shrinker {
 public:
  Shrinker(const Story& story, int tries) : best_(story), tries_(tries) {}

  Story run() {
    bool shorter = true;
    while (shorter && tries_ > 0) {
      shorter = fewer_ops();
      shorter = simpler_documents() || shorter;
      shorter = simpler_commands() || shorter;
    }
    return best_;
  }

 private:
  bool take(const Story& candidate) {
    if (tries_-- <= 0 || play(candidate).empty()) return false;
    best_ = candidate;
    return true;
  }

  // Without halves, quarters, ... single ones. The first op puts the first document.
  bool fewer_ops() {
    bool any = false;
    for (std::size_t chunk = best_.ops.size() / 2; chunk > 0; chunk /= 2) {
      for (std::size_t at = 1; at < best_.ops.size();) {
        Story candidate = best_;
        const std::size_t end = std::min(at + chunk, candidate.ops.size());
        candidate.ops.erase(candidate.ops.begin() + static_cast<std::ptrdiff_t>(at),
                            candidate.ops.begin() + static_cast<std::ptrdiff_t>(end));
        if (take(candidate)) {
          any = true;
        } else {
          at += chunk;
        }
      }
    }
    return any;
  }

  template <typename Change>
  bool change_story(Change&& change) {
    Story candidate = best_;
    if (!change(candidate)) return false;
    return take(candidate);
  }

  // What a command says beside its kind and its ticket.
  bool simpler_commands() {
    bool any = false;
    for (std::size_t i = 0; i < best_.ops.size(); ++i) {
      if (best_.ops[i].kind != Op::Kind::command) continue;
      const auto try_clear = [&](auto member) {
        any |= change_story([&](Story& story) {
          auto& field = story.ops[i].command.*member;
          if (field == Command{}.*member) return false;
          field = Command{}.*member;
          return true;
        });
      };
      try_clear(&Command::occurred_at);
      try_clear(&Command::expected_version);
      try_clear(&Command::actor);
      try_clear(&Command::quiet);
      try_clear(&Command::until);
      try_clear(&Command::start_at);
      try_clear(&Command::due_at);
      try_clear(&Command::contract_until);
      try_clear(&Command::reapply);
      any |= change_story([&](Story& story) {
        return std::exchange(story.ops[i].producer, 0) != 0;  // its number says nothing then
      });
      for (std::size_t a = best_.ops[i].attributes.size(); a-- > 0;) {
        any |= change_story([&](Story& story) {
          auto& attributes = story.ops[i].attributes;
          attributes.erase(attributes.begin() + static_cast<std::ptrdiff_t>(a));
          return true;
        });
      }
    }
    return any;
  }

  // What a document, as a whole, can do without.
  bool simpler_life(std::size_t d) {
    bool any = false;
    const auto try_clear = [&](auto member) {
      any |= change_story([&](Story& story) {
        const TenantSpec plain;
        auto& field = story.documents[d].*member;
        if (field == plain.*member) return false;
        field = plain.*member;
        return true;
      });
    };
    try_clear(&TenantSpec::merged_status);
    try_clear(&TenantSpec::survey_status);
    try_clear(&TenantSpec::survey_at_close);
    try_clear(&TenantSpec::created_recipient);
    try_clear(&TenantSpec::customers);
    try_clear(&TenantSpec::matrix);
    try_clear(&TenantSpec::quota);
    for (std::size_t i = 0; i < best_.documents[d].constraints.size(); ++i) {
      any |= change_story([&](Story& story) {
        ConstraintSpec& constraint = story.documents[d].constraints[i];
        return !std::exchange(constraint.retired, true);
      });
    }
    return any;
  }

  // Without a rule, a step, a clock's triggers, a calendar.
  bool simpler_documents() {
    bool any = false;
    for (std::size_t d = 0; d < best_.documents.size(); ++d) {
      any |= simpler_life(d);
      const TenantSpec& spec = best_.documents[d];
      for (std::size_t i = spec.rule_order.size(); i-- > 0;) {
        any |= change_story([&](Story& story) {
          auto& order = story.documents[d].rule_order;
          order.erase(order.begin() + static_cast<std::ptrdiff_t>(i));
          return true;
        });
      }
      for (std::size_t l = 0; l < best_.documents[d].ladders.size(); ++l) {
        for (std::size_t i = best_.documents[d].ladders[l].steps.size(); i-- > 0;) {
          any |= change_story([&](Story& story) {
            auto& steps = story.documents[d].ladders[l].steps;
            steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(i));
            return true;
          });
        }
      }
      for (std::size_t c = 0; c < best_.documents[d].clocks.size(); ++c) any |= simpler_clock(d, c);
    }
    return any;
  }

  bool simpler_clock(std::size_t d, std::size_t c) {
    bool any = false;
    const auto try_clear = [&](auto member) {
      any |= change_story([&](Story& story) {
        auto& field = story.documents[d].clocks[c].*member;
        if (field == std::remove_reference_t<decltype(field)>{}) return false;
        field = {};
        return true;
      });
    };
    try_clear(&ClockSpec::start);
    try_clear(&ClockSpec::stop);
    try_clear(&ClockSpec::reset);
    try_clear(&ClockSpec::cancel);
    try_clear(&ClockSpec::pause_while);
    try_clear(&ClockSpec::run_while);
    return any;
  }

  Story best_;
  int tries_;
};

}  // namespace

Story shrink(const Story& story, int tries) {
  return Shrinker(story, tries).run();
}

}  // namespace vencer::model
