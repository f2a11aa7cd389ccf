// vencer forecast: how many promises fall due over the next 48 hours.
#include <fmt/format.h>

#include <algorithm>

#include "tools/vencer/rows.h"
#include "tools/vencer/times.h"

namespace vencer::cli {
namespace {

constexpr std::size_t kBarWidth = 40;

int run(Invocation& call) {
  const Result<DurationMs> every = parse_duration(call.text("--every"));
  if (!every) return call.usage("forecast", "--every: " + every.error().message);
  if (*every <= 0 || *every % limits::forecast_bucket_ms != 0) {
    return call.usage("forecast", "--every: a multiple of 5m");
  }
  Result<Client> client = call.connect();
  if (!client) return call.fail("forecast", client.error());
  const Result<ForecastReply> reply = client->forecast();
  if (!reply) return call.fail("forecast", reply.error());
  if (reply->span_ms <= 0 || *every % reply->span_ms != 0) {
    return call.fail("forecast", {Errc::limit, "the server counts by other spans"});
  }
  const auto spans = static_cast<std::size_t>(*every / reply->span_ms);
  std::vector<std::uint64_t> sums((reply->dues.size() + spans - 1) / spans);
  for (std::size_t i = 0; i < reply->dues.size(); ++i) sums[i / spans] += reply->dues[i];
  const std::uint64_t most = sums.empty() ? 0 : *std::max_element(sums.begin(), sums.end());
  std::uint64_t total = 0;
  Rows rows(call.globals().output);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    total += sums[i];
    Row row;
    const TimeMs from = reply->begin + static_cast<TimeMs>(i) * *every;
    add_time(row, "from", from);
    add_time(row, "to",
             std::min(from + *every,
                      reply->begin + static_cast<TimeMs>(reply->dues.size()) * reply->span_ms));
    row.push_back(number_field("due", sums[i]));
    const std::size_t bar = most == 0 ? 0 : (sums[i] * kBarWidth + most - 1) / most;
    row.push_back({"", std::string(bar, '#'), "", Field::in_table});
    rows.add(row);
  }
  Row summary;
  summary.push_back(number_field("due", total));
  summary.push_back(number_field("overdue", reply->overdue));
  add_as_of(summary, reply->as_of);
  rows.finish(summary, fmt::format("{} clocks fall due, {} are overdue; {}", total, reply->overdue,
                                   as_of_text(reply->as_of)));
  return exit_ok;
}

const Registration registration({
    .name = "forecast",
    .summary = "show how many promises fall due, 48 hours ahead",
    .details = "As the clocks stand now: a paused one has no due. A span is [from, to).",
    .options = {{.name = "--every",
                 .help = "length of a span, a multiple of 5m",
                 .fallback = "1h",
                 .placeholder = "DURATION"}},
    .csv = true,
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
