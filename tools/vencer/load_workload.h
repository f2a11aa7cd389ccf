// LoadWorkload: the commands of one connection of `vencer load`, the same for the same seed.
//
// First it creates tickets, then it draws from the mix: another ticket, or for one of its tickets,
// drawn evenly, a status, an activity or an attribute. Statuses that end a ticket (closed,
// cancelled) are not drawn, so no command is refused for the state of its ticket.
//
// Cost: about 30 ns a command beyond the frame's.  Thread: one at a time.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "net/client/command_frame.h"
#include "net/client/names.h"

namespace vencer {

// Shares of the commands that follow the first tickets; any whole numbers, not all 0.
struct LoadMix {
  std::uint32_t create = 5, status = 30, activity = 40, attributes = 25;
  // "create=5,status=30,activity=40,attributes=25"; what is not named is 0.
  static Result<LoadMix> parse(std::string_view text);
};

struct LoadOptions {
  std::uint64_t seed = 1;
  std::uint64_t key_base = 0;       // high half of every key: another base, fresh tickets
  std::uint32_t connection = 0;     // its own tickets, its own draws
  std::uint64_t first_tickets = 0;  // created before the mix begins; at least one
  // So many of this connection's keys are there already, from an earlier run with the same base and
  // connections: nothing is created before the mix begins.
  std::uint64_t existing = 0;
  // New tickets bring their own deadline, drawn evenly from now to so much later; 0: none.
  DurationMs due_within_ms = 0;
  LoadMix mix;
};

class LoadWorkload {
 public:
  // `names` must outlive it.
  LoadWorkload(const Names& names, const LoadOptions& options);

  // Appends the next `count` commands. now: from which deadlines are counted.
  void fill(CommandFrame& frame, std::size_t count, const CommandOptions& options, TimeMs now);
  std::uint64_t created() const { return created_; }
  // Of first_tickets.
  std::uint64_t to_create() const {
    return created_ < options_.first_tickets ? options_.first_tickets - created_ : 0;
  }

 private:
  std::uint64_t draw(std::uint64_t below);
  TicketKey key(std::uint64_t ticket) const;
  void create(CommandFrame& frame, const CommandOptions& options);
  void mixed(CommandFrame& frame, const CommandOptions& options);
  AttributeValue draw_value(AttributeId attribute);

  LoadOptions options_;
  std::uint64_t random_;
  TimeMs now_ = 0;  // of the frame that is being filled
  std::vector<StatusId> statuses_;
  std::vector<ActivityId> activities_;
  struct Closed {
    AttributeId id;
    std::uint64_t values;
  };
  std::vector<Closed> attributes_;
  std::vector<AttributeValue> scratch_;
  std::uint64_t created_ = 0;
};

}  // namespace vencer
