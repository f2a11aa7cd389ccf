// CommandsFixture: the real programs, a server of their own, and a tenant "mesa".
#pragma once

#include <gtest/gtest.h>

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
  CommandResultText vencer(Arguments arguments) const {
    arguments.insert(arguments.begin(),
                     {VENCER_PROGRAM, "--endpoint", server_->endpoint(), "--tenant", "mesa"});
    return run_command(arguments);
  }
  // It must succeed; its one line of JSON.
  json done(const Arguments& arguments) const {
    const CommandResultText result = vencer(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return json::parse(result.out.empty() ? "{}" : result.out);
  }
  void start(const std::string& document, const std::vector<std::string>& flags = {}) {
    server_ = std::make_unique<Server>(folder_.path() / "data", flags);
    ASSERT_EQ(done({"put-tenant", write("mesa.toml", document)})["version"], 1);
  }
  // On the same data directory.
  void start_again(const std::vector<std::string>& flags = {}) {
    server_ = std::make_unique<Server>(folder_.path() / "data", flags);
  }

  TemporaryFolder folder_;
  std::unique_ptr<Server> server_;
};

}  // namespace vencer::testing
