#include "tests/e2e/expected_state.h"

#include <cstring>

#include "engine/wire/event_record.h"

namespace vencer::testing {

ExpectedState::ExpectedState(const std::filesystem::path& folder)
    : acks_path_(folder / "acknowledged"),
      events_path_(folder / "events"),
      acks_(acks_path_, std::ios::app),
      events_(events_path_, std::ios::app | std::ios::binary) {}

void ExpectedState::acknowledged(std::uint64_t producer, std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  acks_ << producer << ' ' << number << '\n' << std::flush;
}

std::string ExpectedState::received(const Event& event) {
  std::vector<std::byte> bytes;
  encode_event_record(event, bytes);
  std::string record(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const std::string name = "event " + std::to_string(event.sequence);
  const std::lock_guard lock(mutex_);
  if (event.sequence == 0 || event.sequence > known_.size() + 1) {
    return name + " came after " + std::to_string(known_.size());
  }
  if (event.sequence <= known_.size()) {
    return known_[event.sequence - 1] == record ? "" : name + " has other bytes than before";
  }
  const auto size = static_cast<std::uint32_t>(record.size());
  events_.write(reinterpret_cast<const char*>(&size), sizeof size);
  events_.write(record.data(), static_cast<std::streamsize>(record.size()));
  events_.flush();
  known_.push_back(std::move(record));
  return "";
}

std::uint64_t ExpectedState::last_sequence() const {
  const std::lock_guard lock(mutex_);
  return known_.size();
}

std::map<std::uint64_t, std::uint64_t> ExpectedState::read_acknowledged() const {
  std::map<std::uint64_t, std::uint64_t> numbers;
  std::ifstream in(acks_path_);
  for (std::uint64_t producer = 0, number = 0; in >> producer >> number;) {
    numbers[producer] = std::max(numbers[producer], number);
  }
  return numbers;
}

std::vector<std::string> ExpectedState::read_events() const {
  std::vector<std::string> records;
  std::ifstream in(events_path_, std::ios::binary);
  for (std::uint32_t size = 0; in.read(reinterpret_cast<char*>(&size), sizeof size);) {
    std::string record(size, '\0');
    if (!in.read(record.data(), size)) break;
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace vencer::testing
