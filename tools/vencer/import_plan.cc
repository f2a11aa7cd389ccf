#include "tools/vencer/import_plan.h"

#include <absl/time/time.h>
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace vencer {
namespace {

constexpr std::uint64_t kFnvOffset = 0xcbf29ce484222325;
constexpr std::uint64_t kFnvPrime = 0x100000001b3;

void fnv(std::uint64_t& hash, std::string_view bytes) {
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * kFnvPrime;
}

struct MappedColumn {
  std::size_t position = 0;
  const ImportMap::Column* column = nullptr;
};

struct MappedAttribute {
  MappedColumn from;
  AttributeId id = 0;
  const ImportNames::Attribute* names = nullptr;
};

// What the mapping means for this table and this tenant.
struct Binding {
  std::size_t key = 0, at = 0, verdict = 0;
  std::size_t opened = SIZE_MAX;
  MappedColumn status;
  std::vector<MappedAttribute> attributes;
  absl::TimeZone zone;
};

// A row with everything looked up.
struct PlayedRow {
  TimeMs at = 0, opened = 0;
  StatusId status = 0;
  bool kept = false;
  std::uint32_t line = 0;
  std::string_view key;
  std::vector<Value> values;  // as Binding::attributes
};

// Position of `name`; else the fault at `where`.
Result<std::size_t> find_name(const std::vector<std::string>& names, std::string_view name,
                              std::string_view where, std::string_view kind) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  return Error{Errc::invalid_document, fmt::format("{}: there is no {} '{}'; there are: {}", where,
                                                   kind, name, fmt::join(names, ", "))};
}

class Planner {
 public:
  Planner(const CsvTable& table, const ImportMap& map, const ImportNames& names)
      : table_(table), map_(map), names_(names) {}

  Result<ImportPlan> plan(std::string_view zone) {
    if (Status bound = bind(zone); !bound) return bound.error();
    std::vector<PlayedRow> rows;
    for (const auto& cells : table_.rows) {
      Result<PlayedRow> row = read(cells);
      if (!row) return row.error();
      rows.push_back(std::move(*row));
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [](const PlayedRow& a, const PlayedRow& b) { return a.at < b.at; });
    plan_.producer = import_producer(table_, map_, zone);
    for (const PlayedRow& row : rows) play(row);
    return std::move(plan_);
  }

 private:
  Status bind(std::string_view zone) {
    if (!absl::LoadTimeZone(std::string(zone), &binding_.zone)) {
      return Error{Errc::invalid_document, fmt::format("'{}' is not an IANA time zone", zone)};
    }
    for (const auto& [name, into] : {std::pair{&map_.key, &binding_.key},
                                     {&map_.at, &binding_.at},
                                     {&map_.opened, &binding_.opened},
                                     {&map_.verdict_column, &binding_.verdict},
                                     {&map_.status.name, &binding_.status.position}}) {
      if (name->text.empty()) continue;
      if (Status found = bind_column(*name, *into); !found) return found;
    }
    binding_.status.column = &map_.status;
    if (Status bound = bind_attributes(); !bound) return bound;
    return bind_verdict();
  }

  Status bind_column(const ImportMap::Text& name, std::size_t& into) const {
    const Result<std::size_t> found = find_name(table_.header, name.text, name.where, "column");
    if (!found) return found.error();
    into = *found;
    return ok_status();
  }

  Status bind_attributes() {
    std::vector<std::string> known;
    for (const ImportNames::Attribute& one : names_.attributes) known.push_back(one.name);
    for (const ImportMap::Attribute& attribute : map_.attributes) {
      const auto id = find_name(known, attribute.name.text, attribute.name.where, "attribute");
      if (!id) return id.error();
      MappedAttribute mapped{
          {0, &attribute.column}, static_cast<AttributeId>(*id), &names_.attributes[*id]};
      if (Status found = bind_column(attribute.column.name, mapped.from.position); !found) {
        return found;
      }
      if (attribute.name.text == map_.by.text) plan_.by = mapped.id;
      binding_.attributes.push_back(mapped);
    }
    return ok_status();
  }

  Status bind_verdict() {
    const auto clock = find_name(names_.clocks, map_.clock.text, map_.clock.where, "clock");
    if (!clock) return clock.error();
    const auto update =
        find_name(names_.activities, map_.update.text, map_.update.where, "activity");
    if (!update) return update.error();
    plan_.clock = static_cast<ClockId>(*clock);
    plan_.update = static_cast<ActivityId>(*update);
    if (plan_.by != kNoId8) return ok_status();
    return Error{
        Errc::invalid_document,
        fmt::format("{}: '{}' is not among the mapping's attributes", map_.by.where, map_.by.text)};
  }

  Error fault(const CsvCell& cell, std::string_view what) const {
    return {Errc::invalid_document, fmt::format("{}: {}", table_.where(cell), what)};
  }

  const std::string& word(const MappedColumn& from, const CsvCell& cell) const {
    const auto found = from.column->words.find(cell.text);
    return found == from.column->words.end() ? cell.text : found->second;
  }

  Result<PlayedRow> read(const std::vector<CsvCell>& cells) const {
    PlayedRow row;
    if (cells[binding_.key].text.empty()) return fault(cells[binding_.key], "the key is empty");
    row.key = cells[binding_.key].text;
    row.line = cells[binding_.key].line;
    if (Status read = read_times(cells, row); !read) return read.error();
    const CsvCell& status = cells[binding_.status.position];
    const auto id =
        find_name(names_.statuses, word(binding_.status, status), table_.where(status), "status");
    if (!id) return id.error();
    row.status = static_cast<StatusId>(*id);
    for (const MappedAttribute& attribute : binding_.attributes) {
      Result<Value> value = read_value(attribute, cells[attribute.from.position]);
      if (!value) return value.error();
      row.values.push_back(*value);
    }
    const CsvCell& verdict = cells[binding_.verdict];
    row.kept = verdict.text == map_.kept.text;
    if (!row.kept && verdict.text != map_.missed.text) {
      return fault(verdict, fmt::format("'{}' is neither '{}' nor '{}'", verdict.text,
                                        map_.kept.text, map_.missed.text));
    }
    return row;
  }

  Status read_times(const std::vector<CsvCell>& cells, PlayedRow& row) const {
    Result<TimeMs> at = read_time(cells[binding_.at]);
    if (!at) return at.error();
    row.at = row.opened = *at;
    if (binding_.opened == SIZE_MAX) return ok_status();
    const CsvCell& cell = cells[binding_.opened];
    if (cell.text == map_.missing.text) return ok_status();
    Result<TimeMs> opened = read_time(cell);
    if (!opened) return opened.error();
    row.opened = std::min(*at, *opened);
    return ok_status();
  }

  Result<TimeMs> read_time(const CsvCell& cell) const {
    absl::Time time;
    std::string error;
    if (!absl::ParseTime(map_.time_format.text, cell.text, binding_.zone, &time, &error)) {
      return fault(cell, fmt::format("'{}' is not a time of the form '{}': {}", cell.text,
                                     map_.time_format.text, error));
    }
    return absl::ToUnixMillis(time);
  }

  Result<Value> read_value(const MappedAttribute& attribute, const CsvCell& cell) const {
    if (cell.text == map_.missing.text || cell.text.empty()) return Value{0};
    const std::string& text = word(attribute.from, cell);
    if (attribute.names->open) return open_value(text);
    const std::vector<std::string>& words = attribute.names->words;
    if (const auto alias = attribute.names->aliases.find(text);
        alias != attribute.names->aliases.end()) {
      return alias->second;
    }
    const auto found = std::find(words.begin(), words.end(), text);
    if (found != words.end()) return static_cast<Value>(found - words.begin() + 1);
    return fault(cell, fmt::format("'{}' is not a value of attribute '{}'; they are: {}", text,
                                   attribute.names->name, fmt::join(words, ", ")));
  }

  void play(const PlayedRow& row) {
    const auto [known, fresh] =
        known_.try_emplace(row.key, static_cast<std::uint32_t>(plan_.incidents.size()));
    const std::uint32_t incident = known->second;
    if (fresh) {
      plan_.incidents.push_back({std::string(row.key), 0, row.kept, 0});
      last_.emplace_back();
    }
    PlayedRow& last = last_[incident];
    std::vector<AttributeValue> changed;
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      const AttributeId id = binding_.attributes[i].id;
      if (id == plan_.by) plan_.incidents[incident].by = row.values[i];
      const Value before = fresh ? 0 : last.values[i];
      if (row.values[i] != before) changed.push_back({id, row.values[i]});
    }
    plan_.incidents[incident].kept = row.kept;
    if (fresh) {
      add({CommandKind::create, incident, row.line, row.opened, kNoId8, kNoId8,
           std::move(changed)});
    } else {
      ++plan_.incidents[incident].updates;
      add({CommandKind::activity, incident, row.line, row.at, kNoId8, plan_.update, {}});
      if (!changed.empty()) {
        add({CommandKind::set_attributes, incident, row.line, row.at, kNoId8, kNoId8,
             std::move(changed)});
      }
    }
    // A created ticket is in the tenant's first status, which is id 0 of its first document.
    if (row.status != (fresh ? StatusId{0} : last.status)) {
      add({CommandKind::set_status, incident, row.line, row.at, row.status, kNoId8, {}});
    }
    last = row;
  }

  void add(PlannedCommand command) { plan_.commands.push_back(std::move(command)); }

  const CsvTable& table_;
  const ImportMap& map_;
  const ImportNames& names_;
  Binding binding_;
  ImportPlan plan_;
  std::unordered_map<std::string_view, std::uint32_t> known_;
  std::vector<PlayedRow> last_;  // of each incident
};

}  // namespace

