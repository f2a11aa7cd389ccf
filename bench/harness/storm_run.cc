#include "bench/harness/storm_run.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

#include "net/client/client.h"

namespace vencer::bench {
namespace {

constexpr std::size_t kFrame = 256;
constexpr double kFillRateGuess = 250'000;  // tickets a second, of a slow machine with neighbours
constexpr DurationMs kLeadLeast = 1500;
constexpr DurationMs kTargetMs = 600'000;    // as in tenants/storm.toml
constexpr DurationMs kPatienceMs = 120'000;  // for the last event after the last deadline

std::int64_t wall_us() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

template <typename T>
T expect(Result<T> result, const char* what) {
  if (!result) throw std::runtime_error(std::string(what) + ": " + result.error().message);
  return std::move(*result);
}
void expect_ok(const Status& status, const char* what) {
  if (!status) throw std::runtime_error(std::string(what) + ": " + status.error().message);
}

// What came. Written by the subscriber's thread; `arrived` tells the main one.
struct Arrivals {
  explicit Arrivals(std::uint64_t count) : seen(count), expected(count) {}

  void count(const EventBatch& batch) {
    const std::int64_t now_us = wall_us();
    for (const Event& event : batch.events) {
      if (event.type != EventType::breached || event.ticket.low > expected) continue;
      if (event.ticket.high != high) continue;
      if (first_us == 0) first_us = now_us;
      last_us = now_us;
      std::uint8_t& times = seen[event.ticket.low - 1];
      repeated += times++ > 0;
      early += now_us < event.due * 1000;
      lag.record(static_cast<std::uint64_t>(std::max<std::int64_t>(now_us - event.due * 1000, 0)));
      ++events;
    }
    arrived.store(events, std::memory_order_release);
  }

  std::vector<std::uint8_t> seen;
  const std::uint64_t expected;
  std::uint64_t high = 0;  // of the keys of this run
  std::uint64_t events = 0, repeated = 0, early = 0;
  std::int64_t first_us = 0, last_us = 0;
  LatencyHistogram lag;
  std::atomic<std::uint64_t> arrived{0};
};

Client connect(const StormOptions& options, const char* tenant) {
  ClientOptions with;
  with.endpoint = options.endpoint;
  with.tenant = tenant;
  with.name = "storm";
  with.timeout_ms = 60'000;
  with.frames_in_flight_max = 64;
  return expect(Client::connect(with), "connect");
}

// Creates all tickets; their deadlines start at `first_due`.
void fill(Client& client, const StormOptions& options, TimeMs first_due, std::uint64_t high) {
  std::atomic<std::uint64_t> refused{0};
  CommandFrame frame(client.names()->tenant);
  for (std::uint64_t i = 0; i < options.deadlines;) {
    frame.clear();
    for (std::size_t n = 0; n < kFrame && i < options.deadlines; ++n, ++i) {
      NewTicketOptions more;
      CommandOptions when;
      const TimeMs due = first_due + static_cast<TimeMs>(i % options.spread_ms);
      (options.own_due ? more.due_at : when.occurred_at) = options.own_due ? due : due - kTargetMs;
      const AttributeValue priority{0, 1 + i % 2};
      frame.create({i + 1, high, KeyKind::uuid}, kNoId8, {&priority, 1}, when, more);
    }
    expect_ok(client.submit(frame,
                            [&refused](const FrameReply& reply) {
                              if (!reply.ok()) refused += 1;
                              for (const CommandOutcome& outcome : reply.outcomes) {
                                refused += outcome.code != Errc::ok;
                              }
                            }),
              "submit");
  }
  expect_ok(client.drain(60'000), "fill");
  if (refused > 0) throw std::runtime_error("tickets of the storm were refused");
}

StormReport report_of(const Arrivals& arrivals, TimeMs first_due, TimeMs last_due,
                      std::uint32_t spread_ms) {
  StormReport report;
  report.events = arrivals.events;
  report.repeated = arrivals.repeated;
  report.early = arrivals.early;
  report.first_due = first_due;
  report.last_due = last_due;
  report.first_after_ms = static_cast<double>(arrivals.first_us - first_due * 1000) / 1000;
  report.after_last_ms = static_cast<double>(arrivals.last_us - last_due * 1000) / 1000;
  const std::int64_t from = spread_ms == 1 ? first_due * 1000 : arrivals.first_us;
  report.events_per_second =
      static_cast<double>(arrivals.events) / (static_cast<double>(arrivals.last_us - from) * 1e-6);
  report.lag = arrivals.lag;
  return report;
}

}  // namespace

StormReport run_storm(const StormOptions& options) {
  const char* const tenant = options.own_due ? "due" : "storm";
  if (!options.document.empty()) {
    Client client = connect(options, "");
    (void)expect(client.put_tenant(options.document, "storm.toml"), "put tenant");
  }
  Arrivals arrivals(options.deadlines);
  const std::int64_t began_us = wall_us();
  arrivals.high = static_cast<std::uint64_t>(began_us);
  Client subscriber = connect(options, tenant);
  EventHandlers handlers;
  handlers.events = [&](const EventBatch& batch) { arrivals.count(batch); };
  SubscribeOptions stream;
  stream.types = {EventType::breached};
  (void)expect(subscriber.subscribe(stream, std::move(handlers)), "subscribe");

  const auto guess =
      static_cast<DurationMs>(1000 * static_cast<double>(options.deadlines) / kFillRateGuess);
  const DurationMs lead = options.lead_ms > 0 ? options.lead_ms : kLeadLeast + guess;
  if (lead > kTargetMs) throw std::runtime_error("a storm's lead is at most ten minutes");
  const TimeMs first_due = began_us / 1000 + lead;
  Client client = connect(options, tenant);
  fill(client, options, first_due, arrivals.high);
  const std::int64_t filled_us = wall_us();
  if (filled_us / 1000 >= first_due) {
    throw std::runtime_error("creating took longer than the lead: give a longer --lead");
  }
  if (options.on_armed) options.on_armed(first_due);
  const TimeMs last_due =
      first_due +
      static_cast<TimeMs>(std::min<std::uint64_t>(options.spread_ms, options.deadlines) - 1);
  while (arrivals.arrived.load(std::memory_order_acquire) < options.deadlines) {
    if (wall_us() / 1000 > last_due + kPatienceMs || subscriber.lost()) {
      throw std::runtime_error("not every event came");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  { const Client ended = std::move(subscriber); }  // its thread writes no more
  StormReport report = report_of(arrivals, first_due, last_due, options.spread_ms);
  report.fill_seconds = static_cast<double>(filled_us - began_us) * 1e-6;
  return report;
}

}  // namespace vencer::bench
