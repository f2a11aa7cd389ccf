#include "engine/runtime/partition_layout.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace vencer {
namespace {

class PartitionLayout : public ::testing::Test {
 protected:
  PartitionLayout() {
    char path[] = "/tmp/vencer-layout-test-XXXXXX";
    data_ = ::mkdtemp(path);
    config_.data = data_;
  }
  ~PartitionLayout() override { std::filesystem::remove_all(data_); }

  void make(const std::string& name) { std::filesystem::create_directory(data_ + "/" + name); }
  std::string count() {
    const auto counted = partitions_on_disk(*storage_, data_);
    return counted ? std::to_string(*counted) : counted.error().message;
  }
  std::string to_open(std::uint32_t wanted, std::uint32_t on_disk) {
    config_.partitions = wanted;
    const auto count = partitions_to_open(config_, on_disk);
    return count ? std::to_string(*count) : count.error().message;
  }

  std::string data_;
  std::unique_ptr<Storage> storage_ = make_posix_storage();
  ServerConfig config_;
};

TEST_F(PartitionLayout, CountsWhatIsThere) {
  EXPECT_EQ(count(), "0");
  std::ofstream(data_ + "/LOCK");
  EXPECT_EQ(count(), "0");
  make("wal");
  EXPECT_EQ(count(), "1");  // the layout of a server of one partition
  make("partition-1");
  make("partition-01");  // none of ours
  make("partition-x");
  EXPECT_EQ(count(), "2");
  make("partition-3");
  EXPECT_EQ(count(), data_ +
                         "/partition-2: partition 2 is not there, but partition 3 is; restore "
                         "it from a backup");
  make("partition-2");
  EXPECT_EQ(count(), "4");
  EXPECT_EQ(*partitions_on_disk(*storage_, data_ + "/nowhere"), 0u);
}

TEST_F(PartitionLayout, AsManyAsAskedForNeverFewerThanThereAre) {
  EXPECT_EQ(to_open(0, 0), "1");
  EXPECT_EQ(to_open(0, 3), "3");
  EXPECT_EQ(to_open(4, 3), "4");
  EXPECT_EQ(to_open(2, 3), "partitions: 2, but " + data_ +
                               " holds 3, whose tenants would be gone; start with partitions = 3 "
                               "or without the key (to have fewer: export, and import into a new "
                               "data directory)");
}

TEST_F(PartitionLayout, APlacementBeyondTheLastOneIsRefused) {
  ASSERT_TRUE(config_.placement.add_text("luki=1").ok());
  EXPECT_EQ(to_open(0, 2), "2");
  EXPECT_NE(to_open(0, 1).find("'luki' = 1: the last of 1 partitions is 0"), std::string::npos);
}

TEST_F(PartitionLayout, SharesOutWhatIsGivenForAll) {
  config_.capacity = 1001;
  config_.producers = 1;
  const ServerConfig first = config_of_partition(config_, 0, 2);
  EXPECT_EQ(first.data, data_);
  const ServerConfig second = config_of_partition(config_, 1, 2);
  EXPECT_EQ(second.data, data_ + "/partition-1");
  EXPECT_EQ(second.partition, 1u);
  EXPECT_EQ(second.capacity, 501u);
  EXPECT_EQ(second.producers, 1u);
}

}  // namespace
}  // namespace vencer
