// Several partitions of one process, their roles turned by hand.
#include "engine/runtime/partition_set.h"

#include <flatbuffers/flatbuffers.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <vencer_generated.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "engine/wire/frame.h"
#include "engine/wire/tenant_id.h"
#include "tests/unit/runtime/thread_limit.h"

namespace vencer::testing {
namespace {

constexpr TimeMs kStart = 1'750'000'000'000;

std::string document_of(const std::string& tenant) {
  return "format = 1\ntenant = \"" + tenant + R"("
status = [["Nuevo", "new"], ["Resuelto", "resolved"]]
[[clock]]
name = "resolution"
start = ["created"]
stop = ["category:resolved"]
[[policy]]
name = "todo"
clocks = ["resolution"]
calendar = "24x7"
target = "10s"
)";
}

class SetDesk : public ReplyOutlet {
 public:
  SetDesk() {
    setup_logging(LogLevel::error, LogFormat::logfmt);
    char path[] = "/tmp/vencer-set-test-XXXXXX";
    directory_ = ::mkdtemp(path);
    config.data = directory_ + "/data";
    config.capacity = 1000;
    config.producers = 16;
    config.segment_bytes = 2 * limits::group_bytes_max;
    config.partitions = 2;
  }
  ~SetDesk() override {
    close();
    std::filesystem::remove_all(directory_);
  }

  ServerConfig config;
  ManualClock clock{kStart};
  std::vector<std::vector<std::byte>> replies;  // frames, in the order in which they came

  // What was wrong; empty: it is open.
  std::string open() {
    auto opened = PartitionSet::open(*storage_, clock, config,
                                     [](const Error& error) { ADD_FAILURE() << error.message; });
    if (!opened) return opened.error().message;
    set_ = std::move(*opened);
    for (std::uint32_t i = 0; i < set_->size(); ++i) {
      (*set_)[i].connect({this});
      (*set_)[i].place(nobody_, nobody_, nobody_);
      producers_.push_back((*set_)[i].proxy().make_producer());
    }
    return {};
  }
  void close() {
    producers_.clear();
    set_.reset();
  }
  void stop() {
    ASSERT_TRUE(set_->stop().ok());
    close();
  }
  PartitionSet& set() { return *set_; }

  void submit(std::uint32_t partition, wire::FrameType type,
              flatbuffers::FlatBufferBuilder& builder) {
    RequestBatchPtr batch(new RequestBatch);
    batch->buffer = FrameBuffer(builder.GetSize());
    std::memcpy(batch->buffer.data(), builder.GetBufferPointer(), builder.GetSize());
    batch->frames.push_back(
        {static_cast<std::uint16_t>(type), 1, {batch->buffer.data(), builder.GetSize()}});
    batch->bytes = builder.GetSize();
    ASSERT_TRUE(set()[partition].proxy().try_submit(*producers_[partition], batch));
  }
  void put(const std::string& tenant, std::uint32_t at = 0) {
    flatbuffers::FlatBufferBuilder builder;
    const auto text = builder.CreateString(document_of(tenant));
    builder.Finish(wire::CreatePutTenant(builder, text));
    submit(at, wire::FrameType::put_tenant, builder);
  }
  void erase(const std::string& tenant) {
    flatbuffers::FlatBufferBuilder builder;
    const auto name = builder.CreateString(tenant);
    builder.Finish(wire::CreateDeleteTenant(builder, name));
    submit(*set().tenants().find(tenant), wire::FrameType::delete_tenant, builder);
  }
  void create(TenantId tenant, std::uint64_t key) {
    flatbuffers::FlatBufferBuilder builder;
    const auto body = wire::CreateCreateTicketCommand(builder).Union();
    const wire::Key ticket(key, 0, wire::KeyKind::number);
    const auto command =
        wire::CreateCommand(builder, &ticket, wire::CommandBody::CreateTicketCommand, body);
    const auto commands = builder.CreateVector(&command, 1);
    builder.Finish(wire::CreateCommands(builder, tenant, nullptr, 0, commands));
    submit(tenant_partition(tenant), wire::FrameType::commands, builder);
  }
  // Until nobody has anything to do.
  void settle() {
    int done = 1;
    while (done > 0) {
      done = 0;
      for (std::uint32_t i = 0; i < set().size(); ++i) {
        done += set()[i].shard().do_work() + set()[i].commit().do_work() +
                set()[i].maintenance().do_work();
        done += static_cast<Commit&>(set()[i].commit()).wait_for_disk() ? 1 : 0;
      }
    }
  }
  // The answer to the last request, which must be of that type.
  template <typename Table>
  const Table* last(wire::FrameType type) {
    const auto& frame = replies.back();
    const auto header = decode_frame_header(
        std::span<const std::byte, kFrameHeaderBytes>(frame.data(), kFrameHeaderBytes));
    EXPECT_EQ(header.type, static_cast<std::uint16_t>(type));
    return flatbuffers::GetRoot<Table>(frame.data() + kFrameHeaderBytes);
  }
  TenantId put_and_settle(const std::string& tenant) {
    put(tenant);
    settle();
    return last<wire::PutTenantReply>(wire::FrameType::put_tenant_reply)->tenant();
  }

