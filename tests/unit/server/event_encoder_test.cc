// Events are encoded once for all subscribers of one worker who want the same: counted.
#include "net/server/event_encoder.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "engine/wire/frame.h"
#include "tests/unit/log/log_testing.h"
#include "tests/unit/runtime/breach_events.h"

namespace vencer::testing {
namespace {

class Encoder : public ::testing::Test {
 protected:
  static constexpr std::uint64_t kEvents = 5000;
  static constexpr std::size_t kStreams = 6;

  Encoder() {
    log_ = new_event_log(*storage_, directory_.path());
    hub_ = std::make_unique<EventHub>(*log_, 0, 1, 64 << 20);
    auto block = std::make_shared<EventBlock>();
    block->first_sequence = 1;
    for (std::uint64_t sequence = 1; sequence <= kEvents; ++sequence) {
      add_breach(sequence, static_cast<TenantId>(1 + sequence % 2), *block);
    }
    hub_->publish(block);
    EXPECT_TRUE(hub_->write(*block).ok());
    encoder_ = std::make_unique<EventEncoder>(*hub_);
  }

  // All streams in turn, as a worker serves them; the frames of each.
  std::vector<Bytes> serve(const std::vector<EventFilter>& filters) {
    for (std::size_t i = 0; i < filters.size(); ++i) encoder_->stream_opened();
    std::vector<Bytes> out(filters.size());
    std::vector<std::uint64_t> next(filters.size(), 1);
    while (next.back() <= kEvents) {
      for (std::size_t i = 0; i < filters.size(); ++i) {
        const auto step = encoder_->append(next[i], filters[i], 7, out[i]);
        EXPECT_TRUE(step.ok());
        if (!step.ok()) return out;
        ++appended_;
        next[i] = step->next_sequence;
      }
    }
    return out;
  }

  TempDirectory directory_;
  std::unique_ptr<Storage> storage_ = make_posix_storage();
  std::unique_ptr<EventLog> log_;
  std::unique_ptr<EventHub> hub_;
  std::unique_ptr<EventEncoder> encoder_;
  std::uint64_t appended_ = 0;
};

TEST_F(Encoder, OnceForAllThatWantTheSame) {
  const auto out = serve(std::vector<EventFilter>(kStreams));
  ASSERT_GT(appended_, kStreams * 3);
  EXPECT_EQ(encoder_->encoded() * kStreams, appended_);
  for (const Bytes& frames : out) EXPECT_EQ(frames, out[0]);
}

TEST_F(Encoder, OnceForEachFilter) {
  const EventFilter all, first{1, 0}, second{2, 0};
  const auto out = serve({all, first, second, first, all, second});
  EXPECT_EQ(encoder_->encoded() * 2, appended_);
  EXPECT_EQ(out[1], out[3]);
  EXPECT_EQ(out[2], out[5]);
  EXPECT_NE(out[1], out[2]);
}

// The copy is patched; who is elsewhere has frames of their own.
TEST_F(Encoder, EachCorrelationIsItsStreams) {
  encoder_->stream_opened();
  encoder_->stream_opened();
  Bytes one, other;
  ASSERT_TRUE(encoder_->append(1, {}, 11, one).ok());
  ASSERT_TRUE(encoder_->append(1, {}, 12, other).ok());
  EXPECT_EQ(encoder_->encoded(), 1u);
  const auto header = [](const Bytes& frame) {
    return decode_frame_header(
        std::span<const std::byte, kFrameHeaderBytes>(frame.data(), kFrameHeaderBytes));
  };
  EXPECT_EQ(header(one).correlation, 11u);
  EXPECT_EQ(header(other).correlation, 12u);
  ASSERT_TRUE(encoder_->append(2, {}, 11, one).ok());
  EXPECT_EQ(encoder_->encoded(), 2u);
}

}  // namespace
}  // namespace vencer::testing
