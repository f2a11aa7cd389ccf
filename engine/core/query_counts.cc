// Queries that read running counts only.
#include <algorithm>

#include "engine/core/engine.h"
#include "engine/core/query.h"

namespace vencer {
namespace {

bool counted_by(const CountBy& count_by, AttributeId attribute) {
  for (std::size_t i = 0; i < count_by.size(); ++i) {
    if (count_by.attribute(i) == attribute) return true;
  }
  return false;
}

Error not_counted(const TenantSpec& spec) {
  std::string names;
  for (const AttributeId attribute : spec.count_by) {
    names += (names.empty() ? "" : ", ") + spec.attributes[attribute].name;
  }
  return {Errc::unknown_attribute,
          "counts are kept by: " + (names.empty() ? "nothing (count_by is empty)" : names)};
}

// Cells of one way of counting, summed up into those of another.
class Regrouped {
 public:
  Regrouped(const TenantSpec& spec, std::span<const AttributeId> by) {
    for (const AttributeId attribute : by) {
      attributes_.push_back(attribute);
      values_.push_back(spec.attributes[attribute].values.size() + 1);
      cells_ *= values_.back();
    }
    rows_.resize(cells_);
  }

  void add(const CountBy& from, const LightCounts& lights) {
    for (std::uint32_t cell = 0; cell < from.cells(); ++cell) {
      std::size_t into = 0;
      for (std::size_t i = 0; i < attributes_.size(); ++i) {
        into = into * values_[i] + value_of(from, cell, attributes_[i]);
      }
      for (std::uint32_t light = 0; light < kLights; ++light) {
        rows_[into].lights[light] += lights.at(cell, static_cast<Light>(light));
      }
    }
  }

  std::vector<CountsRow> take_rows() {
    std::vector<CountsRow> rows;
    for (std::size_t cell = 0; cell < cells_; ++cell) {
      CountsRow& row = rows_[cell];
      if (std::all_of(row.lights.begin(), row.lights.end(), [](auto n) { return n == 0; })) {
        continue;
      }
      std::size_t rest = cell;
      for (std::size_t i = attributes_.size(); i-- > 0; rest /= values_[i]) {
        row.values[i] = rest % values_[i];
      }
      rows.push_back(row);
    }
    return rows;
  }

 private:
  static std::size_t value_of(const CountBy& from, std::uint32_t cell, AttributeId attribute) {
    for (std::size_t i = 0; i < from.size(); ++i) {
      if (from.attribute(i) == attribute) return from.value(cell, i);
    }
    return 0;
  }

  std::vector<AttributeId> attributes_;
  std::vector<std::size_t> values_;
  std::size_t cells_ = 1;
  std::vector<CountsRow> rows_;
};

}  // namespace

Result<CountsReport> Queries::counts(TenantId tenant, std::span<const AttributeId> by) const {
  const TenantState& state = engine_.tenants[tenant - 1u];
  const CountBy& count_by = state.current->count_by();
  if (by.size() > count_by.size()) return not_counted(state.current->spec());
  for (std::size_t i = 0; i < by.size(); ++i) {
    const bool again = std::find(by.begin(), by.begin() + static_cast<std::ptrdiff_t>(i), by[i]) !=
                       by.begin() + static_cast<std::ptrdiff_t>(i);
    if (again || !counted_by(count_by, by[i])) return not_counted(state.current->spec());
  }
  Regrouped regrouped(state.current->spec(), by);
  regrouped.add(count_by, state.tallies.lights);
  if (state.reevaluating()) {
    regrouped.add(state.previous->count_by(), state.tallies.lights_before);
  }
  CountsReport report;
  report.rows = regrouped.take_rows();
  report.open = state.open_tickets;
  report.by_status.assign(
      state.by_status.begin(),
      state.by_status.begin() + static_cast<std::ptrdiff_t>(state.current->spec().statuses.size()));
  report.reevaluating = state.reevaluating();
  return report;
}

ForecastReport Queries::forecast(TenantId tenant) const {
  const Tallies& tallies = engine_.tenants[tenant - 1u].tallies;
  const std::uint64_t first = static_cast<std::uint64_t>(engine_.now) / limits::forecast_bucket_ms;
  ForecastReport report;
  report.begin = static_cast<TimeMs>(first) * limits::forecast_bucket_ms;
  for (std::uint64_t i = 0; i < limits::forecast_buckets; ++i) {
    report.dues.push_back(tallies.forecast.at(first + i));
  }
  report.overdue = tallies.overdue.size();
  return report;
}

Result<std::vector<AttainmentRow>> Queries::attainment(TenantId tenant,
                                                       const AttainmentQuery& query) const {
  const TenantState& state = engine_.tenants[tenant - 1u];
  if (query.by != kNoId8 && !counted_by(state.current->count_by(), query.by)) {
    return not_counted(state.current->spec());
  }
  // East of Greenwich it may be tomorrow already.
  const auto newest = static_cast<CivilDay>((engine_.now + limits::kDay) / limits::kDay);
  return state.tallies.attainment.report(query, newest);
}

}  // namespace vencer
