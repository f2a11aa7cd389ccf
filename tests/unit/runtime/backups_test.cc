// Goal: what a backup names can be read to its end, whatever snapshots and retention would do to it
// meanwhile, and what is copied is the state of its moment; nobody holds files for ever. Method:
// the roles turned by hand, a copy made through the requests, opened as a partition of its own.
#include <fstream>
#include <set>

#include "engine/core/step.h"
#include "engine/log/wal_reader.h"
#include "engine/runtime/data_directory.h"
#include "engine/runtime/skipped_steps.h"
#include "engine/wire/frame.h"
#include "partition_desk.h"

namespace vencer::testing {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

class BackupsTest : public ::testing::Test {
 protected:
  BackupsTest() {
    desk_.config.segment_bytes = 256 << 10;
    desk_.config.event_segment_bytes = 4096;
    desk_.config.event_retention_bytes = 16 << 10;
    desk_.config.snapshot_every_ms = 0;
    desk_.config.snapshot_log_bytes = 0;
    desk_.config.snapshot_bytes_per_second = 0;
    const Status opened = desk_.open();
    EXPECT_TRUE(opened.ok()) << opened.error().message;
    desk_.put_document();
  }

  // More tickets, and what falls due of those before.
  void go_on(std::uint64_t tickets) {
    for (std::uint64_t i = 0; i < tickets; ++i) {
      ASSERT_TRUE(desk_.create(++last_key_));
      desk_.clock.set(desk_.clock.now() + 100);
      desk_.settle();
    }
  }
  void take_snapshot() {
    flatbuffers::FlatBufferBuilder builder;
    builder.Finish(wire::CreateTakeSnapshot(builder));
    ASSERT_TRUE(desk_.submit(wire::FrameType::take_snapshot, builder));
    desk_.settle();
  }
  // Old files go a step every few milliseconds.
  void tidy() {
    for (int i = 0; i < 400; ++i) {
      desk_.clock.skip(std::chrono::milliseconds{100});
      desk_.partition().maintenance().do_work();
    }
  }