Value open_value(std::string_view word) {
  std::uint64_t hash = kFnvOffset;
  fnv(hash, word);
  return hash == 0 ? 1 : hash;
}

// Two 64-bit hashes, begun apart, of everything that decides which commands there are.
ProducerId import_producer(const CsvTable& table, const ImportMap& map, std::string_view zone) {
  ProducerId id{kFnvOffset, ~kFnvOffset};
  const auto add = [&](std::string_view text) {
    for (std::uint64_t* half : {&id.low, &id.high}) {
      fnv(*half, text);
      fnv(*half, {"", 1});
    }
  };
  add(zone);
  const auto add_column = [&](const ImportMap::Column& column) {
    add(column.name.text);
    for (const auto& [theirs, ours] : column.words) {
      add(theirs);
      add(ours);
    }
  };
  for (const ImportMap::Text* text :
       {&map.key, &map.at, &map.opened, &map.time_format, &map.missing, &map.update}) {
    add(text->text);
  }
  add_column(map.status);
  for (const ImportMap::Attribute& attribute : map.attributes) {
    add(attribute.name.text);
    add_column(attribute.column);
  }
  for (const std::string& name : table.header) add(name);
  for (const auto& row : table.rows) {
    for (const CsvCell& cell : row) add(cell.text);
  }
  if (id.empty()) id.low = 1;
  return id;
}

Result<ImportPlan> make_import_plan(const CsvTable& table, const ImportMap& map,
                                    const ImportNames& names, std::string_view zone) {
  return Planner(table, map, names).plan(zone);
}

}  // namespace vencer
