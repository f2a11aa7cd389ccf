// Reads a tenant's events for tests: all there are, or as they come.
#pragma once

#include <functional>
#include <string>

#include "net/client/client.h"

namespace vencer::testing {

// Calls `see` with every event from `first` to the last one that the server has at the call, in
// order, and returns how many. Ends the test if the stream breaks off.
std::uint64_t read_stream(Client& client, std::uint64_t first,
                          const std::function<void(const Event&)>& see);

// Bytes of all events, as segments keep them.
std::vector<std::string> event_bytes(Client& client);

Client connect(const std::string& endpoint, const std::string& tenant, ProducerId producer = {});

}  // namespace vencer::testing
