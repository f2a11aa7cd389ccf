#include "tests/model/sliced_run.h"

#include "tests/model/compare.h"

namespace vencer::model {
namespace {

template <typename T>
std::vector<T> slice_of(const std::vector<T>& list, std::size_t from, std::size_t to) {
  return {list.begin() + static_cast<std::ptrdiff_t>(from),
          list.begin() + static_cast<std::ptrdiff_t>(to)};
}

}  // namespace

SlicedRun::SlicedRun(const Story& story, Slices::Way way, std::uint64_t slice)
    : story_(story),
      slices_(story, way, story.seed * 31 + 7),
      machine_(story.settings, slice),
      cut_at_(Dice(story.seed * 17 + 3).below(story.ops.size() + 1)) {}

std::string SlicedRun::run() {
  while (!slices_.over()) {
    if (!cut_ && slices_.at() >= cut_at_) {
      told_ = machine_.take_told();
      cut_ = Cut{machine_.log().size(), told_.results.size(), machine_.state().digest(), slices_};
      machine_.begin_saving(story_.seed * 13 + 5);
    }
    const std::string text = slices_.next(machine_);
    if (!text.empty()) return text;
  }
  const std::string text = slices_.finish(machine_);
  if (cut_) saved_ = &machine_.finish_saving();
  const Told rest = machine_.take_told();
  told_.events.insert(told_.events.end(), rest.events.begin(), rest.events.end());
  told_.results.insert(told_.results.end(), rest.results.begin(), rest.results.end());
  return text;
}

Told SlicedRun::before_cut() const {
  const std::uint64_t told = cut_->steps == 0 ? 0 : machine_.log()[cut_->steps - 1].told;
  return {slice_of(told_.events, 0, told), slice_of(told_.results, 0, cut_->commands)};
}

Told SlicedRun::after_cut() const {
  const std::uint64_t told = cut_->steps == 0 ? 0 : machine_.log()[cut_->steps - 1].told;
  return {slice_of(told_.events, told, told_.events.size()),
          slice_of(told_.results, cut_->commands, told_.results.size())};
}

std::string SlicedRun::differ_replayed() const {
  std::string text = differ_by_log();
  if (!text.empty()) return "replay: " + text;
  if (cut_) text = differ_taken_over();
  if (!text.empty()) return "replay of a part, and on from there: " + text;
  if (cut_) text = differ_restored();
  return text.empty() ? text : "restored from a snapshot: " + text;
}

// By another slice size: what the log says counts.
std::string SlicedRun::differ_by_log() const {
  Machine second(story_.settings, 1 + story_.seed % 3);
  const std::size_t steps = machine_.log().size();
  std::size_t from = 0;
  if (cut_) {
    second.replay(machine_.log(), 0, cut_->steps);
    const std::string text = differ(second.take_told(), before_cut());
    if (!text.empty()) return text;
    if (second.state().digest() != cut_->digest) return "digests differ in the middle\n";
    from = cut_->steps;
  }
  second.replay(machine_.log(), from, steps);
  const std::string text = differ(second.take_told(), cut_ ? after_cut() : told_);
  if (!text.empty()) return text;
  return second.state().digest() == machine_.state().digest() ? "" : "digests differ\n";
}

// The state as of the cut, saved while the story went on: the rest of the log gives the same, and
// so does whoever goes on by himself.
std::string SlicedRun::differ_restored() const {
  Machine second(*saved_, 1 + story_.seed % 200);
  if (!second.fault().empty()) return second.fault();
  if (second.state().digest() != cut_->digest) return "digests differ at the cut\n";
  second.replay(machine_.log(), cut_->steps, machine_.log().size());
  std::string text = differ(second.take_told(), after_cut());
  if (!text.empty()) return text;
  if (second.state().digest() != machine_.state().digest()) return "digests differ\n";

  Machine third(*saved_, SIZE_MAX);
  if (!third.fault().empty()) return third.fault();
  Slices rest = cut_->rest;
  text = rest.finish(third);
  if (text.empty()) text = differ(third.take_told(), after_cut());
  if (!text.empty()) return text;
  return third.state().digest() == machine_.state().digest() ? "" : "digests differ at the end\n";
}

// The machine of before is lost; one that was brought to where it stood takes its place.
std::string SlicedRun::differ_taken_over() const {
  Machine second(story_.settings);
  second.replay(machine_.log(), 0, cut_->steps);
  second.take_told();
  Slices rest = cut_->rest;
  std::string text = rest.finish(second);
  if (text.empty()) text = differ(second.take_told(), after_cut());
  if (!text.empty()) return text;
  return second.state().digest() == machine_.state().digest() ? "" : "digests differ\n";
}

}  // namespace vencer::model
