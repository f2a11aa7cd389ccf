#include "tests/sim/truth.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/lag.h"
#include "engine/wire/event_record.h"

namespace vencer::sim {
namespace {

// A story of the model that never ends is not one.
constexpr std::size_t kModelEventsMax = 1'000'000;

}  // namespace

std::uint64_t Truth::hash(std::span<const std::byte> bytes) {
  std::uint64_t h = 0xcbf29ce484222325;
  for (const std::byte b : bytes) h = (h ^ static_cast<std::uint64_t>(b)) * 0x100000001b3;
  return h;
}

void Truth::event(const Event& event) {
  std::vector<std::byte>& record = records_.emplace_back();
  encode_event_record(event, record);
  ++counters_.events;
  if (event.type == EventType::breached) ++counters_.breaches;
  if (event.sequence != records_.size()) {
    complain(fmt::format("event {} follows event {}", event.sequence, records_.size() - 1));
  }
  check_instant(event);
  if (!with_model_) return;
  said_.push_back({event,
                   {event.attributes.begin(), event.attributes.end()},
                   {event.rows.begin(), event.rows.end()},
                   std::string(event.reason)});
  model::Said& kept = said_.back();
  kept.event.attributes = {};
  kept.event.rows = {};
  kept.event.reason = {};
}

// The model holds every event to its instant; this needs no model.
void Truth::check_instant(const Event& event) {
  if (event.type == EventType::breached && event.emitted <= event.due) {
    complain(fmt::format("EARLY: event {}, breached, due {}, emitted {}", event.sequence, event.due,
                         event.emitted));
  }
  if (event.type == EventType::clock_expired && event.emitted < event.due) {
    complain(fmt::format("EARLY: event {}, clock_expired, due {}, emitted {}", event.sequence,
                         event.due, event.emitted));
  }
}

void Truth::step(const StepRecord& record) {
  ++counters_.steps;
  StoredStep stored;
  stored.kind = record.kind;
  stored.frame_type = record.frame_type;
  stored.now = record.now;
  stored.principal = record.principal;
  stored.argument = record.argument;
  // Payloads are read where they lie, 8-aligned.
  std::vector<std::uint64_t> aligned((record.payload.size() + 7) / 8);
  std::copy(record.payload.begin(), record.payload.end(),
            reinterpret_cast<std::byte*>(aligned.data()));
  stored.payload = {reinterpret_cast<const std::byte*>(aligned.data()), record.payload.size()};
  const Result<Step> step = decoder_.decode(stored);
  if (!step) return complain("a committed step does not decode: " + step.error().message);
  if (twin_->has_settings() && step->now < twin_->now()) {
    return complain(
        fmt::format("time goes back in the log, from {} to {}", twin_->now(), step->now));
  }
  results_.clear();
  const StepOutcome outcome = twin_->apply(*step, *this);
  if (outcome.code != Errc::ok) {
    return complain(
        fmt::format("step {} of the log is refused: {}", counters_.steps, to_string(outcome.code)));
  }
  const bool only_time = step->kind == StepKind::advance && outcome.done == 0;
  if (!only_time && step->kind != StepKind::touch) last_change_at_ = step->now;
  if (step->kind == StepKind::settings && with_model_) desk_.emplace(*step->settings);
  if (step->kind == StepKind::tenant_document) ++counters_.documents;
  if (step->kind == StepKind::commands) {
    counters_.commands += results_.size();
    for (const CommandResult& r : results_) counters_.refused += r.code != Errc::ok ? 1 : 0;
    const std::uint64_t body = hash(record.payload);
    if (sent_[body]-- == 0) complain("TWICE: a frame was logged oftener than it was sent");
    open_commits_[body].push_back({results_, twin_->now(), twin_->event_sequence()});
  }
  if (desk_ && wrong_.empty()) model_step(*step);
}

void Truth::model_step(const Step& step) {
  if (!desk_->advance(step.now, kModelEventsMax)) return complain("the model tells without end");
  if (step.kind == StepKind::tenant_document) {
    const StepOutcome outcome = desk_->put(*step.document);
    if (outcome.code != Errc::ok) {
      complain(fmt::format("the model refuses a document: {}", to_string(outcome.code)));
    }
  }
  if (step.kind == StepKind::commands) {
    std::uint64_t number = step.first_number;
    for (std::size_t i = 0; i < step.commands.size() && wrong_.empty(); ++i) {
      const CommandResult expected =
          step.producer.empty() ? desk_->command(step.commands[i])
                                : desk_->numbered(step.commands[i], step.producer, number++);
      if (const std::string text = model::differ(results_[i], expected); !text.empty()) {
        complain(fmt::format("step {}, command {}, ticket {}, at {}: {}", counters_.steps, i,
                             step.commands[i].key.low, step.now, text));
      }
    }
  }
  compare(false);
}

void Truth::compare(bool whole) {
  if (!desk_ || !wrong_.empty() || twin_->background_pending() ||
      twin_->next_deadline() <= twin_->now()) {
    return;
  }
  const std::vector<model::Said> expected = desk_->take_events();
  if (!said_.empty() || !expected.empty()) {
    counters_.compared_events += said_.size();
    if (const std::string text = model::differ_per_ticket(said_, expected); !text.empty()) {
      complain(fmt::format("step {} (as machine) against the model: {}", counters_.steps, text));
    }
    said_.clear();
  }
  if (!whole || !wrong_.empty()) return;
  ++counters_.compared_states;
  complain(model::differ(*twin_, *desk_));
}

bool Truth::take_reply(std::uint64_t body, std::uint64_t correlation, const ReplyStamp& stamp,
                       std::span<const std::byte> frame) {
  const auto found = open_commits_.find(body);
  if (found == open_commits_.end()) return false;
  for (auto commit = found->second.begin(); commit != found->second.end(); ++commit) {
    if (commit->now != stamp.now || commit->event_sequence != stamp.event_sequence) continue;
    Bytes expected;
    encode_commands_reply(correlation, commit->results, stamp, expected);
    if (!std::equal(expected.begin(), expected.end(), frame.begin(), frame.end())) continue;
    found->second.erase(commit);
    if (found->second.empty()) open_commits_.erase(found);
    return true;
  }
  return false;
}

}  // namespace vencer::sim
