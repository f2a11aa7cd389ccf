// TenantJob: one PutTenant (a text, or zones to be taken anew) on its way between the shard and the
// maintenance role, which alone parses text.
//
//   shard: start -> maintenance: which tenant -> shard: which partition; there: copy of the
//   document in force -> maintenance: compile -> shard: commit through the log, or answer. Another
//   document may come in between (document_changed): then it starts again, a few times.
//
// The job belongs to whoever holds it.  JobQueue: bounded; thread: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "engine/config/document.h"
#include "engine/core/result.h"
#include "engine/runtime/request.h"
#include "engine/runtime/tenant_directory.h"
#include "engine/runtime/wakeup.h"

namespace vencer {

struct TenantJob {
  enum class Stage : std::uint8_t { find_name, fetch_previous, compile, commit };
  Stage stage = Stage::find_name;

  ConnectionId connection;
  std::uint64_t correlation = 0;
  std::uint32_t request_bytes = 0;
  std::uint64_t principal = 0;
  std::string text, file;
  bool check_only = false;
  bool retake_zones = false;  // no text: the document in force with its zones taken anew

  std::string name;
  TenantDirectory::Claim claim;  // on the name, for the partition that the document goes to
  TenantId tenant = kNoTenant;   // of the document in force; none: the first one
  TenantSpec previous;
  CompiledDocument compiled;
  std::vector<std::byte> payload;  // of the step
  int attempts = 0;
};

class JobQueue {
 public:
  explicit JobQueue(std::size_t jobs_max) : jobs_max_(jobs_max) {}
  void wake(Wakeup* wakeup) { wakeup_ = wakeup; }  // before threads start

  // False if it is full: the job stays with the caller. Moving on (a job that was admitted) always
  // succeeds.
  bool try_push(std::unique_ptr<TenantJob>& job) { return insert(job, jobs_max_); }
  void push(std::unique_ptr<TenantJob> job) { insert(job, SIZE_MAX); }
  std::unique_ptr<TenantJob> pop();
  bool empty() const;

 private:
  bool insert(std::unique_ptr<TenantJob>& job, std::size_t jobs_max);

  const std::size_t jobs_max_;
  Wakeup* wakeup_ = nullptr;
  mutable std::mutex mutex_;
  std::deque<std::unique_ptr<TenantJob>> jobs_;
  std::atomic<std::size_t> size_{0};
};

}  // namespace vencer
