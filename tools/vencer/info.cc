// vencer info: the server, its stream, and the tenant's names.
#include <fmt/format.h>

#include <cstdlib>
#include <vector>

#include "tools/vencer/times.h"
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

std::string_view clock_word(ClockSource source) {
  return source == ClockSource::input ? "input" : "wall";
}

std::string_view disk_word(PartitionHello::Disk disk) {
  switch (disk) {
    case PartitionHello::Disk::full:
      return "full";
    case PartitionHello::Disk::stopped:
      return "stopped";
    default:
      return "fine";
  }
}

// What is not as it should be with a partition; empty: nothing.
std::vector<std::string> troubles_of(const PartitionHello& partition) {
  std::vector<std::string> troubles;
  if (partition.clock_suspect) {
    troubles.push_back(
        fmt::format("the server's wall clock is {} {} engine time and not followed; if it is "
                    "right: vencer clock "
                    "accept",
                    duration_text(std::abs(partition.wall_lead_ms)),
                    partition.wall_lead_ms > 0 ? "ahead of" : "behind"));
  }
  if (partition.disk == PartitionHello::Disk::full) {
    troubles.push_back("the server's disk is full: commands are refused, deadlines kept");
  } else if (partition.disk == PartitionHello::Disk::stopped) {
    troubles.push_back("the server's disk is full and its reserve used up: time stands still");
  }
  return troubles;
}

template <typename List, typename Name>
void names_field(JsonWriter& json, std::string_view field, const List& list, Name name) {
  json.key(field).begin_array();
  for (const auto& element : list) json.value(name(element));
  json.end_array();
}

void tenant_field(JsonWriter& json, const Names& names) {
  const auto plain = [](const std::string& text) -> const std::string& { return text; };
  const auto named = [](const auto& element) -> const std::string& { return element.name; };
  json.key("tenant").begin_object();
  json.field("name", names.tenant_name).field("id", names.tenant).field("version", names.version);
  names_field(json, "statuses", names.statuses, named);
  names_field(json, "levels", names.levels, plain);
  names_field(json, "activities", names.activities, named);
  json.key("attributes").begin_object();
  for (const Names::Attribute& attribute : names.attributes) {
    names_field(json, attribute.name, attribute.values, plain);
  }
  json.end_object();
  names_field(json, "clocks", names.clocks, named);
  names_field(json, "rules", names.rules, plain);
  names_field(json, "calendars", names.calendars, plain);
  names_field(json, "recipients", names.recipients, named);
  json.end_object();
}

void print_json(const ServerHello& hello, const Names& names) {
  JsonWriter json;
  json.begin_object().field("server", hello.server).field("partition", hello.partition);
  json.field("epoch", hello.epoch).field("first_sequence", hello.first_sequence);
  json.field("last_sequence", hello.last_sequence);
  time_field(json, "now", hello.now);
  json.field("clock", clock_word(hello.clock_source)).field("durable", hello.durable);
  json.field("last_number", hello.last_number);
  json.key("partitions").begin_array();
  for (const PartitionHello& partition : hello.partitions) {
    json.begin_object().field("epoch", partition.epoch);
    json.field("first_sequence", partition.first_sequence);
    json.field("last_sequence", partition.last_sequence).field("tenants", partition.tenants);
    json.field("clock_suspect", partition.clock_suspect);
    json.field("wall_lead_ms", partition.wall_lead_ms).field("disk", disk_word(partition.disk));
    json.end_object();
  }
  json.end_array();
  if (names.tenant != kNoTenant) tenant_field(json, names);
  json.end_object();
  print_line(json.text());
}

template <typename List>
std::string joined(const List& list) {
  std::string text;
  for (const auto& element : list) {
    if (!text.empty()) text += ", ";
    if constexpr (std::is_same_v<std::decay_t<decltype(element)>, std::string>) {
      text += element;
    } else {
      text += element.name;
    }
  }
  return text;
}

void print_table(const ServerHello& hello, const Names& names) {
  const auto row = [](std::string_view name, std::string_view value) {
    if (!value.empty()) print_line(fmt::format("{:<11} {}", name, value));
  };
  row("server", hello.server);
  row("now", fmt::format("{} (clock {})", time_text(hello.now), clock_word(hello.clock_source)));
  row("events", fmt::format("{} .. {}, epoch {}, partition {}", hello.first_sequence,
                            hello.last_sequence, hello.epoch, hello.partition));
  for (std::size_t i = 0; hello.partitions.size() > 1 && i < hello.partitions.size(); ++i) {
    const PartitionHello& partition = hello.partitions[i];
    row(fmt::format("partition {}", i),
        fmt::format("{} tenants, events {} .. {}, epoch {}", partition.tenants,
                    partition.first_sequence, partition.last_sequence, partition.epoch));
  }
  for (std::size_t i = 0; i < hello.partitions.size(); ++i) {
    for (const std::string& trouble : troubles_of(hello.partitions[i])) {
      row("TROUBLE",
          hello.partitions.size() == 1 ? trouble : fmt::format("partition {}: {}", i, trouble));
    }
  }
  if (!hello.durable) row("durability", "none: what is acknowledged may be lost");
  if (hello.last_number > 0) row("number", fmt::format("{}", hello.last_number));
  if (names.tenant == kNoTenant) return;
  row("tenant",
      fmt::format("{} (id {}, version {})", names.tenant_name, names.tenant, names.version));
  row("statuses", joined(names.statuses));
  row("levels", joined(names.levels));
  row("activities", joined(names.activities));
  for (const Names::Attribute& attribute : names.attributes) {
    row(attribute.name, attribute.open ? "(open)" : joined(attribute.values));
  }
  row("clocks", joined(names.clocks));
  row("calendars", joined(names.calendars));
  row("recipients", joined(names.recipients));
}

int run(Invocation& call) {
  Result<Client> client = call.connect(Invocation::Tenant::optional);
  if (!client) return call.fail("info", client.error());
  if (call.globals().output == Output::table) {
    print_table(client->hello(), *client->names());
  } else {
    print_json(client->hello(), *client->names());
  }
  return exit_ok;
}

const Registration registration({
    .name = "info",
    .summary = "show the server, what troubles it, and with --tenant its names",
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
