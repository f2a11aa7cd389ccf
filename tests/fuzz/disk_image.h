// DiskImage: a few small files as a fuzzer changes them: zeros are not spelled out, so that nearly
// every byte of an input is one that a reader looks at.
//
//   u8 files; each: u8 which name | u32 bytes | u8 runs; each run: u16 zeros before it | u16 bytes
//
// Cost: O(bytes).  Limits: four files of 256 KiB.
#pragma once

#include <map>
#include <string>

#include "tests/fuzz/byte_source.h"
#include "tests/unit/log/faulty_storage.h"

namespace vencer::fuzz {

using Files = std::map<std::string, Input>;  // by path

// `names` are the paths that a file may have.
Files read_image(ByteSource& source, std::span<const std::string> names);
void write_image(const Files& files, std::span<const std::string> names, ByteSink& into);

// The files of a disk below `directory`, and the other way round (synced, as if of old).
Files files_of(testing::FaultyStorage& disk, const std::string& directory);
void put_files(const Files& files, const std::string& directory, testing::FaultyStorage& disk);

}  // namespace vencer::fuzz
