// What the desk does in a story.
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "net/client/key.h"
#include "tests/scenario/story.h"

namespace vencer::scenario {
namespace {

std::string text_of(const NewTicketOptions& more, const LocalTime& local) {
  std::string text;
  if (more.start_at != kNever) text += ", starting " + local.text(more.start_at);
  if (more.due_at != kNever) text += ", due " + local.text(more.due_at);
  return more.quiet ? text + ", quietly" : text;
}

}  // namespace

void Story::remember(const Words& attributes) {
  for (const auto& [name, value] : attributes) {
    const Result<Value> number = parse_open_value(value);
    if (number && std::to_string(*number) != value) words_[std::to_string(*number)] = value;
  }
}

void Story::create(std::string_view key, const Words& attributes, std::string_view status,
                   Where where) {
  remember(attributes);
  const bool is_new = std::find(keys_.begin(), keys_.end(), key) == keys_.end();
  if (const auto parsed = parse_key(key); parsed && key_text(*parsed) != key) {
    words_[key_text(*parsed)] = key;
  }
  const bool accepted = !refused_;
  const NewTicketOptions more = std::exchange(more_, NewTicketOptions{});
  const std::string to = status.empty() ? "" : fmt::format(" as {}", status);
  tell(
      fmt::format("create {}{}{}{}", key, to, text_of(attributes), text_of(more, local_)),
      [&](Client& client, const CommandOptions& options) {
        return client.create(key, attributes, status, options, more);
      },
      where);
  if (is_new && accepted) keys_.emplace_back(key);
}

void Story::status(std::string_view key, std::string_view status, Where where) {
  tell(
      fmt::format("status {} -> {}", key, status),
      [&](Client& client, const CommandOptions& options) {
        return client.set_status(key, status, options);
      },
      where);
}

void Story::set(std::string_view key, const Words& attributes, Where where) {
  remember(attributes);
  tell(
      fmt::format("set {}{}", key, text_of(attributes)),
      [&](Client& client, const CommandOptions& options) {
        return client.set_attributes(key, attributes, options);
      },
      where);
}

void Story::activity(std::string_view key, std::string_view activity, Where where) {
  tell(
      fmt::format("activity {}: {}", key, activity),
      [&](Client& client, const CommandOptions& options) {
        return client.activity(key, activity, options);
      },
      where);
}

void Story::escalate(std::string_view key, std::string_view level, std::string_view to,
                     Where where) {
  tell(
      fmt::format("escalate {}: {} {}", key, level.empty() ? "the next level" : level, to),
      [&](Client& client, const CommandOptions& options) {
        return client.escalate(key, level, to, options);
      },
      where);
}

void Story::acknowledge(std::string_view key, std::string_view clock, std::string_view hold,
                        Where where) {
  const DurationMs hold_ms = hold.empty() ? 0 : parse_span(hold);
  tell(
      fmt::format("acknowledge {} {} {}", key, clock.empty() ? "every clock" : clock, hold),
      [&](Client& client, const CommandOptions& options) {
        return client.acknowledge(key, clock, hold_ms, options);
      },
      where);
}

void Story::tell(const std::string& what, const Call& call, Where where) {
  if (document_now_.empty()) throw std::logic_error("a story begins with at()");
  CommandOptions options;
  options.occurred_at = std::exchange(late_, std::nullopt).value_or(now_);
  options.actor = std::exchange(actor_, 0);
  std::string line = "> " + what;
  if (options.occurred_at != now_) line += ", which happened " + local_.text(options.occurred_at);
  if (options.actor != 0) line += fmt::format(", by {}", options.actor);
  note(line);
  const std::vector<std::string> before = refused_ ? tickets_now() : std::vector<std::string>{};
  const std::size_t events_before = events_.size();
  const Result<CommandReply> reply = call(*client_, options);
  if (!reply) note("  refused: " + reply.error().message);
  see_new_events();
  if (refused_) {
    check_refusal(what, reply, before, events_before, where);
  } else if (!reply) {
    fail("'" + what + "' was refused: " + reply.error().message, where);
  }
}

void Story::check_refusal(const std::string& what, const Result<CommandReply>& reply,
                          const std::vector<std::string>& before, std::size_t events_before,
                          Where where) {
  const std::string words = *std::exchange(refused_, std::nullopt);
  if (reply) return fail("'" + what + "' was accepted, not refused with '" + words + "'", where);
  if (reply.error().message.find(words) == std::string::npos) {
    fail("'" + what + "' was refused with '" + reply.error().message + "', not '" + words + "'",
         where);
  }
  if (tickets_now() != before) fail("'" + what + "' was refused, and changed a ticket", where);
  if (events_.size() != events_before) fail("'" + what + "' was refused, and told of", where);
  expected_after_crash_ = expected_after_crash_ || crashes_ > 0;
}

void Story::change_document(std::string_view from, std::string_view to, Where where) {
  const std::size_t place = document_now_.find(from);
  if (place == std::string::npos || document_now_.find(from, place + 1) != std::string::npos) {
    throw std::invalid_argument("the document should hold this once: " + std::string(from));
  }
  document_now_.replace(place, from.size(), to);
  note(fmt::format("the document now says: {}", to));
  const auto put = client_->put_tenant(document_now_, desk_ + ".toml");
  if (!put) return fail("the document was refused: " + put.error().message, where);
  // Open tickets are looked at again between two commands.
  const auto moved = client_->advance(now_);
  if (!moved) return fail(moved.error().message, where);
  see_new_events();
}

Story& Story::refused(std::string words) {
  refused_ = std::move(words);
  return *this;
}

Story& Story::late(std::string_view occurred_at) {
  late_ = local_.parse(occurred_at, now_);
  return *this;
}

Story& Story::by(std::uint64_t actor) {
  actor_ = actor;
  return *this;
}

Story& Story::starting(std::string_view start_at) {
  more_.start_at = local_.parse(start_at, now_);
  return *this;
}

Story& Story::due(std::string_view due_at) {
  more_.due_at = local_.parse(due_at, now_);
  return *this;
}

Story& Story::quietly() {
  more_.quiet = true;
  return *this;
}

}  // namespace vencer::scenario
