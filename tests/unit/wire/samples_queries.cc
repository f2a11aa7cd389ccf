#include <vencer_generated.h>

#include "engine/wire/backup_codec.h"
#include "engine/wire/frame_builder.h"
#include "engine/wire/query_codec.h"
#include "tests/unit/wire/samples.h"

namespace vencer::test {
namespace {

constexpr std::uint64_t kNumber = 0x1234;
using flatbuffers::FlatBufferBuilder;

template <typename Make>
NamedFrame request(std::string name, wire::FrameType type, const Make& make) {
  FlatBufferBuilder& fbb = frame_builder();
  fbb.Finish(make(fbb));
  NamedFrame frame{std::move(name), {}};
  append_frame(type, kNumber, fbb, frame.bytes);
  return frame;
}

flatbuffers::Offset<wire::QueryFilter> filter(FlatBufferBuilder& fbb) {
  const auto values = fbb.CreateVector(std::vector<std::uint64_t>{2, 0});
  const auto match = wire::CreateAttributeMatch(fbb, 3, true, values);
  const auto when = fbb.CreateVector(&match, 1);
  return wire::CreateQueryFilter(fbb, 6, 1, when);
}

std::vector<ClockRow> rows() {
  ClockRow row;
  row.key = {4711, 0, KeyKind::number};
  row.version = 3;
  row.status = 1;
  row.level = 2;
  row.light = Light::red;
  row.clock = 1;
  row.phase = ClockPhase::paused;
  row.breached = true;
  row.due = 1'780'000'000'000;
  row.target_ms = 3'600'000;
  row.elapsed_ms = 3'700'000;
  row.attributes = {{0, 2}, {4, 99}};
  ClockRow bare;
  bare.key = {1, 2, KeyKind::uuid};
  return {row, bare};
}

}  // namespace

void add_query_requests(std::vector<NamedFrame>& frames) {
  frames.push_back(request("get_counts", wire::FrameType::get_counts, [](FlatBufferBuilder& fbb) {
    const auto by = fbb.CreateVector(std::vector<std::uint8_t>{0, 3});
    return wire::CreateGetCounts(fbb, 1, by);
  }));
  frames.push_back(request("get_forecast", wire::FrameType::get_forecast,
                           [](auto& fbb) { return wire::CreateGetForecast(fbb, 1); }));
  frames.push_back(request("get_attainment", wire::FrameType::get_attainment, [](auto& fbb) {
    return wire::CreateGetAttainment(fbb, 1, 3, 0, 20'000, flatbuffers::nullopt, true);
  }));
  frames.push_back(request("get_next_due", wire::FrameType::get_next_due, [](auto& fbb) {
    return wire::CreateGetNextDue(fbb, 1, filter(fbb), 0, 1'780'000'000'000, 20, 1'770'000'000'000,
                                  5);
  }));
  frames.push_back(request("get_overdue", wire::FrameType::get_overdue, [](auto& fbb) {
    return wire::CreateGetOverdue(fbb, 1, filter(fbb), 20, 1'770'000'000'000, 5, 1);
  }));
  frames.push_back(request("get_export", wire::FrameType::get_export,
                           [](auto& fbb) { return wire::CreateGetExport(fbb, 1, 5, 100); }));
}

void add_backup_requests(std::vector<NamedFrame>& frames) {
  frames.push_back(request("backup", wire::FrameType::backup,
                           [](auto& fbb) { return wire::CreateBackup(fbb, true, 1); }));
  frames.push_back(request("read_file", wire::FrameType::read_file, [](auto& fbb) {
    return wire::CreateReadFile(fbb, 3, 1 << 20, 4096, 1);
  }));
}

void add_backup_replies(std::vector<NamedFrame>& frames) {
  BackupPlan plan;
  plan.server = "vencerd 0.1.0";
  plan.identity_high = 1;
  plan.identity_low = 2;
  plan.partition = 1;
  plan.epoch = 3;
  plan.last_group = 4711;
  plan.event_sequence = 900;
  plan.semantics_version = 1;
  plan.files = {{"wal/wal-0000000000000001.seg", 1 << 16, 8192},
                {"events/events-00000000000000000001.seg", 500, 500}};
  encode_backup_reply(kNumber, plan, frames.emplace_back(NamedFrame{"backup_reply", {}}).bytes);
  plan.skipped = {"4711.3 0123abcd 4720", "12.1 00000001 4720"};
  encode_backup_reply(kNumber, plan,
                      frames.emplace_back(NamedFrame{"backup_reply_skipped", {}}).bytes);
  const std::vector<std::byte> bytes(10, std::byte{7});
  encode_file_part(kNumber, {1, 8192, 10, 1}, bytes,
                   frames.emplace_back(NamedFrame{"file_part", {}}).bytes);
}

void add_query_replies(std::vector<NamedFrame>& frames, const ReplyStamp& stamp) {
  const auto add = [&](std::string name, const auto& encode) {
    frames.push_back({std::move(name), {}});
    encode(frames.back().bytes);
  };
  add("counts_reply", [&](Bytes& out) {
    CountsReport report;
    report.rows = {{{1, 0}, {1, 2, 3, 4}}, {{1, 2}, {0, 0, 0, 9}}};
    report.open = 19;
    report.by_status = {10, 9};
    encode_counts_reply(kNumber, std::vector<AttributeId>{0, 3}, report, stamp, out);
  });
  add("forecast_reply", [&](Bytes& out) {
    encode_forecast_reply(kNumber, {1'780'000'200'000, {0, 3, 1}, 7}, stamp, out);
  });
  add("attainment_reply", [&](Bytes& out) {
    AttainmentQuery query;
    query.by = 3;
    const std::vector<AttainmentRow> attained = {{1, 2, 20'000, 90, 10, 50, 90, 95, 99}};
    encode_attainment_reply(kNumber, query, attained, stamp, out);
  });
  add("next_due_reply", [&](Bytes& out) {
    NextDuePage page;
    page.rows = rows();
    page.cursor = {1'770'000'000'000, 5, 0};
    page.found_to = 1'769'999'999'999;
    page.looked_at = 10'000;
    encode_next_due_reply(kNumber, page, stamp, out);
  });
  add("overdue_reply", [&](Bytes& out) {
    OverduePage page;
    page.rows = rows();
    page.cursor = {1'770'000'000'000, 5, 1};
    page.overdue = 12;
    page.reevaluating = true;
    encode_overdue_reply(kNumber, page, stamp, out);
  });
  add("export_reply", [&](Bytes& out) {
    ExportPage page;
    page.cursor = 17;
    const std::vector<TicketView> tickets = {sample_ticket()};
    encode_export_reply(kNumber, tickets, page, stamp, out);
  });
}

}  // namespace vencer::test
