// Session: one peer's conversation on the native port, without its socket: bytes in, bytes out.
//
//   bytes -> FrameReader -> verify -> the shard of its partition (ShardProxy), or answered here:
//            subscriptions, refusals
//   replies and events -> one buffer, out()
//
// Bounds (server_config.h): frames and bytes that wait for an answer, beyond them `overloaded` at
// once. The first frame must be a Hello, and small. What cannot be a frame is answered by a
// Failure. Answers of one partition come in the order of its requests.
//
// Lives: in its Connection, or on the simulator's network (tests/sim).  Thread: its IO worker's.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "engine/runtime/backups.h"
#include "engine/runtime/request.h"
#include "engine/runtime/server_config.h"
#include "engine/runtime/shard_proxy.h"
#include "engine/runtime/tenant_directory.h"
#include "engine/wire/reply_codec.h"
#include "net/server/frame_reader.h"
#include "net/server/subscriptions.h"

namespace vencer {

// What a session needs of whoever runs it.
class SessionHost {
 public:
  virtual ~SessionHost() = default;
  virtual const ServerConfig& config() const = 0;
  virtual std::uint32_t partition_count() const = 0;
  virtual const TenantDirectory& tenants() const = 0;
  virtual const EventEncoders& encoders() const = 0;  // by partition
  virtual ShardProxy& proxy(std::uint32_t partition) = 0;
  // False: overloaded, the batch stays. All of its frames are for that partition.
  virtual bool try_submit(std::uint32_t partition, RequestBatchPtr& batch) = 0;
  virtual const std::shared_ptr<BatchPool>& batch_pool(std::uint32_t partition) const = 0;
  // The session that begins with this frame had better be another host's.
  virtual bool is_elsewhere(const RequestFrame&) const { return false; }
  virtual bool stopping() const = 0;  // nothing new is taken any more
  // Of a partition that there is. None: this host makes none.
  virtual Backups* backups(std::uint32_t) { return nullptr; }
  virtual void note_subscriber(const ConnectionId& id) = 0;
  virtual void count_bad_frame() = 0;
  virtual void count_overloaded(std::uint64_t frames) = 0;
};

// Before its Hello a peer gets no more memory than this.
inline constexpr std::size_t kFirstFrameBytesMax = 64 << 10;

class Session {
 public:
  Session(SessionHost& host, ConnectionId id);

  const ConnectionId& id() const { return id_; }
  bool greeted() const { return greeted_; }
  bool subscribed() const { return !subscriptions_.empty(); }
  bool waits_for_answers() const { return frames_in_flight_ > 0; }
  Bytes& out() { return out_; }  // ready to go; whoever sends it empties it

  // Where the next bytes may be read to. Valid until take().
  std::span<std::byte> prepare() { return reader_.prepare(); }
  // So many came. False: they can never become a frame; that has been answered, nothing more may be
  // read.
  bool take(std::size_t bytes);
  // With take(): its first frames wait, for stay(), or for the arrive() of a session of another
  // host, with whose reader they go.
  struct Luggage {
    FrameReader reader;
    RequestBatchPtr frames;
  };
  bool leaves() const { return first_ != nullptr; }
  Luggage leave() { return {std::move(reader_), std::move(first_)}; }
  void stay() { process(std::move(first_)); }
  void arrive(Luggage luggage);
  const RequestFrame& first_frame() const { return first_->frames.front(); }
  // The peer sends no more; a frame that has started is answered.
  void end_of_input();
  // An answer from the shard; `wanted`: it still goes out.
  void deliver(std::span<const std::byte> frame, std::uint32_t request_bytes, bool wanted);
  // Appends events while out() stays below out_bytes_max. True: it stopped at that or at its own
  // bound on work, and there are more.
  bool pump(std::size_t out_bytes_max) { return subscriptions_.pump(out_bytes_max, out_); }
  void heartbeat() { subscriptions_.heartbeat(out_); }
  void end_subscriptions() { subscriptions_.clear(); }
  void end_backup();  // what is held for it is let go

 private:
  void process(RequestBatchPtr batch);
  bool admit(RequestFrame& frame);
  bool route(RequestFrame& frame);
  bool take_credit(std::uint32_t bytes, std::uint64_t correlation);
  void copy_files(const RequestFrame& frame);
  void no_partition(std::uint64_t correlation, std::uint32_t partition);
  void submit(RequestBatchPtr batch);
  RequestBatchPtr take_out(RequestBatch& batch, std::uint32_t partition);
  void submit_whole(RequestBatchPtr batch);
  void refuse_bad_frame(const FrameReader::Problem& problem);
  void fail(std::uint64_t correlation, Errc code, std::string_view message);

  SessionHost& host_;
  const ConnectionId id_;
  FrameReader reader_;
  Subscriptions subscriptions_;
  Bytes out_;
  RequestBatchPtr first_;             // while it leaves
  std::size_t frames_in_flight_ = 0;  // at the shard
  std::size_t bytes_in_flight_ = 0;
  bool greeted_ = false;
  bool backs_up_ = false;  // has asked for a backup
};

}  // namespace vencer
