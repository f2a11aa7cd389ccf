// errno in words; where a right is missing, with the way out.
#pragma once

#include <cerrno>
#include <cstring>
#include <string>

namespace vencer {

inline std::string errno_text(int number) {
  std::string text = std::strerror(number);
  if (number == EACCES) {
    text +=
        " (run this as the user who owns the files, or give this user the right to read and write "
        "them)";
  }
  return text;
}

}  // namespace vencer
