// Goal: the rules of rules.h hold in the project, and each of them can fail. Method: the project
// itself must give no finding; a small tree that breaks every rule once must give exactly those
// findings.
#include <gtest/gtest.h>
#include <unistd.h>
#include <vencer_paths.h>

#include <filesystem>
#include <fstream>

#include "tests/tidy/rules.h"

namespace vencer::tidy {
namespace {

namespace fs = std::filesystem;

class BadTree : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::temp_directory_path() / ("vencer-tidy-" + std::to_string(::getpid()));
    fs::remove_all(root_);
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  std::vector<std::string> findings() const {
    std::vector<std::string> lines;
    for (const Finding& finding : check_tree(root_))
      lines.push_back(finding.where + ": " + finding.what);
    return lines;
  }

  fs::path root_;
};

TEST(Tidy, TheProjectKeepsItsRules) {
  EXPECT_GT(count_sources(VENCER_SOURCE_DIR), 30u);
  for (const Finding& finding : check_tree(VENCER_SOURCE_DIR)) {
    ADD_FAILURE() << finding.where << ": " << finding.what;
  }
}

TEST_F(BadTree, IncludesAgainstTheArrowsAreFound) {
  write("engine/core/a.h", "#pragma once\n");
  write("engine/core/types.h", "#pragma once\n");
  write("engine/log/a.h", "#pragma once\n");
  write("engine/wire/a.h", "#include \"engine/core/a.h\"\n");
  write("engine/core/b.cc", "#include \"engine/wire/a.h\"\n");
  write("engine/wire/b.cc", "#include \"engine/log/a.h\"\n");
  write("net/client/b.cc", "#include \"engine/core/types.h\"\n#include \"engine/core/a.h\"\n");
  write("tools/x/b.cc", "#include \"engine/log/a.h\"\n#include \"b.h\"\n");
  EXPECT_EQ(findings(), (std::vector<std::string>{
                            "engine/core/b.cc:1: engine/core includes engine/wire",
                            "engine/wire/b.cc:1: engine/wire includes engine/log",
                            "net/client/b.cc:2: net/client includes engine/core/a.h",
                            "tools/x/b.cc:2: includes b.h, not a path from the root",
                        }));
}

TEST_F(BadTree, ImpurityOfTheCoreIsFound) {
  write("engine/core/a.cc",
        "#include <vector>\n#include <thread>\n// std::mutex in words\nstd::mutex m;\nauto n = "
        "std::chrono::system_clock::now();\n");
  write("engine/log/a.cc", "#include <thread>\nstd::mutex m;\n");
  EXPECT_EQ(findings(), (std::vector<std::string>{
                            "engine/core/a.cc:2: engine/core includes <thread>",
                            "engine/core/a.cc:4: engine/core says std::mutex",
                            "engine/core/a.cc:5: engine/core says system_clock",
                        }));
}

TEST_F(BadTree, LengthsAndMachinePathsAreFound) {
  std::string lines;
  for (int i = 0; i < 501; ++i) lines += "//\n";
  write("tools/long.cc", lines);
  write("tools/longest.txt", lines);
  write("README.md", lines.substr(0, 151 * 3));
  write("tools/run", std::string("data=/") + "home/me\n");
  EXPECT_EQ(findings(), (std::vector<std::string>{
                            "README.md: 151 lines; the most is 150",
                            "tools/long.cc: 501 lines; the most is 500",
                            "tools/run:1: names a place on a machine",
                        }));
}

}  // namespace
}  // namespace vencer::tidy
