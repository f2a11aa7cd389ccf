#include "tools/vencerd/ports_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

namespace vencer {

Status write_ports_file(const std::string& path, const std::string& address) {
  const std::string fresh = path + ".new";
  {
    std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
    out << address << '\n';
    out.flush();
    if (!out) return Error{Errc::internal, fmt::format("ports-file: {} cannot be written", fresh)};
  }
  if (std::rename(fresh.c_str(), path.c_str()) != 0) {
    return Error{Errc::internal, fmt::format("ports-file: {}: {}", path, std::strerror(errno))};
  }
  return ok_status();
}

}  // namespace vencer
