// ImportSummary: our verdicts, read from the event stream, against the source's own.
//
// Everything in it is a function of the plan and of the stream's events, so it is the same after a
// crash, on a second run, and whether or not this process sent the commands.
//   ours      the ticket's last clock_met or clock_missed of the mapping's clock
//   refused   rows after a ticket's first without an activity_recorded event of the mapping's
//   activity
//             (the tenant must keep that event on)
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/event.h"
#include "tools/vencer/import_plan.h"

namespace vencer {

class ImportVerdicts {
 public:
  explicit ImportVerdicts(const ImportPlan& plan);

  // An event of the import's tenant, in the stream's order; `incident` as in the plan.
  void see(std::size_t incident, const Event& event);

  struct Seen {
    enum class Verdict : std::uint8_t { none, kept, missed } verdict = Verdict::none;
    Value by = 0;               // when the verdict fell
    std::uint64_t updates = 0;  // activity_recorded of the plan's activity
  };
  const Seen& of(std::size_t incident) const { return seen_[incident]; }

 private:
  const ImportPlan& plan_;
  std::vector<Seen> seen_;
};

struct ImportCounts {
  std::uint64_t incidents = 0, agree = 0, differ = 0, undecided = 0;
};

struct ImportSummary {
  ImportCounts all;
  std::uint64_t refused = 0;
  std::vector<std::string> differing;  // keys, ascending
  struct By {
    std::string value;
    ImportCounts counts;
  };
  std::vector<By> by;  // values of the mapping's `by`, in the tenant's order; no value last, as ""
};

ImportSummary summarize(const ImportPlan& plan, const ImportVerdicts& verdicts,
                        const ImportNames& names);

// One line: {"incidents":N,"agree":N,...,"by_priority":{...}}; `by` is the attribute's name.
std::string to_json(const ImportSummary& summary, std::string_view by);
// The same for people, several lines.
std::string to_text(const ImportSummary& summary, std::string_view by);

}  // namespace vencer