  std::unique_ptr<ReplyBatch> deliver(std::unique_ptr<ReplyBatch> batch) override {
    for (const Reply& reply : batch->replies) {
      const auto begin = batch->bytes.begin() + reply.offset;
      replies.emplace_back(begin, begin + reply.size);
    }
    return nullptr;
  }
  void events_published() override {}

 private:
  using Producer = std::unique_ptr<ShardProxy::Producer, void (*)(ShardProxy::Producer*)>;
  std::string directory_;
  std::unique_ptr<Storage> storage_ = make_posix_storage();
  ThreadWakeup nobody_;
  std::unique_ptr<PartitionSet> set_;
  std::vector<Producer> producers_;
};

TEST(PartitionSet, EachHasItsOwnLogAndStream) {
  SetDesk desk;
  ASSERT_EQ(desk.open(), "");
  EXPECT_EQ(desk.put_and_settle("a"), wire_tenant(0, 1));
  EXPECT_EQ(desk.put_and_settle("b"), wire_tenant(1, 1));
  EXPECT_EQ(desk.put_and_settle("c"), wire_tenant(0, 2));
  EXPECT_EQ(desk.put_and_settle("d"), wire_tenant(1, 2));
  for (std::uint64_t key = 1; key <= 5; ++key) desk.create(wire_tenant(1, 2), key);
  desk.create(wire_tenant(0, 1), 1);  // the same key, another tenant
  desk.settle();
  EXPECT_EQ(desk.set()[0].machine().ticket_count(), 1u);
  EXPECT_EQ(desk.set()[1].machine().ticket_count(), 5u);
  EXPECT_EQ(desk.set()[0].hub().partition(), 0u);
  EXPECT_EQ(desk.set()[1].hub().partition(), 1u);
  EXPECT_EQ(desk.set()[0].hub().last_sequence(), 3u);  // two documents, a ticket
  EXPECT_EQ(desk.set()[1].hub().last_sequence(), 7u);
  EXPECT_EQ(desk.set()[1].machine().settings().ticket_capacity, 500u);

  // A crash, and a start without being told how many there are.
  const std::uint64_t digests[] = {desk.set()[0].machine().digest(),
                                   desk.set()[1].machine().digest()};
  desk.close();
  desk.config.partitions = 0;
  ASSERT_EQ(desk.open(), "");
  ASSERT_EQ(desk.set().size(), 2u);
  for (std::uint32_t i = 0; i < 2; ++i) EXPECT_EQ(desk.set()[i].machine().digest(), digests[i]);
  EXPECT_EQ(desk.set().tenants().find("d"), 1u);
}

TEST(PartitionSet, ADirectoryOfOnePartitionOpensAndGrows) {
  SetDesk desk;
  desk.config.partitions = 0;
  ASSERT_EQ(desk.open(), "");
  ASSERT_EQ(desk.set().size(), 1u);
  desk.put_and_settle("a");
  EXPECT_FALSE(std::filesystem::exists(desk.config.data + "/partition-1"));
  desk.stop();

  desk.config.partitions = 3;
  ASSERT_EQ(desk.open(), "");
  EXPECT_EQ(desk.set()[0].machine().settings().ticket_capacity, 1000u);  // as it was made
  EXPECT_EQ(desk.put_and_settle("b"), wire_tenant(1, 1));
  EXPECT_EQ(desk.put_and_settle("c"), wire_tenant(2, 1));
  desk.stop();

  desk.config.partitions = 2;
  EXPECT_NE(desk.open().find("holds 3, whose tenants would be gone"), std::string::npos);
}

TEST(PartitionSet, OneThatIsDamagedRefusesTheWhole) {
  SetDesk desk;
  ASSERT_EQ(desk.open(), "");
  desk.put_and_settle("a");
  desk.put_and_settle("b");
  desk.stop();
  const std::string stream = desk.config.data + "/partition-1/STREAM";
  std::ofstream(stream) << "vencer stream of another format\n";
  const std::string refusal = desk.open();
  EXPECT_EQ(refusal.find("partition 1: " + stream), 0u) << refusal;
}

// One beside the other is a matter of speed alone; the threads of a replay are not.
TEST(PartitionSet, AStartForWhichNoThreadCanBeMadeIsRefused) {
  SetDesk desk;
  ASSERT_EQ(desk.open(), "");
  desk.put_and_settle("a");
  desk.put_and_settle("b");
  desk.stop();
  {
    const ThreadLimit limit(0);
    ASSERT_EQ(desk.open(), "");
    desk.stop();
  }
  RecoveryProgress progress;
  desk.config.recovery_progress = &progress;
  for (const int threads : {0, 1, 2, 3}) {  // two for each
    const ThreadLimit limit(threads);
    const std::string refusal = desk.open();
    EXPECT_NE(refusal.find(": a thread could not be made: "), std::string::npos) << refusal;
  }
  EXPECT_EQ(desk.open(), "");
}

// Somebody has put another partition's directory in its place.
TEST(PartitionSet, ADirectoryOfAnotherPartitionIsRefused) {
  SetDesk desk;
  desk.config.partitions = 3;
  ASSERT_EQ(desk.open(), "");
  desk.stop();
  const std::string first = desk.config.data + "/partition-1";
  const std::string second = desk.config.data + "/partition-2";
  std::filesystem::remove_all(first);
  std::filesystem::rename(second, first);
  desk.config.partitions = 0;
  const std::string refusal = desk.open();
  EXPECT_NE(refusal.find("partition 2, not of 1"), std::string::npos) << refusal;
}

TEST(PartitionSet, OneNameLivesInOnePartitionHoweverManyPutItAtOnce) {
  SetDesk desk;
  ASSERT_EQ(desk.open(), "");
  desk.put("zen", 0);
  desk.put("zen", 1);  // as a router that knows nothing would
  desk.put("zen", 0);
  desk.settle();
  ASSERT_EQ(desk.replies.size(), 3u);
  EXPECT_EQ(desk.set()[0].machine().tenant_count() + desk.set()[1].machine().tenant_count(), 1u);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(desk.last<wire::PutTenantReply>(wire::FrameType::put_tenant_reply)->tenant(),
              wire_tenant(0, 1));
    desk.replies.pop_back();
  }
}

