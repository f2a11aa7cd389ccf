#include "engine/runtime/logging.h"

#include <gtest/gtest.h>

namespace vencer {
namespace {

TEST(Logging, ValuesAreEscaped) {
  const std::string evil = "a\"b\\c\nd\x01";
  EXPECT_EQ(
      format_log_line(LogFormat::json, "T", LogLevel::info, "m \"x\"",
                      {{"peer", evil}, {"n", 5}, {"ok", true}}),
      R"({"time":"T","level":"info","msg":"m \"x\"","peer":"a\"b\\c\nd\u0001","n":5,"ok":true})");
  EXPECT_EQ(format_log_line(LogFormat::logfmt, "T", LogLevel::warn, "m",
                            {{"peer", evil}, {"n", 5}, {"w", "plain"}, {"e", ""}}),
            R"(time=T level=warn msg="m" peer="a\"b\\c\nd\u0001" n=5 w=plain e="")");
}

}  // namespace
}  // namespace vencer
