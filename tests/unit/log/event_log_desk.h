// EventLogTest: event segments on real files, with events that are a pure function of their number:
// replayed, appended, read back, spoilt.
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/log/event_log.h"
#include "tests/unit/log/log_testing.h"

namespace vencer::testing {

// The bytes of event n: a pure function, as the engine's are.
inline std::vector<std::byte> event_bytes(std::uint64_t sequence) {
  std::vector<std::byte> bytes(8 + sequence * 7919 % 90);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::byte>((sequence * 31 + i * 7) & 0xff);
  }
  std::memcpy(bytes.data(), &sequence, 8);
  return bytes;
}

class EventLogTest : public ::testing::Test {
 protected:
  EventLogTest() {
    options_.directory = directory_.path() + "/events";
    options_.partition = 3;
    options_.identity_high = 11;
    options_.identity_low = 22;
    options_.segment_bytes = 4096;
  }
  void open() {
    log_.reset();
    auto log = EventLog::open(*storage_, options_);
    ASSERT_TRUE(log.ok()) << log.error().message;
    log_ = std::move(*log);
  }
  Status replay_only(std::uint64_t from, std::uint64_t to) {
    if (from == 1) {
      if (auto status = log_->begin_replay(0, 0, MissingEvents::refuse); !status) return status;
    }
    for (std::uint64_t s = from; s <= to; ++s) {
      const auto bytes = event_bytes(s);
      if (auto status = log_->replay({s, bytes}); !status) return status;
    }
    return ok_status();
  }
  Status replay(std::uint64_t from, std::uint64_t to) {
    if (auto status = replay_only(from, to); !status) return status;
    return log_->finish_replay();
  }
  std::map<std::string, std::string> contents() const {
    std::map<std::string, std::string> all;
    for (const auto& entry : std::filesystem::directory_iterator(options_.directory)) {
      std::ifstream file(entry.path(), std::ios::binary);
      all[entry.path()] = {std::istreambuf_iterator<char>(file), {}};
    }
    return all;
  }
  void append(std::uint64_t from, std::uint64_t to) {
    std::vector<std::vector<std::byte>> owned;
    std::vector<EventBytes> events;
    for (std::uint64_t s = from; s <= to; ++s) owned.push_back(event_bytes(s));
    for (std::uint64_t s = from; s <= to; ++s) events.push_back({s, owned[s - from]});
    const auto status = log_->append(events);
    ASSERT_TRUE(status.ok()) << status.error().message;
  }
  // Reads from..last and compares each; returns how many.
  std::uint64_t check(std::uint64_t from, std::size_t max_bytes = 700) {
    std::uint64_t at = from;
    while (true) {
      auto batch = log_->read_from(at, max_bytes);
      EXPECT_TRUE(batch.ok()) << (batch ? "" : batch.error().message);
      if (!batch || batch->records.empty()) return at - from;
      EXPECT_EQ(batch->first_sequence, at);
      for (const auto record : batch->records) {
        const auto expected = event_bytes(at);
        EXPECT_TRUE(std::ranges::equal(record, expected)) << "event " << at;
        ++at;
      }
    }
  }
  std::string segment(std::uint64_t first) const {
    char name[64];
    std::snprintf(name, sizeof name, "/events-%020llu.seg", static_cast<unsigned long long>(first));
    return options_.directory + name;
  }
  void patch(const std::string& path, std::uint64_t offset, unsigned char flip) {
    auto file = storage_->open(path, OpenMode::read_write);
    ASSERT_TRUE(file.ok());
    std::byte b{};
    ASSERT_EQ(*(*file)->read_at(offset, {&b, 1}), 1u);
    b ^= std::byte{flip};
    ASSERT_TRUE((*file)->write_at(offset, {&b, 1}).ok());
  }

  TempDirectory directory_;
  std::unique_ptr<Storage> storage_ = make_posix_storage();
  EventLogOptions options_;
  std::unique_ptr<EventLog> log_;
};

}  // namespace vencer::testing
