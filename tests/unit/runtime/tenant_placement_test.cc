#include <gtest/gtest.h>

#include "engine/runtime/server_config.h"

namespace vencer {
namespace {

std::string error_of(const Status& status) {
  return status ? std::string() : status.error().message;
}

TEST(TenantPlacement, TheNameGoesBeforePatternsTheLongerBeforeTheShorter) {
  TenantPlacement placement;
  ASSERT_TRUE(placement.add_text("* = 0, zen-* = 1, zen-norte-*=2 ,zen-norte-lima = 3").ok());
  EXPECT_EQ(placement.find("luki"), 0u);
  EXPECT_EQ(placement.find("zen-sur"), 1u);
  EXPECT_EQ(placement.find("zen-"), 1u);  // a pattern fits its own beginning
  EXPECT_EQ(placement.find("zen"), 0u);
  EXPECT_EQ(placement.find("zen-norte-cusco"), 2u);
  EXPECT_EQ(placement.find("zen-norte-lima"), 3u);
  EXPECT_EQ(placement.find("zen-norte-lima-2"), 2u);
}

TEST(TenantPlacement, SaysNothingOfOthers) {
  TenantPlacement placement;
  EXPECT_TRUE(placement.empty());
  ASSERT_TRUE(placement.add_text("zen=1").ok());
  EXPECT_EQ(placement.find("zen2"), std::nullopt);
  EXPECT_EQ(placement.find("ze"), std::nullopt);
}

TEST(TenantPlacement, ErrorsNameTheEntryAndWhatWouldBeRight) {
  TenantPlacement placement;
  EXPECT_EQ(error_of(placement.add_text("zen")),
            "'zen' is not TENANT=PARTITION, as zen=1 or zen-*=1");
  EXPECT_EQ(error_of(placement.add_text("z*n=1")),
            "'z*n': a * stands at the end only, as in zen-*");
  EXPECT_EQ(error_of(placement.add_text("zen=one")),
            "'zen' = 'one': a partition is a number from 0 to 63");
  EXPECT_EQ(error_of(placement.add_text("zen=64")),
            "'zen' = '64': a partition is a number from 0 to 63");
  EXPECT_EQ(error_of(placement.add_text("zen=-1")),
            "'zen' = '-1': a partition is a number from 0 to 63");
  EXPECT_NE(error_of(placement.add_text("=1")).find("not the name of a tenant"), std::string::npos);
  ASSERT_TRUE(placement.add_text("luki=2").ok());
  EXPECT_EQ(error_of(placement.check(2)),
            "placement: 'luki' = 2: the last of 2 partitions is 1; name one of them, or have more "
            "(partitions = 3)");
  EXPECT_TRUE(placement.check(3).ok());
}

TEST(TenantPlacement, IsATableOfTheFileAndAFlag) {
  ServerConfig config;
  const Status applied =
      apply_config_text(config, "partitions = 2\n[placement]\nluki = 1\n\"zen-*\" = 0\n", "v.toml");
  ASSERT_TRUE(applied.ok()) << error_of(applied);
  EXPECT_EQ(config.partitions, 2u);
  EXPECT_EQ(config.placement.find("luki"), 1u);
  EXPECT_EQ(config.placement.find("zen-sur"), 0u);
  // A flag goes before what the file says.
  ASSERT_TRUE(set_config_option(config, "placement", "luki=0").ok());
  EXPECT_EQ(config.placement.find("luki"), 0u);
  ServerConfig other;
  ASSERT_TRUE(apply_config_text(other, "placement = \"luki=1\"\n", "v.toml").ok());
  EXPECT_EQ(other.placement.find("luki"), 1u);
}

TEST(TenantPlacement, ErrorsOfTheFileNameTheLine) {
  ServerConfig config;
  EXPECT_EQ(error_of(apply_config_text(config, "[placement]\nluki = \"x\"\n", "v.toml")),
            "v.toml:2:8: placement: 'luki' = 'x': a partition is a number from 0 to 63");
  EXPECT_EQ(error_of(apply_config_text(config, "partitions = 65\n", "v.toml")),
            "v.toml:1:14: partitions: '65' is not from 1 to 64");
  config.data = "/x";
  ASSERT_TRUE(apply_config_text(config, "partitions = 2\n[placement]\nluki = 2\n", "v.toml").ok());
  EXPECT_NE(error_of(check_config(config)).find("'luki' = 2: the last of 2 partitions is 1"),
            std::string::npos);
}

}  // namespace
}  // namespace vencer
