// Goal: a snapshot restores on another build, and from there comes what would have come, equal
// deadlines in their order. Method: a file of a desk with every kind of state, committed under
// tests/golden/machine beside what follows from it; this build writes the same bytes, and from the
// committed ones it comes to the same events and digests. To make both anew after a deliberate
// change of the format or the semantics version:
// VENCER_WRITE_GOLDEN=1 runtime_test --gtest_filter='GoldenMachine*', and say so in the commit.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <vencer_paths.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/log/crc32c.h"
#include "engine/log/snapshot_file.h"
#include "engine/log/wal_format.h"
#include "engine/runtime/snapshot_documents.h"
#include "engine/wire/event_record.h"
#include "tests/unit/log/log_testing.h"
#include "tests/unit/snapshot/office.h"

namespace vencer::test {
namespace {

const std::string kGolden = VENCER_SOURCE_DIR "/tests/golden/machine";
constexpr std::uint64_t kGroup = 7;
constexpr std::uint64_t kEqual = 24;  // tickets whose deadlines are at one instant

std::string slurp(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A line an event: what a person compares, and the CRC of its record for the rest.
class Lines final : public Sink {
 public:
  void event(const Event& event) override {
    record_.clear();
    encode_event_record(event, record_);
    text += fmt::format("{} {} ticket {} due {} crc {:08x}\n", event.sequence,
                        to_string(event.type), event.ticket.low, event.due, crc32c(0, record_));
    equal += event.due == due_of_equal && event.type == EventType::breached;
  }
  void result(const CommandResult&) override {}

  std::string text;
  TimeMs due_of_equal = 0;
  std::uint64_t equal = 0;

 private:
  std::vector<std::byte> record_;
};

// Some days of an office; then tickets whose deadlines are at one instant, in no order of keys.
class FullOffice : public Office {
 public:
  FullOffice();
};

FullOffice::FullOffice() : Office(18) {
  for (int i = 0; i < 240; ++i) step();
  for (std::uint64_t i = 0; i < kEqual; ++i) {
    const std::uint64_t key = 1000 + i * 7 % kEqual;
    EXPECT_EQ(desk().create(now(), key, static_cast<Value>(1 + i % 2)).code, Errc::ok);
  }
}

void write_snapshot(Storage& storage, const std::string& directory, StateMachine& machine) {
  snapshot::FileHeader header;
  header.identity_high = 0x0123456789abcdef;
  header.identity_low = 0xfedcba9876543210;
  header.semantics_version = wal::kSemanticsVersion;
  header.group = kGroup;
  header.epoch = 1;
  header.event_sequence = machine.event_sequence();
  header.now = machine.now();
  auto writer = snapshot::SnapshotWriter::start(storage, directory, header);
  ASSERT_TRUE(writer.ok()) << writer.error().message;
  std::vector<std::byte> bytes;
  machine.begin_snapshot(snapshot_documents(), &bytes);
  while (!machine.snapshot_slice(50, &bytes)) {
  }
  ASSERT_LE(bytes.size(), snapshot::kBlockPayloadMax);
  ASSERT_TRUE((*writer)->add(bytes).ok());
  const Status finished = (*writer)->finish(machine.ticket_count(), 0);
  ASSERT_TRUE(finished.ok()) << finished.error().message;
}

// Digest, the events of the hour and a bit in which all of kEqual breach, digest.
std::string what_follows(StateMachine& machine, std::uint64_t* equal) {
  Lines lines;
  lines.text = fmt::format("now {} digest {:016x}\n", machine.now(), machine.digest());
  Step step;
  step.kind = StepKind::advance;
  step.now = machine.now() + kHourMs + 1;
  step.limit = UINT64_MAX;
  lines.due_of_equal = machine.now() + kHourMs;
  machine.apply(step, lines);
  lines.text += fmt::format("now {} digest {:016x}\n", machine.now(), machine.digest());
  *equal = lines.equal;
  return lines.text;
}

class GoldenMachine : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::getenv("VENCER_WRITE_GOLDEN") == nullptr) return;
    std::filesystem::remove_all(kGolden);
    FullOffice office;
    write_snapshot(*storage_, kGolden, office.machine());
    std::uint64_t equal = 0;
    std::ofstream(kGolden + "/follows.txt") << what_follows(office.machine(), &equal);
  }

  const std::string name_ = fmt::format("/{}", snapshot::file_name(kGroup));
  testing::TempDirectory directory_;
  std::unique_ptr<Storage> storage_ = make_posix_storage();
};

TEST_F(GoldenMachine, ThisBuildWritesTheSameSnapshot) {
  FullOffice office;
  write_snapshot(*storage_, directory_.path(), office.machine());
  EXPECT_TRUE(slurp(directory_.path() + name_) == slurp(kGolden + name_));
  std::uint64_t equal = 0;
  EXPECT_EQ(what_follows(office.machine(), &equal), slurp(kGolden + "/follows.txt"));
  EXPECT_EQ(equal, kEqual);
}

TEST_F(GoldenMachine, ThisBuildGoesOnFromTheSnapshot) {
  const auto info = snapshot::look_at_snapshot(*storage_, kGolden + name_);
  ASSERT_TRUE(info.ok()) << info.error().message;
  EXPECT_EQ(info->header.semantics_version, wal::kSemanticsVersion);
  StateMachine machine;
  SnapshotReader reader(&machine, snapshot_documents(), info->trailer.payload_bytes);
  const Status read = snapshot::read_snapshot(
      *storage_, *info, false,
      [&](std::span<const std::byte> payload, std::uint64_t) { return reader.feed(payload); });
  ASSERT_TRUE(read.ok()) << read.error().message;
  const Status whole = reader.finish();
  ASSERT_TRUE(whole.ok()) << whole.error().message;
  EXPECT_EQ(machine.event_sequence(), info->header.event_sequence);
  std::uint64_t equal = 0;
  EXPECT_EQ(what_follows(machine, &equal), slurp(kGolden + "/follows.txt"));
  EXPECT_EQ(equal, kEqual);
}

}  // namespace
}  // namespace vencer::test
