// The TOML file of the server's configuration. toml++ throws; nothing leaves here but a Status.
#include <fmt/format.h>
#include <toml++/toml.h>

#include <fstream>
#include <sstream>
#include <string>

#include "engine/runtime/server_config.h"

namespace vencer {
namespace {

Error at(std::string_view file, const toml::source_region& where, std::string_view what) {
  return {Errc::internal,
          fmt::format("{}:{}:{}: {}", file, where.begin.line, where.begin.column, what)};
}

// Tables are written out for one key only: who is placed where.
constexpr std::string_view kTableKey = "placement";

// The value as it would stand on the command line; empty: not a plain value.
std::string plain_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return fmt::format("{}", number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  return {};
}

Status apply_placement(ServerConfig& config, const toml::table& table, std::string_view file) {
  for (const auto& [tenant, node] : table) {
    const std::string partition = plain_text(node);
    if (Status added = config.placement.add(tenant.str(), partition); !added) {
      return at(file, node.source(), fmt::format("{}: {}", kTableKey, added.error().message));
    }
  }
  return ok_status();
}

}  // namespace

Status apply_config_text(ServerConfig& config, std::string_view text, std::string_view file) {
  try {
    const toml::table table = toml::parse(text, file);
    for (const auto& [key, node] : table) {
      if (const auto* entries = node.as_table(); entries != nullptr && key.str() == kTableKey) {
        if (Status placed = apply_placement(config, *entries, file); !placed) return placed;
        continue;
      }
      const std::string value = plain_text(node);
      if (value.empty())
        return at(file, key.source(), fmt::format("{}: a text or a number is wanted", key.str()));
      if (Status set = set_config_option(config, key.str(), value); !set) {
        return at(file, node.source(), set.error().message);
      }
    }
  } catch (const toml::parse_error& error) {
    return at(file, error.source(), error.description());
  }
  return ok_status();
}

Status apply_config_file(ServerConfig& config, const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{Errc::internal, fmt::format("{}: cannot be read", path)};
  std::ostringstream text;
  text << in.rdbuf();
  return apply_config_text(config, text.str(), path);
}

}  // namespace vencer
