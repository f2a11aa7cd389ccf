#include "bench/harness/report.h"

#include <bench_paths.h>
#include <fmt/core.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <thread>

#include "bench/harness/child.h"

namespace vencer::bench {
namespace {

// Characters, not bytes: names of tenants have accents.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::string processor() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown processor";
}

std::string git(const std::string& arguments) {
  const std::string command = "git -C '" VENCER_SOURCE_DIR "' " + arguments + " 2>/dev/null";
  FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  char buffer[256];
  std::string out;
  while (fgets(buffer, sizeof buffer, pipe) != nullptr) out += buffer;
  pclose(pipe);
  while (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

// What others did in the minute before we began; nothing if little.
std::string load_text() {
  double minute = 0;
  if (getloadavg(&minute, 1) != 1 || minute < 0.5) return {};
  return fmt::format(
      "\nBUSY: load average {:.1f} before the start: the figures are an indication only", minute);
}

}  // namespace

std::string machine_text() {
  utsname system{};
  uname(&system);
  const double memory = static_cast<double>(sysconf(_SC_PHYS_PAGES)) *
                        static_cast<double>(sysconf(_SC_PAGESIZE)) / (1024.0 * 1024 * 1024);
  return fmt::format("{} x {}, {:.0f} GiB, Linux {}, g++ {}.{} {}",
                     std::thread::hardware_concurrency(), processor(), memory, system.release,
                     __GNUC__, __GNUC_MINOR__, VENCER_BUILD_KIND);
}

std::string commit_text() {
  const std::string commit = git("rev-parse --short HEAD");
  if (commit.empty()) return "unknown";
  return git("status --porcelain -uno").empty() ? commit : commit + "+";
}

std::string date_text() {
  const std::time_t now = std::time(nullptr);
  std::tm fields{};
  gmtime_r(&now, &fields);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &fields);
  return text;
}

std::string report_head(const std::string& command, const Calibration& calibration) {
  return fmt::format("{}, commit {}\n{}{}\n`{}`\ncalibration: {}\n", date_text(), commit_text(),
                     machine_text(), load_text(), command, to_text(calibration));
}

std::string command_text(int argc, char** argv) {
  const char* const called = std::getenv("VENCER_BENCH_COMMAND");  // set by the scripts
  std::string text = called != nullptr ? called : argv[0];
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const bool plain = argument.find_first_of(" '\"$*?") == std::string::npos;
    text += plain ? " " + argument : " '" + argument + "'";
  }
  return text;
}

std::string Table::text() const {
  std::vector<std::size_t> widths(rows_.front().size(), 3);
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], width_of(row[i]));
    }
  }
  std::string out;
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    out += '|';
    for (std::size_t i = 0; i < widths.size(); ++i) {
      const std::string cell = i < rows_[r].size() ? rows_[r][i] : "";
      out += " " + cell + std::string(widths[i] - width_of(cell), ' ') + " |";
    }
    out += '\n';
    if (r > 0) continue;
    out += '|';
    for (const std::size_t width : widths) out += std::string(width + 2, '-') + "|";
    out += '\n';
  }
  return out;
}

}  // namespace vencer::bench
