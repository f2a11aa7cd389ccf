// CommandsFixture: the real programs, a server of their own, and a tenant "mesa".
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/process.h"

namespace vencer::testing {

namespace fs = std::filesystem;
using nlohmann::json;
using Arguments = std::vector<std::string>;

inline std::vector<json> lines_of(const std::string& text) {
  std::vector<json> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(json::parse(line));
  return lines;
}

class CommandsFixture : public ::testing::Test {
 protected:
  fs::path write(const std::string& name, const std::string& text) const {
    fs::create_directories((folder_.path() / name).parent_path());
    std::ofstream(folder_.path() / name) << text;
    return folder_.path() / name;
  }
  fs::path data() const { return folder_.path() / "data"; }
  CommandResultText vencer(Arguments arguments) const {
    arguments.insert(arguments.begin(), {"--tenant", "mesa"});
    return run(std::move(arguments));
  }
  // The server, and no tenant.
  CommandResultText run(Arguments arguments) const {
    arguments.insert(arguments.begin(), {"--endpoint", server_->endpoint()});
    return offline(std::move(arguments));
  }
  // Without a server.
  static CommandResultText offline(Arguments arguments) {
    arguments.insert(arguments.begin(), VENCER_PROGRAM);
    return run_command(arguments);
  }
  // It must succeed; its one line of JSON.
  json done(const Arguments& arguments) const {
    const CommandResultText result = vencer(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return json::parse(result.out.empty() ? "{}" : result.out);
  }
  void start(const std::string& document, const std::vector<std::string>& flags = {}) {
    serve(flags);
    ASSERT_EQ(done({"put-tenant", write("mesa.toml", document)})["version"], 1);
  }
  // Without a tenant; also on the data directory of one before.
  void serve(const std::vector<std::string>& flags = {}) {
    server_ = std::make_unique<Server>(data(), flags);
  }
  void stop() {
    ASSERT_EQ(server_->stop(), 0);
    server_.reset();
  }
  // A start that is to fail.
  CommandResultText refused_start(const std::vector<std::string>& flags = {}) const {
    Arguments arguments{VENCER_SERVER_PROGRAM, "--data", data(), "--listen", "127.0.0.1:0"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return run_command(arguments);
  }
  static void change_byte(const fs::path& path, std::streamoff at) {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekg(at);
    const int was = file.get();
    file.seekp(at);
    file.put(static_cast<char>(was ^ 0x10));
    ASSERT_TRUE(file.good()) << path;
  }
  // Names that end so, sorted.
  static std::vector<std::string> files(const fs::path& folder, std::string_view end) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) {
      const std::string name = entry.path().filename();
      if (name.ends_with(end)) names.push_back(name);
    }
    std::ranges::sort(names);
    return names;
  }

  TemporaryFolder folder_;
  std::unique_ptr<Server> server_;
};

}  // namespace vencer::testing
