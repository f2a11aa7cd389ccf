#include "tools/vencer/load_workload.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

namespace vencer {

Result<LoadMix> LoadMix::parse(std::string_view text) {
  LoadMix mix{0, 0, 0, 0};
  const auto fault = [&](std::string_view part) {
    return Error{
        Errc::invalid_document,
        fmt::format("'{}' in the mix is not create=N, status=N, activity=N or attributes=N", part)};
  };
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) return fault(part);
    const std::string_view name = part.substr(0, equals), digits = part.substr(equals + 1);
    std::uint32_t* share = name == "create"       ? &mix.create
                           : name == "status"     ? &mix.status
                           : name == "activity"   ? &mix.activity
                           : name == "attributes" ? &mix.attributes
                                                  : nullptr;
    const char* end = digits.data() + digits.size();
    if (share == nullptr || digits.empty() || digits.size() > 6 ||
        std::from_chars(digits.data(), end, *share).ptr != end) {
      return fault(part);
    }
  }
  if (mix.create + mix.status + mix.activity + mix.attributes == 0) {
    return Error{Errc::invalid_document, "the mix holds nothing: its shares are all 0"};
  }
  return mix;
}

LoadWorkload::LoadWorkload(const Names& names, const LoadOptions& options)
    : options_(options),
      random_(options.seed * 1'000'003 + options.connection),
      created_(options.existing) {
  for (std::size_t i = 0; i < names.statuses.size(); ++i) {
    const StatusCategory category = names.statuses[i].category;
    const bool ends = category == StatusCategory::closed || category == StatusCategory::cancelled;
    if (!ends && !names.statuses[i].retired) statuses_.push_back(static_cast<StatusId>(i));
  }
  for (std::size_t i = 0; i < names.activities.size(); ++i) {
    const Names::Activity& activity = names.activities[i];
    if (!activity.reserved && !activity.retired) activities_.push_back(static_cast<ActivityId>(i));
  }
  for (std::size_t i = 0; i < names.attributes.size(); ++i) {
    const Names::Attribute& attribute = names.attributes[i];
    if (attribute.open || attribute.retired || attribute.values.empty()) continue;
    attributes_.push_back({static_cast<AttributeId>(i), attribute.values.size()});
  }
  // A tenant without any of these still has tickets to write about.
  if (statuses_.empty()) options_.mix.status = 0;
  if (activities_.empty()) options_.mix.activity = 0;
  if (attributes_.empty()) options_.mix.attributes = 0;
  const LoadMix& mix = options_.mix;
  if (mix.create + mix.status + mix.activity + mix.attributes == 0) options_.mix.create = 1;
}

// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014) and a multiplication in the place of a division: the
// load is not to be what is measured. The shares are uneven by less than 2^-40.
std::uint64_t LoadWorkload::draw(std::uint64_t below) {
  std::uint64_t z = random_ += 0x9e3779b97f4a7c15ull;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((static_cast<Wide>(z ^ (z >> 31)) * below) >> 64);
}

void LoadWorkload::fill(CommandFrame& frame, std::size_t count, const CommandOptions& options,
                        TimeMs now) {
  now_ = now;
  for (std::size_t i = 0; i < count; ++i) {
    if (created_ < std::max<std::uint64_t>(options_.first_tickets, 1)) {
      create(frame, options);
    } else {
      mixed(frame, options);
    }
  }
}

TicketKey LoadWorkload::key(std::uint64_t ticket) const {
  return {(std::uint64_t{options_.connection} << 40) | ticket, options_.key_base, KeyKind::uuid};
}

AttributeValue LoadWorkload::draw_value(AttributeId attribute) {
  const Closed& closed = attributes_[attribute];
  return {closed.id, 1 + draw(closed.values)};
}

void LoadWorkload::create(CommandFrame& frame, const CommandOptions& options) {
  scratch_.clear();
  for (std::size_t i = 0; i < attributes_.size(); ++i) {
    scratch_.push_back(draw_value(static_cast<AttributeId>(i)));
  }
  NewTicketOptions more;
  if (options_.due_within_ms > 0) {
    more.due_at =
        now_ + 1 + static_cast<TimeMs>(draw(static_cast<std::uint64_t>(options_.due_within_ms)));
  }
  frame.create(key(created_++), kNoId8, scratch_, options, more);
}

void LoadWorkload::mixed(CommandFrame& frame, const CommandOptions& options) {
  const LoadMix& mix = options_.mix;
  std::uint64_t point = draw(mix.create + mix.status + mix.activity + mix.attributes);
  if (point < mix.create) return create(frame, options);
  point -= mix.create;
  const TicketKey ticket = key(draw(created_));
  if (point < mix.status) {
    frame.set_status(ticket, statuses_[draw(statuses_.size())], options);
  } else if (point - mix.status < mix.activity) {
    frame.activity(ticket, activities_[draw(activities_.size())], options);
  } else {
    scratch_.assign(1, draw_value(static_cast<AttributeId>(draw(attributes_.size()))));
    frame.set_attributes(ticket, scratch_, options);
  }
}

}  // namespace vencer
