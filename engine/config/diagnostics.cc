#include "engine/config/diagnostics.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace vencer::config {
namespace {

constexpr std::size_t kNamesLookedAt = 4096;
constexpr std::size_t kNamesListed = 14;
constexpr std::size_t kBytesQuoted = 60;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Edits of one byte, or of two neighbours that changed places, that lead from a to b; capitals
// count as small letters. Good enough to find a slip of the finger.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last, last, row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last = std::exchange(last, std::exchange(row, std::vector<std::size_t>(b.size() + 1)));
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto same = [&](std::size_t x, std::size_t y) { return lower(a[x]) == lower(b[y]); };
      row[j] =
          std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same(i - 1, j - 1) ? 0u : 1u)});
      if (i > 1 && j > 1 && same(i - 1, j - 2) && same(i - 2, j - 1)) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
  }
  return row.back();
}

std::string_view nearest(std::string_view written, const std::vector<std::string_view>& known) {
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(written.size() / 3, 1) + 1;
  for (std::size_t i = 0; i < std::min(known.size(), kNamesLookedAt); ++i) {
    const std::string_view name = known[i];
    const std::size_t longer = std::max(name.size(), written.size());
    if (longer - std::min(name.size(), written.size()) >= best_distance) continue;
    if (const std::size_t d = distance(written, name); d < best_distance) {
      best = name;
      best_distance = d;
    }
  }
  return best;
}

}  // namespace

void Diagnostics::add(Findings& to, Mark at, std::string_view path, std::string_view what) {
  ++to.count;
  if (to.kept.size() >= findings_max) return;
  const std::string_view colon = path.empty() ? "" : ": ";
  to.kept.push_back(
      {at, fmt::format("{}:{}:{}: {}{}{}", file_, at.line, at.column, path, colon, what)});
}

std::vector<std::string> Diagnostics::sorted(const Findings& from) const {
  std::vector<Finding> in_order = from.kept;
  std::stable_sort(in_order.begin(), in_order.end(),
                   [](const Finding& a, const Finding& b) { return a.at < b.at; });
  std::vector<std::string> texts;
  for (Finding& finding : in_order) texts.push_back(std::move(finding.text));
  if (from.count > from.kept.size()) {
    texts.push_back(fmt::format("{}: and {} more", file_, from.count - from.kept.size()));
  }
  return texts;
}

std::string hint(std::string_view written, const std::vector<std::string_view>& known) {
  if (known.empty()) return "";
  const std::string_view near = written.size() > kBytesQuoted ? "" : nearest(written, known);
  if (!near.empty()) return fmt::format("; did you mean {}?", quoted(near));
  if (known.size() > kNamesListed) return "";
  return fmt::format("; known: {}", fmt::join(known, ", "));
}

std::string quoted(std::string_view text) {
  if (text.size() <= kBytesQuoted) return fmt::format("'{}'", text);
  std::size_t end = kBytesQuoted;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return fmt::format("'{}...'", text.substr(0, end));
}

}  // namespace vencer::config
