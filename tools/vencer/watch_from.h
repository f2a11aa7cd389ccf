// Where `vencer watch` begins: now, earliest, a sequence, or one for each partition of the server.
//
// A stream is a partition's: a tenant's watch has one number, a watch of every tenant as many as
// there are partitions ("0:17,1:4"). Errors: a sentence that says what to write.
#pragma once

#include <string_view>
#include <vector>

#include "net/client/client.h"

namespace vencer::cli {

struct WatchFrom {
  SubscribeOptions options;
  std::vector<Client::StreamPosition> positions;  // empty: one for all, in the options
};

// from: of --from; epoch: of --epoch, "" if it is not given.
Result<WatchFrom> parse_watch_from(std::string_view from, std::string_view epoch,
                                   bool every_tenant);

// One sequence, one epoch for streams that count each for itself say nothing.
Status check_watch_from(const WatchFrom& where, std::size_t partitions);

}  // namespace vencer::cli
