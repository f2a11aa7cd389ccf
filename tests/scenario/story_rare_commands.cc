// The commands of a story that few tickets see.
#include <fmt/format.h>

#include "tests/scenario/story.h"

namespace vencer::scenario {
namespace {

DurationMs parse_signed_span(std::string_view text) {
  return text.starts_with('-') ? -parse_span(text.substr(1)) : parse_span(text);
}

std::string_view word_of(LinkKind kind) {
  switch (kind) {
    case LinkKind::problem:
      return "its problem";
    case LinkKind::follow_up:
      return "its follow-up";
    default:
      return "related";
  }
}

}  // namespace

void Story::status_until(std::string_view key, std::string_view status, std::string_view until,
                         std::string_view then, Where where) {
  const TimeMs end = local_.parse(until, now_);
  tell(
      fmt::format("status {} -> {} until {}, then {}", key, status, local_.text(end),
                  then.empty() ? "as before" : then),
      [&](Client& client, const CommandOptions& options) {
        return client.set_status_until(key, status, end, then, options);
      },
      where);
}

void Story::cancel(std::string_view key, Where where) {
  tell(
      fmt::format("cancel {}", key),
      [&](Client& client, const CommandOptions& options) { return client.cancel(key, options); },
      where);
}

void Story::merge(std::string_view key, std::string_view into, Where where) {
  tell(
      fmt::format("merge {} into {}", key, into),
      [&](Client& client, const CommandOptions& options) {
        return client.merge(key, into, options);
      },
      where);
}

void Story::link(std::string_view key, LinkKind kind, std::string_view other, Where where) {
  tell(
      fmt::format("link {} to {}, {}", key, other, word_of(kind)),
      [&](Client& client, const CommandOptions& options) {
        return client.link(key, kind, other, options);
      },
      where);
}

void Story::extend(std::string_view key, std::string_view clock, std::string_view by,
                   std::string_view reason, Where where) {
  const DurationMs by_ms = parse_signed_span(by);
  tell(
      fmt::format("extend {} {} by {}: {}", key, clock, by, reason),
      [&](Client& client, const CommandOptions& options) {
        return client.extend(key, clock, by_ms, reason, options);
      },
      where);
}

void Story::set_due(std::string_view key, std::string_view due, std::string_view clock,
                    Where where) {
  const TimeMs due_at = due == "never" ? kNever : local_.parse(due, now_);
  tell(
      fmt::format("{} {} is due {}", key, clock, local_.text(due_at)),
      [&](Client& client, const CommandOptions& options) {
        return client.set_due(key, due_at, clock, options);
      },
      where);
}

void Story::put_customer(std::string_view customer, const Words& attributes,
                         std::string_view contract_until, bool reapply, Where where) {
  remember(attributes);
  remember({{"customer", std::string(customer)}});
  const TimeMs until = contract_until == "never"  ? kNever
                       : contract_until == "none" ? 0
                                                  : local_.parse(contract_until, now_);
  tell(
      fmt::format("customer {}{}, contract until {}{}", customer, text_of(attributes),
                  contract_until, reapply ? ", to open tickets too" : ""),
      [&](Client& client, const CommandOptions& options) {
        return client.put_customer(customer, attributes, until, reapply, options);
      },
      where);
}

void Story::mute(std::string_view until, std::string_view attribute, std::string_view value,
                 Where where) {
  const TimeMs end = local_.parse(until, now_);
  tell(
      fmt::format("mute {}={} until {}", attribute, value, local_.text(end)),
      [&](Client& client, const CommandOptions& options) {
        return client.mute(end, attribute, value, options);
      },
      where);
}

}  // namespace vencer::scenario
