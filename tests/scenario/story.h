// Story: a rule of a desk's procedure, told as it happens at the desk, over the wire.
//
//   Story s("zen");                       // a vencerd with tools/examples/zen.toml in force
//   s.at("2026-06-01 09:00");             // on the desk's wall; moves the server's time there
//   s.create("T-1", {{"plan", "Soporte Cloud"}, {"priority", "Urgente"}});
//   s.crash_and_restart();                // kill -9, and on from the same data
//   s.at("10:00:00.001");
//   s.expect({"breached T-1 clock=first_response due=10:00 light=red"});
//   s.refused("levels go one at a time").escalate("T-1", "Jefatura");
//
// Time stands still between two at(): nothing sleeps. A deadline is met *at* its instant and
// breached a millisecond later, so the border has a test on either side.
//
// expect() takes every event since the last expect() (or the start), keeps those of the types that
// its lines name, and wants just these, in this order. line.h says what a line is. What does not
// fit fails the test with the whole story; the rest of the story goes on, but is not shown again.
//
// A crash checks by itself that the stream read again from its first event has the same bytes, and
// that every ticket is what it was. A story without a crash, or with nothing expected after it,
// fails. Errors that are the story's own (a time that is none, time going back) throw.
//
// Thread: one.  Cost: about 20 ms to start and as much to crash.
#pragma once

#include <filesystem>
#include <functional>
#include <initializer_list>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include "net/client/client.h"
#include "tests/scenario/line.h"
#include "tests/support/process.h"

namespace vencer::scenario {

class Story {
 public:
  using Where = std::source_location;
  using Lines = std::vector<std::string>;
  using Call = std::function<Result<CommandReply>(Client&, const CommandOptions&)>;

  // Local times are in the zone of the document's first calendar.
  explicit Story(const std::string& desk);
  ~Story();
  Story(const Story&) = delete;
  Story& operator=(const Story&) = delete;

  // ---- Time ----
  void at(std::string_view time, Where where = Where::current());
  // So much later, in hours of 24 to the day: "4h", "2d".
  void after(std::string_view span, Where where = Where::current());

  // ---- What the desk does. Must be accepted, unless after refused() ----
  void create(std::string_view key, const Words& attributes = {}, std::string_view status = "",
              Where where = Where::current());
  void status(std::string_view key, std::string_view status, Where where = Where::current());
  void set(std::string_view key, const Words& attributes, Where where = Where::current());
  void activity(std::string_view key, std::string_view activity, Where where = Where::current());
  // level "": the next one.
  void escalate(std::string_view key, std::string_view level = "", std::string_view to = "",
                Where where = Where::current());
  // clock "": all. hold "": as long as the ladder says.
  void acknowledge(std::string_view key, std::string_view clock = "", std::string_view hold = "",
                   Where where = Where::current());
  // At its end `then` is taken by itself ("": the status before).
  void status_until(std::string_view key, std::string_view status, std::string_view until,
                    std::string_view then = "", Where where = Where::current());
  void cancel(std::string_view key, Where where = Where::current());
  // The ticket is a duplicate of `into`.
  void merge(std::string_view key, std::string_view into, Where where = Where::current());
  void link(std::string_view key, LinkKind kind, std::string_view other,
            Where where = Where::current());
  // by: "4h" of the clock's open time; "-4h" takes them away.
  void extend(std::string_view key, std::string_view clock, std::string_view by,
              std::string_view reason = "", Where where = Where::current());
  // clock "": every clock whose target is the ticket's. due "never": it has none any more.
  void set_due(std::string_view key, std::string_view due, std::string_view clock = "",
               Where where = Where::current());
  // contract_until: a time, "never" is without end, "none" is no contract.
  void put_customer(std::string_view customer, const Words& attributes,
                    std::string_view contract_until = "never", bool reapply = false,
                    Where where = Where::current());
  // Of the tenant, or of tickets with this value.
  void mute(std::string_view until, std::string_view attribute = "", std::string_view value = "",
            Where where = Where::current());
  // Any other command of Client; `what` is how the story tells it.
  void tell(const std::string& what, const Call& call, Where where = Where::current());
  // The same document with `from` replaced by `to`, which must stand in it; as a new version.
  void change_document(std::string_view from, std::string_view to, Where where = Where::current());

  // ---- How the next command is given ----
  Story& refused(std::string words);          // its refusal says this, and nothing changes
  Story& late(std::string_view occurred_at);  // it happened then
  Story& by(std::uint64_t actor);
  Story& starting(std::string_view start_at);  // create: its clocks are idle until then
  Story& due(std::string_view due_at);         // create: for targets "ticket"
  Story& quietly();                            // create: an import

  // ---- What is so then ----
  void expect(const Lines& lines, Where where = Where::current());
  // None of these types since the last expect(), which this is not: the events are still expected.
  void expect_no(const std::vector<std::string>& types, Where where = Where::current());
  // "T-1 status=Nuevo light=green resolution=running resolution.due=17:00"
  void expect_ticket(std::string_view line, Where where = Where::current());
  // An answer told by the caller, as a line.
  void expect_line(const Line& came, std::string_view line, Where where = Where::current());
  // From here on events of other clocks are left out; those of no clock are kept.
  void only_clocks(std::vector<std::string> clocks) { only_clocks_ = std::move(clocks); }

  void crash_and_restart(Where where = Where::current());
  // A command whose answer the helpdesk never sees for the crash, so that it sends the same command
  // with the same number once more: told as a repeat, applied once.
  using Build = std::function<void(CommandFrame&, const Names&, const CommandOptions&)>;
  void crash_before_the_answer(const std::string& what, const Build& build,
                               Where where = Where::current());

  // ---- For what a story cannot say ----
  Client& client() { return *client_; }
  Wording wording() const { return {*client_->names(), local_, words_}; }
  TimeMs now() const { return now_; }
  TimeMs time(std::string_view text) const { return local_.parse(text, now_); }

 private:
  struct SeenEvent {
    std::string bytes;
    Line line;
  };

  static constexpr ProducerId kProducer = {0x73746f7279, 1};

  void start_server();
  void begin(TimeMs at);
  void connect_client();
  void see_new_events();
  void remember(const Words& attributes);
  Line line_of_ticket(const std::string& key);
  std::vector<std::string> tickets_now();
  bool is_told_of(const SeenEvent& event, const std::vector<std::string>& types) const;
  void check_stream_again(Where where);
  void check_refusal(const std::string& what, const Result<CommandReply>& reply,
                     const std::vector<std::string>& before, std::size_t events_before,
                     Where where);
  void note(std::string line) { told_.push_back(std::move(line)); }
  void fail(const std::string& what, Where where);

  const std::string desk_;
  const std::string document_;
  const LocalTime local_;
  testing::TemporaryFolder folder_;
  std::optional<testing::Server> server_;
  std::optional<Client> client_;
  TimeMs now_ = 0;
  std::string document_now_;  // empty: not put yet
  std::vector<std::string> keys_;
  WordsOfNumbers words_;

  std::vector<SeenEvent> events_;  // event i + 1 of the stream
  std::size_t expected_ = 0;       // of them, by the last expect()
  std::vector<std::string> only_clocks_;
  std::optional<std::string> refused_;
  std::optional<TimeMs> late_;
  std::uint64_t actor_ = 0;
  NewTicketOptions more_;

  std::vector<std::string> told_;
  bool failed_ = false;
  int crashes_ = 0;
  bool expected_after_crash_ = false;
};

}  // namespace vencer::scenario
