// Goal: a connection gets the files of a backup part by part, what it asks wrongly is refused, and
// what was held for it is let go when it says end or is gone. Method: a server in this process,
// frames by hand.
#include <cstring>
#include <filesystem>

#include "engine/log/wal_format.h"
#include "test_server.h"

namespace vencer::testing {
namespace {

Buffer backup_frame(std::uint64_t correlation, bool end) {
  flatbuffers::FlatBufferBuilder fbb;
  fbb.Finish(wire::CreateBackup(fbb, end));
  return make_frame(wire::FrameType::backup, correlation, fbb);
}
Buffer read_file_frame(std::uint64_t correlation, std::uint32_t file, std::uint64_t offset,
                       std::uint32_t length) {
  flatbuffers::FlatBufferBuilder fbb;
  fbb.Finish(wire::CreateReadFile(fbb, file, offset, length));
  return make_frame(wire::FrameType::read_file, correlation, fbb);
}

class BackupFrames : public ::testing::TestWithParam<Placement> {
 protected:
  void start() {
    server_.start();
    desk_ = std::make_unique<Peer>(server_.port());
    tenant_ = greet(*desk_);
    results_of(desk_->ask(commands_frame(3, tenant_, {{.key = 1, .priority = 2}})));
  }

  TestServer server_{GetParam()};
  std::unique_ptr<Peer> desk_;
  TenantId tenant_ = kNoTenant;
};

TEST_P(BackupFrames, ThePlanAndEachPart) {
  start();
  const Received answer = desk_->ask(backup_frame(7, false));
  EXPECT_EQ(answer.header.correlation, 7u);
  const auto* plan = answer.as<wire::BackupReply>(wire::FrameType::backup_reply);
  ASSERT_GE(plan->files()->size(), 2u);
  EXPECT_GE(plan->last_group(), 2u);
  const wire::BackupFile& log = *plan->files()->Get(0);
  EXPECT_EQ(log.name()->str(), "wal/wal-0000000000000001.seg");
  EXPECT_LT(log.content(), log.bytes());  // the rest is not yet written
  EXPECT_EQ(plan->files()->Get(1)->name()->str(), "events/events-00000000000000000001.seg");
  // Two parts of the log: the second begins with a group's header.
  const Received first = desk_->ask(read_file_frame(8, 0, 0, wal::kBlockBytes));
  EXPECT_EQ(first.as<wire::FilePart>(wire::FrameType::file_part)->bytes()->size(),
            wal::kBlockBytes);
  const Received second = desk_->ask(read_file_frame(9, 0, wal::kBlockBytes, 1 << 20));
  const auto* part = second.as<wire::FilePart>(wire::FrameType::file_part);
  EXPECT_EQ(part->offset(), wal::kBlockBytes);
  EXPECT_EQ(part->bytes()->size(), log.content() - wal::kBlockBytes);
  std::uint64_t magic = 0;
  std::memcpy(&magic, part->bytes()->data(), sizeof magic);
  EXPECT_EQ(magic, wal::kGroupMagic);
  // Commands go on meanwhile, and are not in it.
  results_of(desk_->ask(commands_frame(10, tenant_, {{.key = 2, .priority = 2}})));
  const Received end = desk_->ask(read_file_frame(11, 0, log.content(), 100));
  const auto* nothing = end.as<wire::FilePart>(wire::FrameType::file_part);
  EXPECT_TRUE(nothing->bytes() == nullptr || nothing->bytes()->size() == 0);
}

TEST_P(BackupFrames, WhatIsAskedWronglyIsRefused) {
  start();
  EXPECT_EQ(desk_->ask(read_file_frame(4, 0, 0, 100)).failure()->code(), wire::ErrorCode::limit);
  desk_->ask(backup_frame(5, false)).as<wire::BackupReply>(wire::FrameType::backup_reply);
  for (const Buffer& wrong :
       {read_file_frame(6, 4711, 0, 100), read_file_frame(6, 0, 0, 0),
        read_file_frame(6, 0, 0, (1 << 20) + 1), read_file_frame(6, 0, 1ull << 60, 100)}) {
    EXPECT_EQ(desk_->ask(wrong).failure()->code(), wire::ErrorCode::limit);
  }
  // One that there is not.
  flatbuffers::FlatBufferBuilder fbb;
  fbb.Finish(wire::CreateBackup(fbb, false, 1));
  EXPECT_EQ(desk_->ask(make_frame(wire::FrameType::backup, 6, fbb)).failure()->code(),
            wire::ErrorCode::unknown_value);
  // A backup that is ended has no files any more.
  desk_->ask(backup_frame(7, true)).as<wire::BackupReply>(wire::FrameType::backup_reply);
  EXPECT_EQ(desk_->ask(read_file_frame(8, 0, 0, 100)).failure()->code(), wire::ErrorCode::limit);
}

TEST_P(BackupFrames, SoManyAtATimeUntilOneIsGone) {
  start();
  std::vector<std::unique_ptr<Peer>> peers;
  for (std::size_t i = 0; i < Backups::kLeasesMax; ++i) {
    peers.push_back(std::make_unique<Peer>(server_.port()));
    peers.back()->ask(hello_frame(1));
    peers.back()->ask(backup_frame(2, false)).as<wire::BackupReply>(wire::FrameType::backup_reply);
  }
  EXPECT_EQ(desk_->ask(backup_frame(3, false)).failure()->code(), wire::ErrorCode::limit);
  peers.front()->end_sending();
  EXPECT_TRUE(peers.front()->at_end());  // closed: what it held is let go
  desk_->ask(backup_frame(4, false)).as<wire::BackupReply>(wire::FrameType::backup_reply);
}

INSTANTIATE_TEST_SUITE_P(Placements, BackupFrames,
                         ::testing::Values(Placement::shared, Placement::commit,
                                           Placement::separate));

}  // namespace
}  // namespace vencer::testing
