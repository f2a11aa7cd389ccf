// FaultControl: a page of memory that a test shares with fault_shim.cc inside a server's process:
// what the server's storage calls do to files below one directory, decided while it runs.
//
// A storage call is one that changes something: open to create, write, sync, truncate, rename,
// unlink, mkdir. They are counted from 1. All fields may be set at any time.
#pragma once

#include <atomic>
#include <cstdint>

namespace vencer::testing {

struct FaultControl {
  static constexpr std::uint64_t kOff = UINT64_MAX;

  char directory[512] = {};                      // set before the server starts
  std::atomic<std::uint64_t> calls{0};           // so far
  std::atomic<std::uint64_t> fail_from{kOff};    // this call and all later ones fail
  std::atomic<std::uint32_t> fail_errno{0};      //
  std::atomic<std::uint64_t> failed{0};          // calls that have failed
  std::atomic<std::uint64_t> kill_at{kOff};      // at this call, perhaps in the middle of it
  std::atomic<std::uint64_t> disk_bytes{kOff};   // what the files may take together
  std::atomic<std::uint64_t> full{0};            // calls that found no room
  std::atomic<std::uint64_t> mapping_max{kOff};  // larger anonymous mappings fail: no memory
  std::atomic<std::uint64_t> descriptors{0};  // that the process may have, from its start; 0: any
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

// Where the shim finds the page's file.
inline constexpr char kFaultVariable[] = "VENCER_FAULT_CONTROL";

}  // namespace vencer::testing
