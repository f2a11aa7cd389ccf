// Client: one connection to a vencerd, used from any thread.
//
//   auto client = vencer::Client::connect({.endpoint = "127.0.0.1:7401", .tenant = "zen"});
//   if (!client) { puts(client.error().message.c_str()); return 1; }
//   auto reply = client->create("T-1", {{"plan", "Soporte Cloud"}, {"priority", "Urgente"}});
//
// Two ways to use it, side by side on one connection:
//   calls   create() ... advance() wait for the answer, at most timeout_ms; each is a frame of its
//   own; submit  sends a CommandFrame (command_frame.h) and returns; its callback comes when the
//   server
//           has made it durable. At most frames_in_flight_max wait for an answer.
// An answer means durable, unless ServerHello::durable is false.
//
// Exactly once: with a producer every command carries (producer, number). Calls number themselves
// from ServerHello::last_number on, and wait for each other; whoever submits frames numbers those
// himself. After a lost connection what was in flight is unknown: connect again with the same
// producer, look at last_number, and send from there (what had been applied gets its first result).
//
// Streams: subscribe() calls back with batches of events in order, from now, the oldest, or a
// sequence; keep EventBatch::next_sequence (and the epoch) to go on after a lost connection.
//
// Threads: callbacks come on the client's own thread, one at a time, and hold up its socket for as
// long as they run. They may submit(); calls from within them would wait for themselves and are
// refused. The destructor waits for a running callback, answers what is in flight with unreachable,
// ends streams without a word, and must not be called from a callback. Errors: the server's code
// and its sentence, fault lines of a document below it; unreachable if the connection cannot be
// made or is lost (every later call says so: make a new Client); timeout. Memory: buffers for what
// is in flight, kept.  No Asio and no FlatBuffers in this header.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/core/result.h"
#include "engine/core/types.h"
#include "net/client/command_frame.h"
#include "net/client/key.h"
#include "net/client/names.h"
#include "net/client/query_replies.h"
#include "net/client/replies.h"

namespace vencer {

inline constexpr std::size_t kFramesInFlightMax = 60'000;

struct ClientOptions {
  std::string endpoint = "127.0.0.1:7401";  // host:port, [v6]:port
  std::string tenant = {};                  // "": none (to put the first document)
  ProducerId producer = {};                 // empty: commands carry no numbers
  std::string token = {};
  std::string name = "vencer-client";  // for the server's log
  DurationMs timeout_ms = 10'000;      // of connecting and of each call
  std::size_t frames_in_flight_max = 256;
};

// Attribute = value, in words.
using Words = std::vector<std::pair<std::string, std::string>>;

struct SubscribeOptions {
  enum class From : std::uint8_t { now, earliest, sequence };
  From from = From::now;
  std::uint64_t sequence = 0;         // from = sequence: the first one wanted
  std::uint64_t epoch = 0;            // 0: any; else epoch_changed if the stream has another
  std::vector<EventType> types = {};  // empty: all
  bool every_tenant = false;          // of `partition`; else the client's own, wherever it lives
  std::uint32_t partition = 0;        // with every_tenant
};

// end: the connection is lost or the server ended the stream; nothing follows it.
struct EventHandlers {
  std::function<void(const EventBatch&)> events = {};
  std::function<void(const Error&)> end = {};
};

class EventStream;

class Client {
 public:
  static Result<Client> connect(const ClientOptions& options);
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  ServerHello hello() const;
  // Never null; empty without a tenant. Renewed by refresh(), and by itself after config_applied of
  // this tenant in a subscription and after put_tenant() of it.
  std::shared_ptr<const Names> names() const;
  // Of the tenant of an event, in a subscription to every tenant: they are asked for before its
  // first event comes, and again after its config_applied. Never null; empty (tenant == kNoTenant)
  // if the server has no such tenant any more.
  std::shared_ptr<const Names> names_of(TenantId tenant) const;
  Status refresh();  // Hello again

