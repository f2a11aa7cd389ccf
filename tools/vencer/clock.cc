// vencer clock ...: the time that a server goes by.
#include <fmt/format.h>

#include <cstdlib>

#include "tools/vencer/times.h"
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

constexpr const char* kAccept = "clock accept";

std::string line_of(const ClockReply& reply) {
  const std::string off =
      fmt::format("{} {} engine time", duration_text(std::abs(reply.wall_lead_ms)),
                  reply.wall_lead_ms < 0 ? "behind" : "ahead of");
  const std::string now =
      fmt::format("partition {}: now {}", reply.partition, time_text(reply.now));
  if (!reply.was_suspect) {
    return fmt::format("{}; the wall clock, {}, was followed already", now, off);
  }
  return fmt::format("{}; the wall clock was {}, and is {}", now, off,
                     reply.wall_lead_ms < 0 ? "waited for: engine time goes a tenth slower"
                                            : "followed from here on");
}

int accept(Invocation& call) {
  Result<Client> client = call.connect(Invocation::Tenant::unused);
  if (!client) return call.fail(kAccept, client.error());
  const auto replies = client->accept_clock();
  if (!replies) return call.fail(kAccept, replies.error());
  if (call.globals().output == Output::table) {
    for (const ClockReply& reply : *replies) print_line(line_of(reply));
    return exit_ok;
  }
  JsonWriter json;
  json.begin_object().key("partitions").begin_array();
  for (const ClockReply& reply : *replies) {
    json.begin_object().field("partition", reply.partition);
    json.field("was_suspect", reply.was_suspect).field("wall_lead_ms", reply.wall_lead_ms);
    time_field(json, "now", reply.now);
    json.end_object();
  }
  json.end_array().end_object();
  print_line(json.text());
  return exit_ok;
}

const Registration group({.name = "clock", .summary = "the time that the server goes by"});
const Registration registration(
    {.name = kAccept,
     .summary = "the server's wall clock is right: follow it, however far it is off",
     .details =
         "A server does not follow a wall clock that is more than 5 minutes from engine time, or, "
         "at its start, more\nthan 30 days past the log: it may be wrong, and what it makes due "
         "cannot be taken back. It goes on by\nitself, says clock_suspect in its log, and `vencer "
         "info` says how far off it is. Look at the machine's clock\nfirst. If it is right, this "
         "makes engine time the wall clock's (what falls due on the way is told at once);\none "
         "that "
         "is behind is waited for, as engine time never goes back. Of all partitions; nothing "
         "happens where\nthe clock is followed already.",
     .run = accept});

}  // namespace
}  // namespace vencer::cli
