// Goal: a backup hands on every byte of every file, in order, and believes no answer that is not
// what was asked for. Method: a server by hand.
#include <gtest/gtest.h>
#include <vencer_generated.h>

#include "engine/wire/backup_codec.h"
#include "net/client/backup_client.h"
#include "tests/unit/client/fake_server.h"

namespace vencer {
namespace {

using test::FakePeer;
using test::FakeServer;
using test::Request;

BackupPlan three_files(std::uint32_t partition) {
  BackupPlan plan;
  plan.server = "a server";
  plan.partition = partition;
  plan.last_group = 7 + partition;
  plan.skipped = {"4711.3 0123abcd 4720", "12.1 00000001 4720"};
  plan.files = {{"wal/a", 5 << 20, (2 << 20) + 100}, {"events/empty", 0, 0}, {"events/b", 9, 9}};
  return plan;
}

std::byte content(std::uint32_t partition, std::uint32_t file, std::uint64_t offset) {
  return static_cast<std::byte>(partition * 59 + file * 101 + offset * 7);
}

// Answers until the client says end; `change` may spoil a part.
void serve(FakePeer& peer, const std::function<void(ReadFileRequest&, Bytes&)>& change) {
  peer.greet();
  for (Request request = peer.read(); request; request = peer.read()) {
    Bytes out;
    const auto type = static_cast<wire::FrameType>(request.header.type);
    if (type == wire::FrameType::backup) {
      const StartBackup start = decode_backup(request.body);
      encode_backup_reply(request.header.correlation,
                          start.end ? BackupPlan() : three_files(start.partition), out);
    } else {
      ReadFileRequest read = decode_read_file(request.body);
      Bytes bytes(read.length);
      for (std::uint32_t i = 0; i < read.length; ++i)
        bytes[i] = content(read.partition, read.file, read.offset + i);
      change(read, bytes);
      encode_file_part(request.header.correlation, read, bytes, out);
    }
    peer.send(out);
  }
}

struct Taken {
  std::vector<BackupContents> contents;
  std::vector<std::vector<Bytes>> files;  // by partition
  Status status = ok_status();
};

Taken take(const std::function<void(ReadFileRequest&, Bytes&)>& change) {
  FakeServer server([&](FakePeer& peer) { serve(peer, change); });
  Taken taken;
  taken.status =
      copy_backup({.endpoint = server.endpoint()},
                  {[&](const BackupContents& contents, std::uint32_t) {
                     taken.contents.push_back(contents);
                     taken.files.emplace_back(3);
                     return ok_status();
                   },
                   [&](std::size_t file, std::uint64_t offset, std::span<const std::byte> bytes) {
                     Bytes& into = taken.files.back()[file];
                     EXPECT_EQ(into.size(), offset);
                     into.insert(into.end(), bytes.begin(), bytes.end());
                     return ok_status();
                   }});
  return taken;
}

TEST(ClientBackup, EveryByteOfEveryPartitionInOrder) {
  const Taken taken = take([](ReadFileRequest&, Bytes&) {});
  ASSERT_TRUE(taken.status.ok()) << taken.status.error().message;
  ASSERT_FALSE(taken.contents.empty());
  for (std::uint32_t p = 0; p < taken.contents.size(); ++p) {
    EXPECT_EQ(taken.contents[p].last_group, 7 + p);
    const std::vector<std::string> skipped = {"4711.3 0123abcd 4720", "12.1 00000001 4720"};
    EXPECT_EQ(taken.contents[p].skipped, skipped);
    const auto& files = taken.files[p];
    ASSERT_EQ(files[0].size(), std::size_t{(2 << 20) + 100});
    ASSERT_TRUE(files[1].empty());
    ASSERT_EQ(files[2].size(), 9u);
    for (std::size_t i = 0; i < files[0].size(); ++i) {
      ASSERT_EQ(files[0][i], content(p, 0, i)) << p << " " << i;
    }
  }
}

TEST(ClientBackup, APartThatWasNotAskedForEndsIt) {
  const Taken longer = take([](ReadFileRequest&, Bytes& bytes) { bytes.push_back(std::byte{1}); });
  EXPECT_EQ(longer.status.error().code, Errc::internal);
  const Taken elsewhere = take([](ReadFileRequest& read, Bytes&) { read.offset += 8; });
  EXPECT_FALSE(elsewhere.status.ok());
  EXPECT_TRUE(elsewhere.files[0][0].empty());
}

}  // namespace
}  // namespace vencer
