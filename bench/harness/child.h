// Child: a program that runs beside a measurement (a server, a load), and what it costs.
//
//   Child server({"redis-server", "--port", "0"}, scratch.path() / "redis.log");
//   const ProcessCost before = server.cost();
//
// Children die with us: on their parent's death, on its destructor, and on SIGINT and SIGTERM once
// end_cleanly_on_signals() was called, which also removes scratch folders. Only processes started
// here are ended, by their id.
// Thread: main.  Errors: a program that cannot be started ends with exit code 127, see wait().
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace vencer::bench {

// An empty folder in `where`, removed with its content at the end.
class ScratchFolder {
 public:
  explicit ScratchFolder(const std::filesystem::path& where);
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct ProcessCost {
  double cpu_seconds = 0;                   // user and system, all threads, children apart
  std::map<std::string, double> by_thread;  // name -> seconds; ended threads are not in it
  std::uint64_t rss_bytes = 0, rss_peak_bytes = 0;
};
ProcessCost process_cost(pid_t pid);
// Of a process and its direct children, ended ones too.
double tree_cpu_seconds(pid_t pid);

class Child {
 public:
  // user: under whose account it runs, if we are root; "": our own. Both its outputs go to `log`.
  Child(const std::vector<std::string>& arguments, const std::filesystem::path& log,
        const std::string& user = {});
  ~Child();  // ends it at once
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;

  pid_t pid() const { return pid_; }
  bool running();
  ProcessCost cost() const { return process_cost(pid_); }
  void signal(int number);
  int wait();                                    // exit code; 128 + signal if one ended it
  int stop(int signal_number, int patience_ms);  // asks, waits, then ends it; its exit code

 private:
  pid_t pid_ = -1;
  int exit_code_ = -1;
};

// Runs a program to its end. Standard output is returned, standard error goes to `log`.
struct Ran {
  int exit_code = -1;
  std::string out;
};
Ran run_program(const std::vector<std::string>& arguments, const std::filesystem::path& log,
                const std::string& user = {});

// Where a program stands: PATH, then `more`. "" if nowhere.
std::string find_program(const std::string& name, const std::vector<std::string>& more = {});
std::string read_text(const std::filesystem::path& path);
// The user's id, or -1.
int user_id(const std::string& user);

// Call first in main(), before any thread.
void end_cleanly_on_signals();

}  // namespace vencer::bench
