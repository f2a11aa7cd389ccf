#include "engine/wire/frame.h"

#include <gtest/gtest.h>

#include <array>

#include "engine/core/limits.h"

namespace vencer {
namespace {

TEST(Frame, HeaderLiesAsDocumented) {
  std::array<std::byte, kFrameHeaderBytes> bytes;
  encode_frame_header({0x01020304, 0x0506, 0x0708, 0x1112131415161718}, bytes);
  const int expected[] = {0x04, 0x03, 0x02, 0x01, 0x06, 0x05, 0x08, 0x07,
                          0x18, 0x17, 0x16, 0x15, 0x14, 0x13, 0x12, 0x11};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    EXPECT_EQ(std::to_integer<int>(bytes[i]), expected[i]);
  const FrameHeader header = decode_frame_header(bytes);
  EXPECT_EQ(header.length, 0x01020304u);
  EXPECT_EQ(header.version, 0x0506);
  EXPECT_EQ(header.type, 0x0708);
  EXPECT_EQ(header.correlation, 0x1112131415161718u);
}

TEST(Frame, CheckSaysWhatIsWrong) {
  FrameHeader header;
  header.length = 64;
  EXPECT_EQ(check_frame_header(header, 64), Errc::ok);
  EXPECT_EQ(check_frame_header(header, 63), Errc::frame_too_long);
  header.length = 0;
  EXPECT_EQ(check_frame_header(header, 64), Errc::malformed_frame);
  header.length = 62;
  EXPECT_EQ(check_frame_header(header, 64), Errc::malformed_frame);
  header.length = 0xffffffff;
  EXPECT_EQ(check_frame_header(header, limits::frame_bytes_max), Errc::malformed_frame);
  header.length = 0xfffffffc;
  EXPECT_EQ(check_frame_header(header, limits::frame_bytes_max), Errc::frame_too_long);
  header.version = 2;  // whatever else is wrong: the rest may mean anything
  EXPECT_EQ(check_frame_header(header, 64), Errc::protocol_version);
}

}  // namespace
}  // namespace vencer
