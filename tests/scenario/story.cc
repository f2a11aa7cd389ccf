#include "tests/scenario/story.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "engine/wire/event_record.h"
#include "tests/scenario/desk_document.h"
#include "tests/support/stream.h"

namespace vencer::scenario {
namespace {

std::string bytes_of(const Event& event) {
  std::vector<std::byte> bytes;
  encode_event_record(event, bytes);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

Story::Story(const std::string& desk)
    : desk_(desk), document_(desk_document(desk)), local_(zone_of(document_)) {
  start_server();
}

Story::~Story() {
  if (failed_ || ::testing::Test::HasFailure() || std::uncaught_exceptions() > 0) return;
  const Where end = Where::current();
  if (refused_ || late_ || actor_ != 0) fail("refused(), late() or by() without a command", end);
  if (crashes_ == 0) fail("this story has no crash in it", end);
  if (!expected_after_crash_) fail("nothing is expected after the crash", end);
}

void Story::start_server() {
  // Small, so that a start takes milliseconds; replies wait for the disk, so that a crash is one.
  server_.emplace(folder_.path() / "data",
                  std::vector<std::string>{"--clock", "input", "--capacity", "1024", "--producers",
                                           "16", "--threads", "shared", "--segment-bytes", "16MiB",
                                           "--event-segment-bytes", "16MiB"});
}

void Story::connect_client() {
  client_.reset();
  client_.emplace(testing::connect(server_->endpoint(), desk_, kProducer));
}

// The document comes into force when the story begins, not in 1970: what it says of every day would
// happen on each of them.
void Story::begin(TimeMs at) {
  {
    Client nobody = testing::connect(server_->endpoint(), "");
    const auto moved = nobody.advance(at);
    if (!moved) throw std::runtime_error(moved.error().message);
    const auto put = nobody.put_tenant(document_, desk_ + ".toml");
    if (!put) throw std::runtime_error(put.error().message);
  }
  document_now_ = document_;
  connect_client();
}

void Story::at(std::string_view time, Where where) {
  const TimeMs to = local_.parse(time, now_);
  if (to < now_) throw std::invalid_argument("time does not go back to " + std::string(time));
  now_ = to;
  note("at " + local_.text(to));
  if (document_now_.empty()) begin(to);
  const auto moved = client_->advance(to);
  if (!moved) return fail("time did not go on: " + moved.error().message, where);
  see_new_events();
}

void Story::after(std::string_view span, Where where) {
  at(local_.text(now_ + parse_span(span)), where);
}

void Story::see_new_events() {
  testing::read_stream(*client_, events_.size() + 1, [this](const Event& event) {
    events_.push_back({bytes_of(event), event_line(event, wording())});
    note("      " + events_.back().line.text());
  });
}

std::vector<std::string> Story::tickets_now() {
  std::vector<std::string> lines;
  for (const std::string& key : keys_) lines.push_back(line_of_ticket(key).text());
  return lines;
}

void Story::crash_and_restart(Where where) {
  see_new_events();
  const std::vector<std::string> before = tickets_now();
  note("crash: kill -9, and start again");
  server_->kill_hard();
  client_.reset();
  server_.reset();
  start_server();
  connect_client();
  ++crashes_;
  check_stream_again(where);
  const std::vector<std::string> after = tickets_now();
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (before[i] == after[i]) continue;
    fail("a ticket is another after the crash\n  before: " + before[i] + "\n  after:  " + after[i],
         where);
  }
}

void Story::crash_before_the_answer(const std::string& what, const Build& build, Where where) {
  note("> " + what + ", and its answer is lost");
  CommandOptions options;
  options.occurred_at = now_;
  const Status asked = client_->refresh();
  CommandFrame frame(client_->names()->tenant);
  frame.set_producer(kProducer, client_->hello().last_number + 1);
  build(frame, *client_->names(), options);
  const auto first = client_->send(frame);
  if (!asked || !first || first->outcomes.at(0).code != Errc::ok) {
    return fail("'" + what + "' was refused", where);
  }
  crash_and_restart(where);
  const auto again = client_->send(frame);
  see_new_events();
  if (!again || !again->outcomes.at(0).repeated ||
      again->outcomes[0].version != first->outcomes[0].version) {
    fail("'" + what + "' was not taken for a repeat", where);
  }
}

// Read from its first event: each that came before comes once more, with the same bytes, and no
// other.
void Story::check_stream_again(Where where) {
  std::size_t index = 0;
  testing::read_stream(*client_, 1, [&](const Event& event) {
    const std::size_t i = index++;
    if (i >= events_.size()) {
      fail("after the crash comes what nobody asked for: " + event_line(event, wording()).text(),
           where);
    } else if (bytes_of(event) != events_[i].bytes) {
      fail("after the crash an event is another: " + event_line(event, wording()).text() +
               "\n  before: " + events_[i].line.text(),
           where);
    }
  });
  if (index < events_.size()) {
    fail("lost in the crash: " + events_[index].line.text(), where);
  }
}

void Story::fail(const std::string& what, Where where) {
  std::string message = what + "\n";
  if (!failed_) {
    message += "The story of " + desk_ + " so far:\n";
    for (const std::string& line : told_) message += "  " + line + "\n";
  }
  failed_ = true;
  ADD_FAILURE_AT(where.file_name(), static_cast<int>(where.line())) << message;
}

}  // namespace vencer::scenario
