// What a refused command is told, in words.
#include <fmt/format.h>

#include "net/client/client_impl.h"

namespace vencer {
namespace {

// detail: a status that the document in force no longer has, or none where the command asks for the
// one of cancelled tickets.
std::string no_status(const CommandOutcome& outcome, const Names& names) {
  if (outcome.detail == kNoId8) return "the tenant has no status of category cancelled";
  return fmt::format("the tenant has no status '{}' any more",
                     names.status_name(static_cast<StatusId>(outcome.detail)));
}

std::string no_level(const CommandOutcome& outcome, const Names& names) {
  if (names.levels.empty()) return "the tenant has no levels";
  return fmt::format("there is no level {}: the last is '{}'", outcome.detail, names.levels.back());
}

std::string sentence(const CommandOutcome& outcome, const Names& names, std::string_view other) {
  switch (outcome.code) {
    case Errc::unknown_ticket:
      // A version says that the command's own ticket was found: it is the one it names that was
      // not.
      if (outcome.version == 0) return "there is no such ticket";
      return fmt::format("there is no such other ticket{}{}", other.empty() ? "" : ": ", other);
    case Errc::unknown_status:
      return no_status(outcome, names);
    case Errc::unknown_level:
      return no_level(outcome, names);
    case Errc::ticket_exists:
      return "it exists already";
    case Errc::closed_for_good:
      return "it is closed for good";
    case Errc::version_mismatch:
      return fmt::format("its version is {} now", outcome.version);
    case Errc::level_order:
      return "levels go one at a time, upwards";
    case Errc::activity_reserved:
      return fmt::format("'{}' is recorded by the engine only",
                         names.activity_name(outcome.detail));
    case Errc::nothing_to_acknowledge:
      return "no ladder is waiting to be held";
    case Errc::constraint:
      return fmt::format("refused by constraint '{}'", names.constraint_name(outcome.detail));
    case Errc::contract_missing:
      return "its customer has no contract in force";
    case Errc::not_running:
      return "that clock does not run: there is no deadline to move";
    case Errc::invalid_link:
      return "a ticket can't be linked to itself, twice, or in a circle";
    case Errc::quota:
      return "the tenant's quota of open tickets or of commands a second is used up";
    case Errc::limit:
      return "there are as many of these as the limits allow";
    case Errc::occurred_at_required:
      return "this server's time is its input: each command says when it occurred";
    case Errc::occurred_at_future:
      return "it is said to have occurred in the future";
    case Errc::time_out_of_range:
      return "a time lies outside 1970 to 2400, or one that must come is not after now";
    case Errc::unknown_attribute:
      return fmt::format("there is no attribute {}", outcome.detail);
    case Errc::unknown_value:
      return fmt::format("attribute '{}' has no such value", names.attribute_name(outcome.detail));
    case Errc::attribute_twice:
      return fmt::format("attribute '{}' is given twice", names.attribute_name(outcome.detail));
    case Errc::invalid_key:
      return "this is not a key";
    case Errc::gap:
      return "its number is not the next one of this producer";
    case Errc::number_reused:
      return "its number was used for another command";
    case Errc::too_old:
      return "its number is too old for its result to be remembered";
    case Errc::capacity:
      return "the server holds as many tickets as it was made for";
    case Errc::overloaded:
      return "the server is overloaded; try again";
    case Errc::disk_full:
      return "the server's disk is full";
    default:
      return "refused";
  }
}

}  // namespace

Error refusal(const CommandOutcome& outcome, std::string_view subject, std::string_view other,
              const Names& names) {
  return {outcome.code, fmt::format("{}: {} ({})", subject, sentence(outcome, names, other),
                                    to_string(outcome.code))};
}

}  // namespace vencer
