// The doors that libFuzzer knocks at; its main() is the program's. One target a program.
//
//   fuzz_wal --write-seeds FOLDER    writes the target's seeds, a file each, and ends
#include <cstring>
#include <filesystem>
#include <fstream>

#include "tests/fuzz/fuzz.h"

using vencer::fuzz::targets;

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  if (targets().size() != 1) std::abort();
  if (*count != 3 || std::strcmp((*arguments)[1], "--write-seeds") != 0) return 0;
  const std::filesystem::path folder = (*arguments)[2];
  std::filesystem::create_directories(folder);
  std::size_t number = 0;
  for (const vencer::fuzz::Input& seed : targets()[0].seeds()) {
    std::ofstream out(folder / ("seed-" + std::to_string(number++)), std::ios::binary);
    out.write(reinterpret_cast<const char*>(seed.data()),
              static_cast<std::streamsize>(seed.size()));
    if (!out.flush()) std::exit(1);
  }
  std::exit(0);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  targets()[0].run(std::as_bytes(std::span(data, size)));
  return 0;
}
