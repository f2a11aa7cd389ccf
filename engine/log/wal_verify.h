// What `vencer wal verify DIR` says: the segments of a log, how far its chain reaches, what lies
// behind it, and what recovery would do. Reads only; a server may be running on it (then the end
// moves).
//
// Cost: one sequential read.  Thread: any.
// Errors: the directory cannot be read, or holds no log. All that is wrong with the files is in the
// report.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/result.h"
#include "engine/log/storage.h"
#include "engine/log/wal_reader.h"

namespace vencer {

struct WalReport {
  struct Segment {
    std::string path;
    std::uint64_t size = 0;
    wal::SegmentHeader header;
    std::uint64_t last_group = 0;  // of the chain in it; 0: none
  };
  struct Place {
    std::string path;
    std::uint64_t offset = 0;
  };

  wal::Identity identity;
  std::vector<Segment> segments;  // those that can be used
  wal::Walk walk;
  wal::Tail tail;
  const wal::TailRow* row = nullptr;  // that decided; none: in use, or a file cannot be used
  bool in_use = false;                // the chain went on while this was read
  Place place;                        // behind the last group
  std::string why;                    // a sentence
  std::string advice;                 // what to do; empty: nothing

  bool good() const { return in_use || (row != nullptr && row->what != wal::TailCase::damaged); }
};

// snapshot: where one stands that the log has to pass, by the same chain; {}: none.
Result<WalReport> examine_wal(Storage& storage, const std::string& directory,
                              const WalPosition& snapshot = {});

std::string_view verdict_word(const WalReport& report);  // clean, unsealed, torn, damaged, in_use
std::string_view origin_word(wal::Origin origin);

// `line` gets the report line by line, without line ends.
using ReportLine = std::function<void(const std::string&)>;
void print_report(const WalReport& report, const ReportLine& line);

// Both. False: recovery would refuse this log.
Result<bool> verify_wal(Storage& storage, const std::string& directory, const ReportLine& line);

}  // namespace vencer
