// Goal: what a start says of itself is true: the percentage is of the bytes that it has to read, of
// all partitions, and only grows. Method: a partition is opened on storage that notes what is shown
// at each read of a file.
#include "engine/runtime/recovery_progress.h"

#include <algorithm>

#include "engine/runtime/partition_layout.h"
#include "engine/runtime/partition_set.h"
#include "partition_desk.h"

namespace vencer::testing {
namespace {

using Stage = RecoveryProgress::Stage;

TEST(RecoveryProgress, IsOfAllPartitionsByBytes) {
  RecoveryProgress progress;
  EXPECT_EQ(progress.text(), "the data directory is being opened");
  progress.expect_partitions(2);
  progress.of(0).log.expect(3000);
  progress.of(1).snapshot.expect(500);
  progress.of(1).log.expect(500);
  progress.of(1).enter(Stage::snapshot);
  progress.of(1).snapshot.read_to(400);
  progress.of(1).tickets = 12;
  EXPECT_EQ(progress.text(), "a snapshot is being read, 10 %, 12 tickets, 0 of 2 partitions ready");
  EXPECT_EQ(progress.of(1).percent(), 40u);
  progress.of(0).enter(Stage::log);
  progress.of(0).log.read_to(2600);
  progress.of(0).steps = 7;
  progress.of(0).tickets = 3;
  EXPECT_EQ(progress.text(),
            "the log is being replayed, 75 %, 7 steps, 15 tickets, 0 of 2 partitions ready");
  progress.of(0).log.finish();
  progress.of(0).enter(Stage::ready);
  EXPECT_EQ(progress.text(), "a snapshot is being read, 85 %, 15 tickets, 1 of 2 partitions ready");
  progress.of(1).snapshot.finish();
  progress.of(1).log.finish();
  progress.of(1).enter(Stage::ready);
  EXPECT_EQ(progress.percent(), 100u);
}

TEST(RecoveryProgress, NothingToReadIsNoDivision) {
  RecoveryProgress progress;
  EXPECT_EQ(progress.percent(), 0u);
  progress.of(0).enter(Stage::log);
  EXPECT_EQ(progress.text(), "the log is being replayed, 0 %, 0 steps, 0 tickets");
}

// Notes the percentage at each read of a file.
class WatchedStorage final : public FailingStorage {
 public:
  RecoveryProgress* progress = nullptr;
  std::vector<std::uint32_t> seen;

  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
    if (progress != nullptr) seen.push_back(progress->percent());
    auto file = FailingStorage::open(path, mode);
    if (!file) return file;
    return std::unique_ptr<File>(new Watched(*this, std::move(*file)));
  }

 private:
  class Watched final : public File {
   public:
    Watched(WatchedStorage& storage, std::unique_ptr<File> file)
        : storage_(storage), file_(std::move(file)) {}
    Result<std::size_t> read_at(std::uint64_t o, std::span<std::byte> b) override {
      if (storage_.progress != nullptr) storage_.seen.push_back(storage_.progress->percent());
      return file_->read_at(o, b);
    }
    Status write_at(std::uint64_t o, std::span<const std::byte> b) override {
      return file_->write_at(o, b);
    }
    Status sync() override { return file_->sync(); }
    Status truncate(std::uint64_t size) override { return file_->truncate(size); }
    Result<std::uint64_t> size() override { return file_->size(); }

   private:
    WatchedStorage& storage_;
    std::unique_ptr<File> file_;
  };
};

TEST(RecoveryProgress, AStartWithSnapshotAndLog) {
  PartitionDesk desk;
  WatchedStorage disk;
  desk.disk = &disk;
  desk.config.snapshot_every_ms = 0;
  ASSERT_TRUE(desk.open().ok());
  desk.put_document();
  for (std::uint64_t key = 1; key <= 300; ++key) {
    ASSERT_TRUE(desk.create(key));
    if (key % 10 == 0) desk.settle();
  }
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(wire::CreateTakeSnapshot(builder));
  ASSERT_TRUE(desk.submit(wire::FrameType::take_snapshot, builder));
  desk.settle();
  for (std::uint64_t key = 301; key <= 400; ++key) {
    ASSERT_TRUE(desk.create(key));
    desk.settle();
  }
  desk.close();

  RecoveryProgress progress;
  disk.progress = &progress;
  desk.config.recovery_progress = &progress;
  desk.config.recovery_reads_ahead = false;
  const auto opened = PartitionSet::open(disk, desk.clock, desk.config, [](const Error&) {});
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_EQ(progress.percent(), 100u);
  EXPECT_EQ(progress.of(0).stage, Stage::ready);
  EXPECT_GT(progress.of(0).snapshot.there, 0u);
  EXPECT_GT(progress.of(0).log.there, progress.of(0).snapshot.there);
  EXPECT_TRUE(std::ranges::is_sorted(disk.seen));
  EXPECT_TRUE(std::ranges::any_of(disk.seen, [](auto p) { return p > 10 && p < 90; }));
}

}  // namespace
}  // namespace vencer::testing
