// growth: how long the longest single create takes while the table grows from nothing to N tickets,
// in the core alone.
//
// Index segments, arenas and chunks of the wheel are made on the way: a rehash of everything would
// show here. One command a step. CPU is the thread's, system calls and page faults included: what a
// neighbour takes is left out; the wall clock is told beside it. Pages are made ready by another
// thread, as maintenance does in a server.
#include <fmt/core.h>
#include <time.h>

#include <array>
#include <iostream>
#include <memory>

#include "bench/figures_document.h"
#include "bench/harness/child.h"
#include "bench/harness/figures.h"
#include "bench/harness/options.h"
#include "engine/core/calendar_store.h"
#include "engine/core/state_machine.h"
#include "engine/runtime/page_populator.h"
#include "tools/vencer/load_histogram.h"

namespace vencer::bench {
namespace {

constexpr TimeMs kT0 = 1'780'318'800'000;

struct NullSink final : Sink {
  void event(const Event& event) override { last = event.sequence; }
  void result(const CommandResult& result) override { refused += result.code != Errc::ok; }
  std::uint64_t last = 0, refused = 0;
};

std::int64_t nanoseconds(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<std::int64_t>(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
}

struct Growth {
  std::int64_t longest_cpu_ns = 0, longest_wall_ns = 0;
  std::uint64_t at_cpu = 0;  // how many tickets there were
  LatencyHistogram cpu_ns;   // of nanoseconds here
};

class Grower {
 public:
  explicit Grower(std::uint64_t tickets) {
    Settings settings;
    settings.ticket_capacity = static_cast<std::uint32_t>(tickets);
    Step step;
    step.kind = StepKind::settings;
    step.now = kT0;
    step.settings = &settings;
    machine_->apply(step, sink_);
    const TenantSpec spec = figures_document();
    step = {};
    step.kind = StepKind::tenant_document;
    step.now = kT0;
    step.document = &spec;
    machine_->apply(step, sink_);
  }

  Growth grow(std::uint64_t tickets) {
    Growth growth;
    for (std::uint64_t i = 1; i <= tickets; ++i) {
      prepare(i);
      const std::int64_t wall = nanoseconds(CLOCK_MONOTONIC);
      const std::int64_t cpu = nanoseconds(CLOCK_THREAD_CPUTIME_ID);
      machine_->apply(step_, sink_);
      const std::int64_t took = nanoseconds(CLOCK_THREAD_CPUTIME_ID) - cpu;
      growth.longest_wall_ns =
          std::max(growth.longest_wall_ns, nanoseconds(CLOCK_MONOTONIC) - wall);
      growth.cpu_ns.record(static_cast<std::uint64_t>(took));
      if (took > growth.longest_cpu_ns) growth.longest_cpu_ns = took, growth.at_cpu = i;
    }
    if (sink_.refused > 0) throw std::runtime_error("a create was refused");
    return growth;
  }

 private:
  void prepare(std::uint64_t i) {
    for (std::size_t a = 0; a < attributes_.size(); ++a) {
      attributes_[a] = {static_cast<AttributeId>(a), 1 + (i >> (2 * a)) % 3};
    }
    command_ = {};
    command_.kind = CommandKind::create;
    command_.key = {i * 0x9e3779b97f4a7c15ull, 0, KeyKind::number};
    command_.attributes = attributes_;
    step_ = {};
    step_.kind = StepKind::commands;
    step_.now = kT0 + static_cast<TimeMs>(i / 1000);
    step_.tenant = 1;
    step_.commands = {&command_, 1};
  }

  // As in a server: pages are made ready by another thread.
  const std::shared_ptr<HugePages> pages_ = std::make_shared<HugePages>();
  PagePopulator populating_{pages_};
  std::unique_ptr<StateMachine> machine_ =
      std::make_unique<StateMachine>(std::make_shared<CalendarStore>(), pages_);
  NullSink sink_;
  std::array<AttributeValue, 8> attributes_;
  Command command_;
  Step step_;
};

int run(int argc, char** argv) {
  CLI::App app("The longest single create while the table grows, in the core alone.", "growth");
  std::uint64_t tickets = 1'000'000;
  bool json = false;
  app.add_option("--tickets", tickets, "how many")
      ->check(CLI::Range(std::uint64_t{1000}, std::uint64_t{100'000'000}))
      ->capture_default_str();
  app.add_flag("--json", json, "one object");
  if (const auto ended = parse_options(app, argc, argv)) return *ended;
  const Growth growth = Grower(tickets).grow(tickets);
  const auto us = [](auto ns) { return static_cast<double>(ns) / 1000; };
  const double p9999 = us(growth.cpu_ns.quantile(0.9999));
  if (json) {
    std::cout << fmt::format(
        "{{\"tickets\":{},\"longest_cpu_us\":{:.3f},\"at\":{},\"longest_wall_us\":{:.3f},\"p9999_"
        "us\":{:.3f}}}\n",
        tickets, us(growth.longest_cpu_ns), growth.at_cpu, us(growth.longest_wall_ns), p9999);
  } else {
    std::cout << fmt::format(
        "{} tickets: longest create {:.1f} us CPU (ticket {}), {:.1f} us by the wall clock; CPU "
        "p50 {:.2f} us, "
        "p99.99 {:.1f} us (200 ns of each are the clock's)\n",
        tickets, us(growth.longest_cpu_ns), growth.at_cpu, us(growth.longest_wall_ns),
        us(growth.cpu_ns.quantile(0.5)), p9999);
  }
  return 0;
}

}  // namespace
}  // namespace vencer::bench

int main(int argc, char** argv) {
  try {
    return vencer::bench::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "growth: %s\n", error.what());
    return 1;
  }
}