  const std::vector<std::byte>& ask(BackupRequest request) {
    desk_.replies.clear();
    request.connection.worker = 0;
    desk_.partition().backups().submit(request);
    while (desk_.partition().backups_role().do_work() > 0) {
    }
    EXPECT_EQ(desk_.replies.size(), 1u);
    return desk_.replies.front();
  }
  static wire::FrameType type_of(const std::vector<std::byte>& frame) {
    const std::span<const std::byte> bytes(frame);
    return static_cast<wire::FrameType>(decode_frame_header(bytes.first<kFrameHeaderBytes>()).type);
  }
  template <typename Table>
  static const Table* body(const std::vector<std::byte>& frame, wire::FrameType wanted) {
    EXPECT_EQ(type_of(frame), wanted);
    if (type_of(frame) != wanted) return nullptr;
    return flatbuffers::GetRoot<Table>(frame.data() + kFrameHeaderBytes);
  }
  std::vector<BackupFile> begin() {
    const auto frame = ask({});
    const auto* reply = body<wire::BackupReply>(frame, wire::FrameType::backup_reply);
    std::vector<BackupFile> files;
    if (reply == nullptr) return files;
    for (const auto* file : *reply->files()) {
      files.push_back({file->name()->str(), file->bytes(), file->content()});
    }
    skipped_.clear();
    if (reply->skipped() == nullptr) return files;
    for (const auto* step : *reply->skipped()) {
      const auto skipped = parse_skipped_step(step->str());
      EXPECT_TRUE(skipped.has_value()) << step->str();
      if (skipped) skipped_.push_back(*skipped);
    }
    return files;
  }
  void end() {
    BackupRequest request;
    request.kind = BackupRequest::Kind::end;
    ask(request);
  }
  const std::vector<std::byte>& read(std::uint32_t file, std::uint64_t offset,
                                     std::uint32_t length) {
    BackupRequest request;
    request.kind = BackupRequest::Kind::read;
    request.read = {file, offset, length, 0};
    return ask(request);
  }
  static bool refused(const std::vector<std::byte>& frame) {
    return type_of(frame) == wire::FrameType::error;
  }
  // As the client library and `vencer restore` do it, but in the old epoch.
  void copy(const std::vector<BackupFile>& files, const std::string& to) {
    fs::create_directories(to);
    fs::copy(desk_.config.data + "/STREAM", to + "/STREAM");
    for (std::uint32_t i = 0; i < files.size(); ++i) {
      const fs::path path = fs::path(to) / files[i].name;
      fs::create_directories(path.parent_path());
      std::ofstream out(path, std::ios::binary);
      for (std::uint64_t at = 0; at < files[i].content;) {
        const auto frame = read(i, at, 100'000);
        const auto* part = body<wire::FilePart>(frame, wire::FrameType::file_part);
        ASSERT_NE(part, nullptr);
        out.write(reinterpret_cast<const char*>(part->bytes()->data()), part->bytes()->size());
        at += part->bytes()->size();
      }
      out.close();
      fs::resize_file(path, files[i].bytes);
    }
  }
  std::set<std::string> names(const std::string& folder) const {
    std::set<std::string> found;
    for (const auto& entry : fs::directory_iterator(desk_.config.data + "/" + folder)) {
      found.insert(folder + "/" + entry.path().filename().string());
    }
    return found;
  }
  bool all_there(const std::vector<BackupFile>& files) const {
    return std::ranges::all_of(files, [&](const BackupFile& file) {
      return fs::exists(desk_.config.data + "/" + file.name);
    });
  }
  std::uint64_t broken_off() { return desk_.partition().metrics().backups_broken_off.get(); }

  // Of the log of a partition that is closed: its first frame of commands.
  std::string first_commands() {
    const std::string directory = desk_.config.data + "/wal";
    auto segments = wal::load_segments(desk_.storage, directory, std::nullopt);
    EXPECT_TRUE(segments.ok());
    StepName found;
    wal::Visit visit;
    visit.from_the_first = true;
    visit.step = [&](const StepRecord& step) {
      const bool commands = step.kind == static_cast<std::uint8_t>(StepKind::commands);
      if (commands && found.group == 0) found = step.name;
      return ok_status();
    };
    EXPECT_TRUE(wal::walk_chain(directory, *segments, visit).ok());
    return step_name_text(found);
  }
  static void write_skipped(PartitionDesk& desk, const std::vector<SkippedStep>& skipped) {
    auto directory = DataDirectory::open(desk.storage, desk.config.data);
    ASSERT_TRUE(directory.ok());
    auto state = (*directory)->read_stream_state();
    ASSERT_TRUE(state.ok());
    state->skipped = skipped;
    ASSERT_TRUE((*directory)->write_stream_state(*state).ok());
  }

  PartitionDesk desk_;
  std::uint64_t last_key_ = 0;
  std::vector<SkippedStep> skipped_;  // of the backup that was begun last
};

TEST_F(BackupsTest, TheStateOfItsMomentWhateverGoesMeanwhile) {
  for (int round = 0; round < 3; ++round) {
    go_on(80);
    take_snapshot();
  }
  tidy();
  ASSERT_FALSE(fs::exists(desk_.config.data + "/wal/wal-0000000000000001.seg"));
  go_on(30);
  const std::uint64_t digest = desk_.partition().machine().digest();
  const std::uint64_t events = desk_.partition().hub().last_sequence();
  const auto files = begin();
  ASSERT_FALSE(HasFailure());
  EXPECT_TRUE(std::ranges::any_of(files, [](const auto& f) { return f.name[0] == 's'; }));
  // Everything that it names would go by now: log, snapshots, events.
  for (int round = 0; round < 3; ++round) {
    go_on(150);
    take_snapshot();
  }
  tidy();
  ASSERT_TRUE(all_there(files));
  PartitionDesk other;
  copy(files, other.config.data);
  ASSERT_FALSE(HasFailure());
  end();
  EXPECT_EQ(desk_.partition().metrics().backups.get(), 1u);
  // And now it does.
  tidy();
  for (const BackupFile& file : files) {
    const bool last = file.content < file.bytes;
    EXPECT_TRUE(last || !fs::exists(desk_.config.data + "/" + file.name)) << file.name;
  }
  EXPECT_EQ(names("snapshots").size(), 2u);

  other.config.segment_bytes = desk_.config.segment_bytes;
  other.config.event_segment_bytes = desk_.config.event_segment_bytes;
  const Status opened = other.open();
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_EQ(other.partition().machine().digest(), digest);
  EXPECT_EQ(other.partition().hub().last_sequence(), events);
}

// The log holds what a step did that the partition goes past: its files alone would give another
// state, or events that are not those beside it.
TEST_F(BackupsTest, ItNamesTheStepsThatWereSkipped) {
  go_on(3);
  begin();
  EXPECT_TRUE(skipped_.empty());
  end();
  ASSERT_TRUE(desk_.partition().stop().ok());
  desk_.close();
  ASSERT_TRUE(set_config_option(desk_.config, "skip-step", first_commands()).ok());
  const Status skipping = desk_.open();
  ASSERT_TRUE(skipping.ok()) << skipping.error().message;
  EXPECT_EQ(desk_.partition().machine().ticket_count(), 2u);
  go_on(2);
  const std::uint64_t digest = desk_.partition().machine().digest();
  PartitionDesk other;
  copy(begin(), other.config.data);
  ASSERT_FALSE(HasFailure());
  ASSERT_EQ(skipped_.size(), 1u);
  other.config.segment_bytes = desk_.config.segment_bytes;
  other.config.event_segment_bytes = desk_.config.event_segment_bytes;
  write_skipped(other, {});
  EXPECT_FALSE(other.open().ok());
  write_skipped(other, skipped_);
  const Status opened = other.open();
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_EQ(other.partition().machine().digest(), digest);
  EXPECT_EQ(other.partition().machine().ticket_count(), 4u);
}

TEST_F(BackupsTest, NobodyHoldsFilesForEver) {
  go_on(3);
  const auto held = [&] { return desk_.partition().metrics().backups_running.get() == 1; };
  // Asks for nothing.
  begin();
  EXPECT_TRUE(held());
  desk_.clock.skip(Backups::kIdleMax - seconds{1});
  EXPECT_FALSE(refused(read(0, 0, 4096)));
  desk_.clock.skip(Backups::kIdleMax);
  EXPECT_TRUE(refused(read(0, 0, 4096)));
  EXPECT_FALSE(held());
  EXPECT_EQ(broken_off(), 1u);
  // Asks, but for little.
  begin();
  for (seconds passed{0}; passed <= Backups::kGraceMax; passed += seconds{50}) {
    desk_.clock.skip(seconds{50});
    read(0, 0, 1);
  }
  EXPECT_TRUE(refused(read(0, 0, 1)));
  EXPECT_EQ(broken_off(), 2u);
  // Is gone.
  begin();
  desk_.partition().backups().drop({});
  desk_.partition().backups_role().do_work();
  EXPECT_FALSE(held());
  EXPECT_EQ(broken_off(), 3u);
  // The disk is full.
  begin();
  desk_.storage.full = true;
  go_on(5);  // the events of these find no room
  desk_.partition().backups_role().do_work();
  EXPECT_FALSE(held());
  EXPECT_EQ(broken_off(), 4u);
  desk_.storage.full = false;
}

}  // namespace
}  // namespace vencer::testing