// The deletion and the new tenant are steps of one log: no crash can leave the name in two.
TEST(PartitionSet, TheNameOfADeletedTenantStaysInItsLog) {
  SetDesk desk;
  ASSERT_EQ(desk.open(), "");
  desk.put_and_settle("a");
  ASSERT_EQ(desk.put_and_settle("b"), wire_tenant(1, 1));
  ASSERT_EQ(desk.put_and_settle("c"), wire_tenant(0, 2));
  desk.erase("b");
  desk.settle();
  EXPECT_EQ(desk.last<wire::DeleteTenantReply>(wire::FrameType::delete_tenant_reply)->tenant(),
            wire_tenant(1, 1));
  EXPECT_EQ(desk.put_and_settle("b"), wire_tenant(1, 2));
}

TEST(PartitionSet, ARefusedDocumentIsAnsweredAndPlacesNobody) {
  SetDesk desk;
  ASSERT_EQ(desk.open(), "");
  desk.put_and_settle("a");
  flatbuffers::FlatBufferBuilder builder;
  const auto text = builder.CreateString("format = 1\ntenant = \"b\"\n");
  builder.Finish(wire::CreatePutTenant(builder, text));
  desk.submit(0, wire::FrameType::put_tenant, builder);
  desk.settle();
  EXPECT_EQ(desk.last<wire::Failure>(wire::FrameType::error)->code(),
            wire::ErrorCode::invalid_document);
  EXPECT_EQ(desk.set().tenants().find("b"), std::nullopt);
}

TEST(PartitionSet, AHelloTellsOfAllOfThem) {
  SetDesk desk;
  ASSERT_EQ(desk.open(), "");
  desk.put_and_settle("a");
  desk.put_and_settle("b");
  desk.create(wire_tenant(1, 1), 7);
  desk.settle();
  flatbuffers::FlatBufferBuilder builder;
  const auto tenant = builder.CreateString("b");
  builder.Finish(wire::CreateHello(builder, 0, tenant));
  desk.submit(1, wire::FrameType::hello, builder);
  desk.settle();
  const auto* hello = desk.last<wire::HelloReply>(wire::FrameType::hello_reply);
  EXPECT_EQ(hello->partition(), 1u);
  EXPECT_EQ(hello->last_sequence(), 2u);
  EXPECT_EQ(hello->tenant()->id(), wire_tenant(1, 1));
  ASSERT_EQ(hello->partitions()->size(), 2u);
  EXPECT_EQ(hello->partitions()->Get(0)->last_sequence(), 1u);
  EXPECT_EQ(hello->partitions()->Get(1)->last_sequence(), 2u);
  EXPECT_EQ(hello->partitions()->Get(1)->tenants(), 1u);
}

// Another clock source for a new partition than the old ones have: nothing is made.
TEST(PartitionSet, NothingIsMadeBesideARefusal) {
  SetDesk desk;
  desk.config.partitions = 1;
  ASSERT_EQ(desk.open(), "");
  desk.stop();
  desk.config.partitions = 2;
  desk.config.clock = ClockSource::input;
  EXPECT_NE(desk.open().find("--clock wall"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(desk.config.data + "/partition-1"));
}

}  // namespace
}  // namespace vencer::testing
