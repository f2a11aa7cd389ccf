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

BackupPlan two_files() {
  BackupPlan plan;
  plan.server = "a server";
  plan.last_group = 7;
  plan.files = {{"wal/a", 5 << 20, (2 << 20) + 100}, {"events/empty", 0, 0}, {"events/b", 9, 9}};
  return plan;
}

std::byte content(std::uint32_t file, std::uint64_t offset) {
  return static_cast<std::byte>(file * 101 + offset * 7);
}

// Answers until the client says end; `change` may spoil a part.
void serve(FakePeer& peer, const std::function<void(ReadFileRequest&, Bytes&)>& change) {
  peer.greet();
  for (Request request = peer.read(); request; request = peer.read()) {
    Bytes out;
    const auto type = static_cast<wire::FrameType>(request.header.type);
    if (type == wire::FrameType::backup) {
      encode_backup_reply(request.header.correlation,
                          decode_backup(request.body) ? BackupPlan() : two_files(), out);
    } else {
      ReadFileRequest read = decode_read_file(request.body);
      Bytes bytes(read.length);
      for (std::uint32_t i = 0; i < read.length; ++i)
        bytes[i] = content(read.file, read.offset + i);
      change(read, bytes);
      encode_file_part(request.header.correlation, read, bytes, out);
    }
    peer.send(out);
  }
}

struct Taken {
  std::vector<Bytes> files{3};
  Status status = ok_status();
};

Taken take(const std::function<void(ReadFileRequest&, Bytes&)>& change) {
  FakeServer server([&](FakePeer& peer) { serve(peer, change); });
  Taken taken;
  taken.status =
      copy_backup({.endpoint = server.endpoint()},
                  {[](const BackupContents& contents) {
                     EXPECT_EQ(contents.last_group, 7u);
                     EXPECT_EQ(contents.files.size(), 3u);
                     return ok_status();
                   },
                   [&](std::size_t file, std::uint64_t offset, std::span<const std::byte> bytes) {
                     Bytes& into = taken.files[file];
                     EXPECT_EQ(into.size(), offset);
                     into.insert(into.end(), bytes.begin(), bytes.end());
                     return ok_status();
                   }});
  return taken;
}

TEST(ClientBackup, EveryByteInOrder) {
  const Taken taken = take([](ReadFileRequest&, Bytes&) {});
  ASSERT_TRUE(taken.status.ok()) << taken.status.error().message;
  ASSERT_EQ(taken.files[0].size(), std::size_t{(2 << 20) + 100});
  ASSERT_EQ(taken.files[2].size(), 9u);
  for (std::size_t i = 0; i < taken.files[0].size(); ++i) {
    ASSERT_EQ(taken.files[0][i], content(0, i)) << i;
  }
}

TEST(ClientBackup, APartThatWasNotAskedForEndsIt) {
  const Taken longer = take([](ReadFileRequest&, Bytes& bytes) { bytes.push_back(std::byte{1}); });
  EXPECT_EQ(longer.status.error().code, Errc::internal);
  const Taken elsewhere = take([](ReadFileRequest& read, Bytes&) { read.offset += 8; });
  EXPECT_FALSE(elsewhere.status.ok());
  EXPECT_TRUE(elsewhere.files[0].empty());
}

}  // namespace
}  // namespace vencer
