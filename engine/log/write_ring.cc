#include "engine/log/write_ring.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace vencer {
namespace {

constexpr unsigned kEntries = 8;

long enter(int ring, unsigned submit, unsigned wait_for) {
  const unsigned flags = wait_for > 0 ? IORING_ENTER_GETEVENTS : 0;
  return ::syscall(SYS_io_uring_enter, ring, submit, wait_for, flags, nullptr, 0);
}

}  // namespace

WriteRing::Map::~Map() {
  if (at_ != nullptr) ::munmap(at_, bytes_);
}

bool WriteRing::Map::map(int ring, std::size_t bytes, std::uint64_t what) {
  void* at = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring,
                    static_cast<off_t>(what));
  if (at == MAP_FAILED) return false;
  at_ = static_cast<char*>(at);
  bytes_ = bytes;
  return true;
}

std::unique_ptr<WriteRing> WriteRing::make(int event) {
  std::unique_ptr<WriteRing> ring(new WriteRing);
  if (!ring->set_up(event)) return nullptr;
  return ring;
}

bool WriteRing::set_up(int event) {
  fd_ = static_cast<int>(::syscall(SYS_io_uring_setup, kEntries, &params_));
  if (fd_ < 0) return false;
  const auto& sq = params_.sq_off;
  const auto& cq = params_.cq_off;
  if (!submissions_.map(fd_, sq.array + params_.sq_entries * sizeof(unsigned),
                        IORING_OFF_SQ_RING) ||
      !completions_.map(fd_, cq.cqes + params_.cq_entries * sizeof(io_uring_cqe),
                        IORING_OFF_CQ_RING) ||
      !entries_.map(fd_, params_.sq_entries * sizeof(io_uring_sqe), IORING_OFF_SQES)) {
    return false;
  }
  if (event < 0) return true;
  return ::syscall(SYS_io_uring_register, fd_, IORING_REGISTER_EVENTFD, &event, 1) == 0;
}

WriteRing::~WriteRing() {
  Finished finished;
  while (under_way_ > 0) {
    wait();
    while (take(&finished)) {
    }
  }
  if (fd_ >= 0) ::close(fd_);
}

bool WriteRing::begin(int file, std::uint64_t token, std::uint64_t offset,
                      std::span<const std::byte> bytes) {
  std::atomic<unsigned>& tail = word(submissions_, params_.sq_off.tail);
  const unsigned place = tail.load(std::memory_order_relaxed);
  const unsigned index = place & word(submissions_, params_.sq_off.ring_mask);
  io_uring_sqe& entry = reinterpret_cast<io_uring_sqe*>(entries_.at())[index];
  std::memset(&entry, 0, sizeof entry);
  entry.opcode = IORING_OP_WRITE;
  entry.fd = file;
  entry.addr = reinterpret_cast<std::uint64_t>(bytes.data());
  entry.len = static_cast<unsigned>(bytes.size());
  entry.off = offset;
  entry.user_data = token;
  (&word(submissions_, params_.sq_off.array))[index].store(index, std::memory_order_relaxed);
  tail.store(place + 1, std::memory_order_release);
  while (enter(fd_, 1, 0) != 1) {
    if (errno == EINTR) continue;
    tail.store(place, std::memory_order_release);  // the kernel looks only when entered
    return false;
  }
  ++under_way_;
  return true;
}

void WriteRing::wait() {
  const std::atomic<unsigned>& tail = word(completions_, params_.cq_off.tail);
  const unsigned head = word(completions_, params_.cq_off.head).load(std::memory_order_relaxed);
  while (tail.load(std::memory_order_acquire) == head) (void)enter(fd_, 0, 1);
}

bool WriteRing::take(Finished* finished) {
  std::atomic<unsigned>& head = word(completions_, params_.cq_off.head);
  const unsigned place = head.load(std::memory_order_relaxed);
  if (place == word(completions_, params_.cq_off.tail).load(std::memory_order_acquire))
    return false;
  const unsigned index = place & word(completions_, params_.cq_off.ring_mask);
  const auto* all = reinterpret_cast<const io_uring_cqe*>(completions_.at() + params_.cq_off.cqes);
  *finished = {all[index].user_data, all[index].res};
  head.store(place + 1, std::memory_order_release);
  --under_way_;
  return true;
}

}  // namespace vencer
