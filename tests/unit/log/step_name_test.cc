// The name of a step, and that a reader of the log gives each step its own.
#include "engine/log/step_name.h"

#include <gtest/gtest.h>

#include "tests/unit/log/log_testing.h"

namespace vencer {
namespace {

TEST(StepName, TextAndBack) {
  EXPECT_EQ(step_name_text({4711, 3}), "4711.3");
  EXPECT_EQ(parse_step_name("4711.3"), (StepName{4711, 3}));
  for (const char* bad : {"", "4711", ".", "4711.", ".3", "0.1", "1.0", "-1.1", "1.-1", "1.1.1",
                          " 1.1", "1.1 ", "99999999999999999999.1", "1.4294967296"}) {
    EXPECT_FALSE(parse_step_name(bad)) << bad;
  }
}

TEST(StepName, StaysTheSameOverRestarts) {
  testing::TempDirectory directory;
  const auto storage = make_posix_storage();
  WalOptions options;
  options.directory = directory.path() + "/wal";
  options.segment_bytes = 64 << 10;
  options.create = true;
  std::vector<StepName> written;
  for (int run = 0; run < 3; ++run) {
    std::vector<StepName> read;
    WalRecovery recovery;
    const auto note = [&](const StepRecord& step) {
      read.push_back(step.name);
      return ok_status();
    };
    const auto wal = Wal::open(*storage, options, note, &recovery);
    ASSERT_TRUE(wal.ok()) << wal.error().message;
    EXPECT_EQ(read, written);
    Group group;
    for (std::uint32_t i = 1; i <= 3; ++i) group.append({});
    const auto submitted = (*wal)->submit(group);
    ASSERT_TRUE(submitted.ok());
    for (std::uint32_t i = 1; i <= 3; ++i) written.push_back({submitted->group, i});
    ASSERT_TRUE((*wal)->seal().ok());
  }
}

}  // namespace
}  // namespace vencer
