// ExpectedState: what a client was told, in files of its own beside the server's data: the highest
// number that was acknowledged of each producer, and every event that was received, as its record's
// bytes.
//
// Written as things come, so that what it holds is what the client knew when the server died.
// Thread: any.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "engine/core/event.h"

namespace vencer::testing {

class ExpectedState {
 public:
  explicit ExpectedState(const std::filesystem::path& folder);

  void acknowledged(std::uint64_t producer, std::uint64_t number);
  // The next event of a stream, or one that is known already. Empty, or what is wrong with it.
  std::string received(const Event& event);
  std::uint64_t last_sequence() const;

  // What the files say, read anew.
  std::map<std::uint64_t, std::uint64_t> read_acknowledged() const;
  std::vector<std::string> read_events() const;

 private:
  const std::filesystem::path acks_path_, events_path_;
  mutable std::mutex mutex_;
  std::ofstream acks_, events_;
  std::vector<std::string> known_;  // bytes of event i + 1
};

}  // namespace vencer::testing
