#include "engine/runtime/tenant_directory.h"

#include <gtest/gtest.h>

#include <optional>

namespace vencer {
namespace {

TenantPlacement placement(std::string_view text) {
  TenantPlacement result;
  EXPECT_TRUE(result.add_text(text).ok());
  return result;
}

TEST(TenantDirectory, NewTenantsGoWhereTheFewestLive) {
  TenantDirectory directory(3, {});
  ASSERT_TRUE(directory.add("a", 0).ok());
  ASSERT_TRUE(directory.add("b", 2).ok());
  TenantDirectory::Claim first = directory.claim("c");
  EXPECT_EQ(first.partition(), 1u);
  // A claim counts before it is settled; among equals the first partition.
  TenantDirectory::Claim second = directory.claim("d");
  EXPECT_EQ(second.partition(), 0u);
  // Who left does not count.
  directory.remove("b");
  EXPECT_EQ(directory.claim("e").partition(), 2u);
}

TEST(TenantDirectory, TheConfigurationGoesBefore) {
  TenantDirectory directory(2, placement("zen-*=1"));
  for (const char* name : {"zen-1", "zen-2", "zen-3"}) {
    TenantDirectory::Claim claim = directory.claim(name);
    EXPECT_EQ(claim.partition(), 1u) << name;
    claim.settle();
  }
}

TEST(TenantDirectory, DocumentsOfOneNameGoToOnePartition) {
  TenantDirectory directory(2, {});
  std::optional<TenantDirectory::Claim> first = directory.claim("zen");
  TenantDirectory::Claim second = directory.claim("zen");
  EXPECT_EQ(first->partition(), 0u);
  EXPECT_EQ(second.partition(), 0u);
  first.reset();  // refused: the other one still holds the name
  EXPECT_EQ(directory.find("zen"), 0u);
  second.settle();
  second = {};
  EXPECT_EQ(directory.find("zen"), 0u);
  // Fewest tenants would be partition 1 now.
  EXPECT_EQ(directory.claim("zen").partition(), 0u);
}

TEST(TenantDirectory, ARefusedDocumentLeavesNothingBehind) {
  TenantDirectory directory(2, {});
  directory.claim("zen");
  EXPECT_EQ(directory.find("zen"), std::nullopt);
  TenantDirectory::Claim other = directory.claim("luki");
  EXPECT_EQ(directory.claim("zen").partition(), 1u);
}

// The deletion may not be durable yet when the name is used again.
TEST(TenantDirectory, TheNameOfADeletedTenantStaysInItsPartition) {
  TenantDirectory directory(2, {});
  ASSERT_TRUE(directory.add("zen", 1).ok());
  directory.remove("zen");
  EXPECT_EQ(directory.find("zen"), 1u);
  EXPECT_EQ(directory.claim("zen").partition(), 1u);
  EXPECT_EQ(directory.find("zen"), 1u);
}

TEST(TenantDirectory, ATenantOfTwoPartitionsIsAnError) {
  TenantDirectory directory(2, {});
  ASSERT_TRUE(directory.add("zen", 0).ok());
  const Status again = directory.add("zen", 1);
  ASSERT_FALSE(again.ok());
  EXPECT_NE(again.error().message.find("'zen' lives in partition 0 and in partition 1"),
            std::string::npos);
}

TEST(TenantDirectory, SaysWhoLivesElsewhereThanTheConfigurationWants) {
  TenantDirectory directory(2, placement("zen=1,luki=0"));
  ASSERT_TRUE(directory.add("zen", 0).ok());
  ASSERT_TRUE(directory.add("luki", 0).ok());
  ASSERT_EQ(directory.contradictions().size(), 1u);
  EXPECT_NE(directory.contradictions()[0].find("'zen' = 1, but it lives in partition 0"),
            std::string::npos);
}

}  // namespace
}  // namespace vencer
