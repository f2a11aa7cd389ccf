#include "net/client/backup_client.h"

#include <fmt/format.h>
#include <vencer_generated.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <future>
#include <memory>

#include "engine/wire/frame_builder.h"
#include "net/client/client_impl.h"
#include "net/client/connection.h"
#include "net/client/reply_bytes.h"
#include "net/client/reply_reader.h"
#include "net/client/request_frames.h"

namespace vencer {
namespace {

constexpr std::uint32_t kPartBytes = 1 << 20;
constexpr std::size_t kPartsUnderWay = 4;

struct FilePart {
  std::uint32_t file = 0;
  std::uint64_t offset = 0;
  std::vector<std::byte> bytes;
};

Result<BackupContents> read_backup(std::span<const std::byte> body) {
  const auto* from = reply_bytes::open<wire::BackupReply>(body);
  if (from == nullptr) return reply_bytes::unreadable();
  BackupContents contents;
  contents.server = text_of(from->server());
  contents.identity_high = from->identity_high();
  contents.identity_low = from->identity_low();
  contents.partition = from->partition();
  contents.epoch = from->epoch();
  contents.last_group = from->last_group();
  contents.event_sequence = from->event_sequence();
  contents.clock_source = static_cast<ClockSource>(number(from->clock_source()));
  contents.semantics_version = from->semantics_version();
  contents.durable = from->durability() == wire::Durability::sync;
  for (std::uint32_t i = 0; i < size_of(from->files()); ++i) {
    const wire::BackupFile& file = *from->files()->Get(i);
    contents.files.push_back({text_of(file.name()), file.bytes(), file.content()});
    if (file.content() > file.bytes()) return reply_bytes::unreadable();
  }
  for (std::uint32_t i = 0; i < size_of(from->skipped()); ++i) {
    contents.skipped.push_back(text_of(from->skipped()->Get(i)));
  }
  return contents;
}

Result<FilePart> read_file_part(std::span<const std::byte> body) {
  const auto* from = reply_bytes::open<wire::FilePart>(body);
  if (from == nullptr) return reply_bytes::unreadable();
  FilePart part{from->file(), from->offset(), {}};
  if (from->bytes() != nullptr) {
    const auto* begin = reinterpret_cast<const std::byte*>(from->bytes()->data());
    part.bytes.assign(begin, begin + from->bytes()->size());
  }
  return part;
}

template <typename Table>
std::vector<std::byte> whole(wire::FrameType type, flatbuffers::FlatBufferBuilder& fbb,
                             flatbuffers::Offset<Table> table) {
  fbb.Finish(table);
  std::vector<std::byte> frame;
  append_frame(type, 0, fbb, frame);
  return frame;
}

std::vector<std::byte> backup_frame(std::uint32_t partition, bool end) {
  auto& fbb = frame_builder();
  return whole(wire::FrameType::backup, fbb, wire::CreateBackup(fbb, end, partition));
}

// A part of a file.
struct Place {
  std::uint32_t partition = 0;
  std::uint32_t file = 0;
  std::uint64_t offset = 0;
  std::uint32_t length = 0;
};

std::vector<std::byte> read_file_frame(const Place& at) {
  auto& fbb = frame_builder();
  return whole(wire::FrameType::read_file, fbb,
               wire::CreateReadFile(fbb, at.file, at.offset, at.length, at.partition));
}

class BackupCopy {
 public:
  BackupCopy(const ClientOptions& options, Connection& connection, const BackupHandlers& handlers)
      : options_(options), connection_(connection), handlers_(handlers) {}

  Status run() {
    const auto hello =
        call<HelloAnswer>(hello_frame(options_), wire::FrameType::hello_reply, &read_hello);
    if (!hello) return hello.error();
    const auto partitions =
        std::max(1u, static_cast<std::uint32_t>(hello->hello.partitions.size()));
    for (std::uint32_t i = 0; i < partitions; ++i) {
      if (Status copied = partition(i, partitions); !copied) return copied;
    }
    return ok_status();
  }

 private:
  template <typename T>
  using Answered = std::future<Result<T>>;
  struct Asked {
    Place at;
    Answered<FilePart> answer;
  };

