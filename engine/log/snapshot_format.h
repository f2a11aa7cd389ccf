// The bytes of a snapshot file: constants, header, blocks, trailer, and how they are checked.
//
// README.md of this folder explains them; a golden file under tests/golden/log holds them still.
// Little-endian, fixed offsets, everything in multiples of 4 KiB. Every byte of the file is covered
// by a CRC32C that is chained from the header to the trailer. What is in a block's payload is
// engine/core/snapshot.h's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace vencer::snapshot {

inline constexpr std::size_t kPageBytes = 4096;
inline constexpr std::size_t kBlockBytesMax = 1 << 20;              // with header and padding
inline constexpr std::uint64_t kHeaderMagic = 0x31504e5352434e56;   // "VNCRSNP1"
inline constexpr std::uint64_t kBlockMagic = 0x314b4c4252434e56;    // "VNCRBLK1"
inline constexpr std::uint64_t kTrailerMagic = 0x31444e4552434e56;  // "VNCREND1"
inline constexpr std::uint32_t kFormatVersion = 1;

// The first 4 KiB; the rest of them is zero but for the last four bytes: the CRC of all before.
// Magic, format version and that CRC keep their places in every format version.
struct FileHeader {
  std::uint64_t magic = kHeaderMagic;
  std::uint32_t format_version = kFormatVersion;
  std::uint32_t partition = 0;
  std::uint64_t identity_high = 0, identity_low = 0;  // of the log
  std::uint32_t semantics_version = 0;                // of the build that wrote it
  std::uint32_t chain = 0;                            // of the log, after `group`
  std::uint64_t group = 0;  // the last group whose steps are in it; also in the file's name
  std::uint64_t epoch = 0;  // of the event stream
  std::uint64_t event_sequence = 0;  // the last event made by these steps
  std::int64_t now = 0;              // engine time, ms since the epoch
};
static_assert(sizeof(FileHeader) == 72);

// In front of every block; the payload follows, then zeros up to a multiple of 4 KiB.
struct BlockHeader {
  std::uint64_t magic = kBlockMagic;
  std::uint64_t number = 0;  // from 1
  std::uint32_t length = 0;  // in all
  std::uint32_t payload_bytes = 0;
  std::uint32_t reserved = 0;
  std::uint32_t crc = 0;  // bytes 0-27 and 32-length, seeded with the crc of the block before (the
                          // first: of the header)
};
static_assert(sizeof(BlockHeader) == 32 && offsetof(BlockHeader, crc) == 28);
inline constexpr std::size_t kBlockPayloadMax = kBlockBytesMax - sizeof(BlockHeader);

// The last 4 KiB, as the header's but for the seed of its CRC: the last block's.
struct FileTrailer {
  std::uint64_t magic = kTrailerMagic;
  std::uint64_t blocks = 0;
  std::uint64_t payload_bytes = 0;
  std::uint64_t file_bytes = 0;  // in all
  std::uint64_t tickets = 0;
  std::uint32_t event_crc = 0;  // of the record of event `event_sequence`; 0: not known
  std::uint32_t reserved = 0;
};
static_assert(sizeof(FileTrailer) == 48);

std::string file_name(std::uint64_t group);  // "snapshot-00000000000000000042.snap"
std::optional<std::uint64_t> parse_file_name(std::string_view name);

using Page = std::span<std::byte, kPageBytes>;
using ConstPage = std::span<const std::byte, kPageBytes>;

// Both give the CRC that the next part is seeded with.
std::uint32_t encode_header(const FileHeader& header, Page into);
std::uint32_t seal_block(std::uint32_t seed, BlockHeader* header, std::span<std::byte> block);
void encode_trailer(std::uint32_t seed, const FileTrailer& trailer, Page into);

enum class HeaderCheck { ok, not_a_snapshot, bad_crc, newer_format };
HeaderCheck decode_header(ConstPage bytes, FileHeader* header, std::uint32_t* crc);
// The length of the block that begins here as its header says; nothing if that is none.
std::optional<std::size_t> block_length(std::span<const std::byte> bytes, std::uint64_t number);
// Nothing if it is not what the writer wrote behind a block (or header) with the CRC `seed`.
std::optional<std::span<const std::byte>> open_block(std::uint32_t seed, std::uint64_t number,
                                                     std::span<const std::byte> block,
                                                     std::uint32_t* crc);
bool decode_trailer(std::uint32_t seed, ConstPage bytes, FileTrailer* trailer);

}  // namespace vencer::snapshot
