#include <gtest/gtest.h>

#include <set>

#include "engine/runtime/server_config.h"

namespace vencer {
namespace {

std::string error_of(const Status& status) {
  return status ? std::string() : status.error().message;
}

TEST(ServerConfig, FileAndFlagsHaveTheSameKeys) {
  ServerConfig from_file, from_flags;
  const Status applied = apply_config_text(from_file,
                                           "data = \"/x\"\nclock = \"input\"\ncapacity = 5000\n"
                                           "event-retention = \"2GiB\"\nskew-max = \"3s\"\n",
                                           "v.toml");
  ASSERT_TRUE(applied.ok()) << error_of(applied);
  for (const auto& [key, value] :
       std::initializer_list<std::pair<const char*, const char*>>{{"data", "/x"},
                                                                  {"clock", "input"},
                                                                  {"capacity", "5000"},
                                                                  {"event-retention", "2GiB"},
                                                                  {"skew-max", "3s"}}) {
    ASSERT_TRUE(set_config_option(from_flags, key, value).ok()) << key;
  }
  EXPECT_EQ(from_file.data, "/x");
  EXPECT_EQ(from_file.clock, ClockSource::input);
  EXPECT_EQ(from_file.capacity, 5000u);
  EXPECT_EQ(from_file.event_retention_bytes, 2ull << 30);
  EXPECT_EQ(from_file.skew_max_ms, 3000);
  EXPECT_EQ(from_flags.event_retention_bytes, from_file.event_retention_bytes);
  EXPECT_EQ(from_flags.skew_max_ms, from_file.skew_max_ms);
  EXPECT_EQ(from_flags.clock, from_file.clock);
}

TEST(ServerConfig, ErrorsNameFileLineAndReason) {
  ServerConfig config;
  EXPECT_EQ(error_of(apply_config_text(config, "data = \"/x\"\n\ncolour = 5\n", "v.toml")),
            "v.toml:3:10: colour: no such key; `vencerd --help` names them all");
  EXPECT_EQ(error_of(apply_config_text(config, "clock = \"sundial\"\n", "v.toml")),
            "v.toml:1:9: clock: 'sundial' is not one of: wall input");
  EXPECT_EQ(error_of(apply_config_text(config, "capacity = 0\n", "v.toml")),
            "v.toml:1:12: capacity: '0' is not from 1 to 268435455");
  EXPECT_EQ(error_of(apply_config_text(config, "capacity = [1]\n", "v.toml")),
            "v.toml:1:1: capacity: a text or a number is wanted");
  EXPECT_EQ(error_of(apply_config_text(config, "a = \n", "v.toml")).find("v.toml:1:"), 0u);
  EXPECT_NE(error_of(apply_config_file(config, "/nowhere/v.toml")).find("/nowhere/v.toml"),
            std::string::npos);
}

TEST(ServerConfig, AmountsHaveUnits) {
  ServerConfig config;
  const auto bytes = [&](const char* text) {
    return set_config_option(config, "queue-bytes", text) ? config.queue_bytes_max : 0;
  };
  EXPECT_EQ(bytes("8388608"), 8u << 20);
  EXPECT_EQ(bytes("9MiB"), 9u << 20);
  EXPECT_EQ(bytes("10MB"), 10'000'000u);
  for (const char* bad : {"", "MiB", "-1", "9 MiB", "9mib", "99999999999TiB", "1"})
    EXPECT_EQ(bytes(bad), 0u) << bad;
  EXPECT_FALSE(set_config_option(config, "skew-max", "5").ok());  // a time needs its unit
  EXPECT_TRUE(set_config_option(config, "skew-max", "5ms").ok());
}

TEST(ServerConfig, RefusesToListenBeyondLoopback) {
  ServerConfig config;
  config.data = "/x";
  EXPECT_EQ(error_of(check_config(config)), "");
  for (const char* good : {"127.0.0.1:0", "[::1]:7401", "localhost:80", "127.8.9.1:1"}) {
    config.listen = good;
    EXPECT_EQ(error_of(check_config(config)), "") << good;
  }
  for (const char* bad :
       {"0.0.0.0:7401", "192.168.0.1:7401", "[::]:7401", "example.org:1", "127.evil.org:1"}) {
    config.listen = bad;
    EXPECT_NE(error_of(check_config(config)).find("loopback"), std::string::npos) << bad;
  }
  for (const char* bad : {"", "127.0.0.1", ":7401", "127.0.0.1:", "127.0.0.1:70000", "::1:7401",
                          "[]:1", "127.0.0.1:1x"}) {
    config.listen = bad;
    EXPECT_NE(error_of(check_config(config)).find("HOST:PORT"), std::string::npos) << bad;
  }
  config = ServerConfig();
  EXPECT_EQ(error_of(check_config(config)).find("data:"), 0u);
}

TEST(ServerConfig, EveryKeyIsExplainedOnce) {
  std::set<std::string_view> names;
  for (const ConfigOption& option : config_options()) {
    EXPECT_TRUE(names.insert(option.name).second) << option.name;
    EXPECT_GT(option.help.size(), 5u) << option.name;
  }
}

}  // namespace
}  // namespace vencer