  // ---- Calls ----
  Result<CommandReply> create(std::string_view key, const Words& attributes = {},
                              std::string_view status = {}, const CommandOptions& options = {},
                              const NewTicketOptions& more = {});
  Result<CommandReply> set_status(std::string_view key, std::string_view status,
                                  const CommandOptions& options = {});
  // Until then; at its end `then_status` is taken by itself ("": the one before).
  Result<CommandReply> set_status_until(std::string_view key, std::string_view status, TimeMs until,
                                        std::string_view then_status = {},
                                        const CommandOptions& options = {});
  // An empty value clears.
  Result<CommandReply> set_attributes(std::string_view key, const Words& attributes,
                                      const CommandOptions& options = {});
  Result<CommandReply> activity(std::string_view key, std::string_view activity,
                                const CommandOptions& options = {});
  // level "": the next one. recipient "": nobody in particular.
  Result<CommandReply> escalate(std::string_view key, std::string_view level = {},
                                std::string_view recipient = {},
                                const CommandOptions& options = {});
  // clock "": every clock. hold_ms 0: as long as the ladder says.
  Result<CommandReply> acknowledge(std::string_view key, std::string_view clock = {},
                                   DurationMs hold_ms = 0, const CommandOptions& options = {});
  // agent and team: values of the attributes of these roles; absent: left as it is, "": nobody.
  Result<CommandReply> assign(std::string_view key, std::optional<std::string_view> agent,
                              std::optional<std::string_view> team = {},
                              const CommandOptions& options = {});
  // The ticket is a duplicate of `into`.
  Result<CommandReply> merge(std::string_view key, std::string_view into,
                             const CommandOptions& options = {});
  Result<CommandReply> link(std::string_view key, LinkKind kind, std::string_view other,
                            const CommandOptions& options = {});
  // The clock's deadline, by so much of its open time (may be negative).
  Result<CommandReply> extend(std::string_view key, std::string_view clock, DurationMs by_ms,
                              std::string_view reason = {}, const CommandOptions& options = {});
  // For targets "ticket". clock "": every such clock. kNever: it has none any more.
  Result<CommandReply> set_due(std::string_view key, TimeMs due_at, std::string_view clock = {},
                               const CommandOptions& options = {});
  Result<CommandReply> cancel(std::string_view key, const CommandOptions& options = {});
  // Made or changed. customer: a value of the attribute of role customer. contract_until: kNever is
  // without end, 0 is none. reapply: the attributes to its open tickets too.
  Result<CommandReply> put_customer(std::string_view customer, const Words& attributes,
                                    TimeMs contract_until = kNever, bool reapply = false,
                                    const CommandOptions& options = {});
  // Events of the tenant (attribute "") or of tickets with this value, until then. unmute: from now
  // on heard again.
  Result<CommandReply> mute(TimeMs until, std::string_view attribute = {},
                            std::string_view value = {}, const CommandOptions& options = {});
  Result<CommandReply> unmute(std::string_view attribute = {}, std::string_view value = {},
                              const CommandOptions& options = {});
  Result<Ticket> get(std::string_view key);
  Result<Ticket> get(const TicketKey& key);
  // Queries over many tickets. next_due and overdue ask page after page, until the answer is whole.
  Result<DueRows> next_due(const NextDueOptions& options = {});
  Result<DueRows> overdue(const TicketFilter& filter = {}, std::size_t limit = 20);
  // by: attributes that the document counts by; none: one row.
  Result<CountsReply> counts(const std::vector<std::string>& by = {});
  Result<ForecastReply> forecast();
  Result<AttainmentReply> attainment(const AttainmentOptions& options = {});
  // Open tickets, at most `limit`; from 0, then from ExportPageReply::next.
  Result<ExportPageReply> export_page(std::uint32_t from, std::size_t limit = 1000);
  // text: the TOML document; file: its name in messages. A fault gives invalid_document with a line
  // each.
  Result<PutTenantReply> put_tenant(std::string_view text, std::string_view file,
                                    bool check_only = false);
  // The tenant's document in force with the time zones as the server's machine knows them now.
  Result<PutTenantReply> reload_zones(std::string_view tenant);
  // Its tickets leave in the background, its id is not used again.
  Result<DeleteTenantReply> delete_tenant(std::string_view name);
  // Answers when the partition's snapshot is complete: ClientOptions::timeout_ms has to be long
  // enough.
  Result<SnapshotReply> take_snapshot(std::uint32_t partition = 0);
  // Clock source "wall": the server's wall clock is right, however far it is off; of every
  // partition, one after the other. One that is ahead is jumped to, one that is behind is waited
  // for.
  Result<std::vector<ClockReply>> accept_clock();
  // Clock source "input" only. Every partition of the server, one after the other; `fired` is of
  // all, `now` the least, event_sequence that of the tenant's partition.
  Result<AdvanceReply> advance(TimeMs to);
  // One frame, all its outcomes. Numbers are the caller's.
  struct Outcomes {
    std::vector<CommandOutcome> outcomes;
    TimeMs now = 0;
    std::uint64_t epoch = 0;
    std::uint64_t event_sequence = 0;
  };
  Result<Outcomes> send(CommandFrame& frame);

  // ---- Pipelined ----
  using FrameCallback = std::function<void(const FrameReply&)>;
  // Waits for room while frames_in_flight_max are unanswered (in a callback: overloaded at once).
  // The callback comes exactly once if this returned ok, with the error if the connection is lost.
  // Frames leave in the order of the calls. Captures of up to 16 bytes are not allocated.
  Status submit(CommandFrame& frame, FrameCallback callback);
  // A whole commands frame built elsewhere or before; its correlation id is replaced.
  Status submit(std::span<const std::byte> frame, FrameCallback callback);
  // Waits until everything submitted is answered and its callback has returned; timeout if that
  // takes longer.
  Status drain(DurationMs timeout_ms);

  // ---- Streams ----
  struct SubscriptionInfo {
    std::uint64_t id = 0;
    std::uint64_t epoch = 0;
    std::uint64_t next_sequence = 0;   // the first that will come
    std::uint64_t first_sequence = 0;  // the oldest still kept
    std::uint32_t partition = 0;
  };
  Result<SubscriptionInfo> subscribe(const SubscribeOptions& options, EventHandlers handlers);
  // Where to go on in the stream of one partition: EventBatch::next_sequence and epoch.
  struct StreamPosition {
    std::uint32_t partition = 0;
    std::uint64_t epoch = 0;  // 0: any
    std::uint64_t sequence = 0;
  };
  // Every tenant of every partition: a stream of each, one handler. Batches of a partition come in
  // its order and name it; between partitions there is no order. A partition without a position
  // begins as `options` say. When one of the streams ends, nothing more comes of the others either.
  Result<std::vector<SubscriptionInfo>> subscribe_everywhere(
      const SubscribeOptions& options, const std::vector<StreamPosition>& positions,
      EventHandlers handlers);
  // No callback of this subscription runs after it returns.
  Status unsubscribe(std::uint64_t id);

  // Of the lost connection; nullopt while it stands.
  std::optional<Error> lost() const;

 private:
  friend class EventStream;
  struct Impl;
  explicit Client(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vencer
