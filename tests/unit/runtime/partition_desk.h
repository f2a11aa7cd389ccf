// A partition whose roles the test turns by hand: one thread, no sockets.
#pragma once

#include <flatbuffers/flatbuffers.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <vencer_generated.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/runtime/partition.h"

namespace vencer::testing {

inline constexpr TimeMs kStart = 1'750'000'000'000;

inline constexpr const char* kDocument = R"(
format = 1
tenant = "zen"
status = [["Nuevo", "new"], ["Resuelto", "resolved"]]
[attribute]
priority = ["Alta"]
[[clock]]
name = "resolution"
start = ["created"]
stop = ["category:resolved"]
[[policy]]
name = "todo"
by = ["priority"]
clocks = ["resolution"]
calendar = "24x7"
[policy.target]
Alta = ["10s"]
)";

// Writes fail from when they are told to.
class FailingStorage : public Storage {
 public:
  bool fail_writes = false;
  bool full = false;  // no new file can be made, and none can grow
  // Of files whose path ends like this, one read fails, so many reads of theirs from now.
  std::string unreadable;
  int reads_until_error = 0;
  std::string unsyncable;  // a sync fails of files whose path holds this

  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
    if (full && mode == OpenMode::create_new) {
      return Error{Errc::disk_full, "writing " + path + ": no space left on device"};
    }
    auto file = posix_->open(path, mode);
    if (!file) return file;
    const bool unreadable_one = !unreadable.empty() && path.ends_with(unreadable);
    return std::unique_ptr<File>(new FailingFile(*this, std::move(*file), path, unreadable_one));
  }
  Result<std::vector<std::string>> list(const std::string& d) override { return posix_->list(d); }
  Status make_directory(const std::string& path) override { return posix_->make_directory(path); }
  Status rename(const std::string& a, const std::string& b) override {
    return posix_->rename(a, b);
  }
  Status remove(const std::string& path) override { return posix_->remove(path); }
  Status sync_directory(const std::string& path) override { return posix_->sync_directory(path); }
  bool exists(const std::string& path) override { return posix_->exists(path); }
  Result<std::unique_ptr<StorageLock>> lock(const std::string& d) override {
    return posix_->lock(d);
  }
  std::uint64_t random_word() override { return posix_->random_word(); }
  std::string write_method(const std::string& d) override { return posix_->write_method(d); }

 private:
  class FailingFile final : public File {
   public:
    FailingFile(FailingStorage& storage, std::unique_ptr<File> file, std::string path,
                bool unreadable)
        : storage_(storage),
          file_(std::move(file)),
          path_(std::move(path)),
          unreadable_(unreadable) {}
    Result<std::size_t> read_at(std::uint64_t o, std::span<std::byte> b) override {
      if (unreadable_ && storage_.reads_until_error-- == 0) {
        return Error{Errc::internal, "reading: Input/output error"};
      }
      return file_->read_at(o, b);
    }
    Status write_at(std::uint64_t o, std::span<const std::byte> b) override {
      if (storage_.fail_writes) return Error{Errc::internal, "the disk is on fire"};
      const auto size = file_->size();
      if (storage_.full && size && o + b.size() > *size) {
        return Error{Errc::disk_full, "writing: no space left on device"};
      }
      return file_->write_at(o, b);
    }
    Status sync() override {
      const bool fails =
          !storage_.unsyncable.empty() && path_.find(storage_.unsyncable) != path_.npos;
      if (fails) return Error{Errc::internal, "syncing " + path_ + ": Input/output error"};
      return file_->sync();
    }
    Status truncate(std::uint64_t size) override { return file_->truncate(size); }
    Result<std::uint64_t> size() override { return file_->size(); }

   private:
    FailingStorage& storage_;
    std::unique_ptr<File> file_;
    std::string path_;
    bool unreadable_;
  };
  std::unique_ptr<Storage> posix_ = make_posix_storage();
};

class PartitionDesk : public ReplyOutlet {
 public:
  PartitionDesk() {
    setup_logging(LogLevel::error, LogFormat::logfmt);
    char path[] = "/tmp/vencer-runtime-test-XXXXXX";
    directory_ = ::mkdtemp(path);
    config.data = directory_ + "/data";
    config.capacity = 4096;
    config.producers = 16;
    config.segment_bytes = 2 * limits::group_bytes_max;
  }
  ~PartitionDesk() override {
    close();
    std::filesystem::remove_all(directory_);
  }

  ServerConfig config;
  FailingStorage storage;
  Storage* disk = &storage;  // or another one
  ManualClock clock{kStart};
  Clock* goes_by = &clock;  // or another one
  std::vector<Error> fatal;
  std::vector<std::vector<std::byte>> replies;  // frames
  std::size_t publications = 0;

  Status open() {
    auto opened =
        Partition::open(*disk, *goes_by, config, [this](const Error& e) { fatal.push_back(e); });
    if (!opened) return opened.error();
    partition_ = std::move(*opened);
    partition_->connect({this});
    partition_->place(nobody_, nobody_, nobody_);
    producer_ = std::make_unique<Producer>(partition_->proxy().make_producer());
    return ok_status();
  }
  void close() {
    producer_.reset();
    partition_.reset();
  }
  Partition& partition() { return *partition_; }

  bool submit(wire::FrameType type, flatbuffers::FlatBufferBuilder& builder) {
    RequestBatchPtr batch(new RequestBatch);
    batch->buffer = FrameBuffer(builder.GetSize());
    std::memcpy(batch->buffer.data(), builder.GetBufferPointer(), builder.GetSize());
    batch->frames.push_back(
        {static_cast<std::uint16_t>(type), 1, {batch->buffer.data(), builder.GetSize()}});
    batch->bytes = builder.GetSize();
    return partition_->proxy().try_submit(**producer_, batch);
  }
  bool create(std::uint64_t key) {
    flatbuffers::FlatBufferBuilder builder;
    const wire::AttributeValue priority(1, 0);
    const auto attributes = builder.CreateVectorOfStructs(&priority, 1);
    const auto body = wire::CreateCreateTicketCommand(builder, 255, attributes).Union();
    const wire::Key ticket(key, 0, wire::KeyKind::number);
    const auto command =
        wire::CreateCommand(builder, &ticket, wire::CommandBody::CreateTicketCommand, body);
    const auto commands = builder.CreateVector(&command, 1);
    builder.Finish(wire::CreateCommands(builder, 1, nullptr, 0, commands));
    return submit(wire::FrameType::commands, builder);
  }
  void put_document() {
    flatbuffers::FlatBufferBuilder builder;
    const auto text = builder.CreateString(kDocument);
    builder.Finish(wire::CreatePutTenant(builder, text));
    submit(wire::FrameType::put_tenant, builder);
    settle();
  }
  // Until nobody has anything to do.
  void settle() {
    while (partition_->shard().do_work() + partition_->commit().do_work() +
               partition_->maintenance().do_work() >
           0) {
    }
  }

  std::unique_ptr<ReplyBatch> deliver(std::unique_ptr<ReplyBatch> batch) override {
    for (const Reply& reply : batch->replies) {
      const auto begin = batch->bytes.begin() + reply.offset;
      replies.emplace_back(begin, begin + reply.size);
    }
    return nullptr;
  }
  void events_published() override { ++publications; }

 private:
  using Producer = std::unique_ptr<ShardProxy::Producer, void (*)(ShardProxy::Producer*)>;
  std::string directory_;
  ThreadWakeup nobody_;
  std::unique_ptr<Partition> partition_;
  std::unique_ptr<Producer> producer_;
};

}  // namespace vencer::testing
