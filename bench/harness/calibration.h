// Calibration: what this machine can do at this minute, to stand beside every result.
//
//   ping-pong   one byte there and back over TCP on loopback between two threads, p50
//   sync write  4 KiB with O_DIRECT|O_DSYNC over blocks written before, p50
//   read        sequential, O_DIRECT, 1 MiB a call
// A busy neighbour shows here first. Takes about a second each; files in `scratch`, removed.
// Errors: a figure that could not be had is 0.
#pragma once

#include <filesystem>
#include <string>

namespace vencer::bench {

struct Calibration {
  double ping_pong_us = 0, ping_pong_p99_us = 0;
  double sync_write_us = 0, sync_write_p99_us = 0;
  double sync_write_p5_us = 0;  // far below the median: others had the cores or the disk
  double read_bytes_per_second = 0;
};

Calibration calibrate(const std::filesystem::path& scratch, double seconds_each = 1.0);
// Sequential read rate of these bytes, past the page cache where the file system allows it.
double read_rate(const std::filesystem::path& file);

std::string to_text(const Calibration& calibration);
// Why nothing can be measured against it, or "".
std::string disturbed(const Calibration& calibration);

}  // namespace vencer::bench