  Status partition(std::uint32_t number, std::uint32_t partitions) {
    auto contents = request(number, false);
    if (!contents) return contents.error();
    contents_ = std::move(*contents);
    next_ = {number, 0, 0, 0};
    Status copied = handlers_.plan(contents_, partitions);
    if (copied) copied = files();
    // Said in any case: a server that waits for the connection's end holds its files until then.
    const auto ended = request(number, true);
    if (copied && !ended) return ended.error();
    return copied;
  }

  template <typename T>
  Result<Answered<T>> ask(std::span<const std::byte> frame, wire::FrameType type,
                          Result<T> (*read)(std::span<const std::byte>)) {
    // Shared, because the answer may come after nobody waits any more.
    const auto promise = std::make_shared<std::promise<Result<T>>>();
    Answered<T> answered = promise->get_future();
    const Status sent =
        connection_.request(frame, [promise, wanted = number(type), read](const Answer& answer) {
          const bool right = answer.lost == nullptr && answer.frame_type == wanted;
          promise->set_value(right ? read(answer.body) : unexpected(answer));
        });
    if (!sent) return sent.error();
    return answered;
  }

  template <typename T>
  Result<T> wait(Answered<T>& answered) {
    const std::chrono::milliseconds timeout(options_.timeout_ms);
    if (answered.wait_for(timeout) != std::future_status::ready) {
      return Error{Errc::timeout, fmt::format("no answer from {} within {} ms", options_.endpoint,
                                              options_.timeout_ms)};
    }
    return answered.get();
  }

  template <typename T>
  Result<T> call(std::span<const std::byte> frame, wire::FrameType type,
                 Result<T> (*read)(std::span<const std::byte>)) {
    auto answered = ask<T>(frame, type, read);
    if (!answered) return answered.error();
    return wait<T>(*answered);
  }

  Result<BackupContents> request(std::uint32_t partition, bool end) {
    return call<BackupContents>(backup_frame(partition, end), wire::FrameType::backup_reply,
                                &read_backup);
  }

  // Asks ahead, hands on in order.
  Status files() {
    for (;;) {
      while (under_way_.size() < kPartsUnderWay && more()) {
        if (Status asked = ask_next(); !asked) return asked;
      }
      if (under_way_.empty()) return ok_status();
      if (Status taken = take_first(); !taken) return taken;
    }
  }

  // Goes on to the next file that has content left to ask for.
  bool more() {
    for (; next_.file < contents_.files.size(); ++next_.file, next_.offset = 0) {
      if (next_.offset < contents_.files[next_.file].content) return true;
    }
    return false;
  }

  Status ask_next() {
    const std::uint64_t content = contents_.files[next_.file].content;
    Place at = next_;
    at.length =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(content - at.offset, kPartBytes));
    auto answer = ask<FilePart>(read_file_frame(at), wire::FrameType::file_part, &read_file_part);
    if (!answer) return answer.error();
    under_way_.push_back({at, std::move(*answer)});
    next_.offset += at.length;
    return ok_status();
  }

  Status take_first() {
    const Place at = under_way_.front().at;
    const auto part = wait<FilePart>(under_way_.front().answer);
    if (!part) return part.error();
    if (part->file != at.file || part->offset != at.offset || part->bytes.size() != at.length) {
      return Error{
          Errc::internal,
          fmt::format("the server sent {} bytes at {} of file {}; asked were {} at {} of "
                      "{}",
                      part->bytes.size(), part->offset, part->file, at.length, at.offset, at.file)};
    }
    const Status taken = handlers_.part(at.file, at.offset, part->bytes);
    under_way_.pop_front();
    return taken;
  }

  const ClientOptions& options_;
  Connection& connection_;
  const BackupHandlers& handlers_;
  BackupContents contents_;  // of the partition that is copied
  std::deque<Asked> under_way_;
  Place next_;  // to be asked for
};

}  // namespace

Status copy_backup(const ClientOptions& options, const BackupHandlers& handlers) {
  ClientOptions own = options;
  own.tenant.clear();
  own.producer = {};
  const auto connection = Connection::open(own.endpoint, own.timeout_ms, kPartsUnderWay + 1);
  if (!connection) return connection.error();
  return BackupCopy(own, **connection, handlers).run();
}

}  // namespace vencer
