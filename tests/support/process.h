// Real programs for tests: a vencerd on a free port of loopback that can be killed, and commands
// that are run to their end.
//
// Children die with the test. Thread: one at a time.  Errors: a program that cannot be started ends
// the test.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace vencer::testing {

// An empty folder, removed with its content at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct CommandResultText {
  int exit_code = -1;  // 128 + signal if one ended it
  std::string out, err;
};
CommandResultText run_command(const std::vector<std::string>& arguments);

// A program that runs beside the test, its output in a file. `environment` ("NAME=value") goes
// before the test's own.
class Child {
 public:
  Child(const std::vector<std::string>& arguments, const std::filesystem::path& output,
        const std::vector<std::string>& environment = {});
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  bool running();           // looks once, does not wait
  void signal(int number);  // nothing if it has ended
  int wait();               // exit code; 128 + signal if one ended it
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
  int exit_code_ = -1;
};

class Server {
 public:
  // Starts vencerd on `data` and returns when it answers. `flags` beside --data, --listen,
  // --ports-file.
  explicit Server(const std::filesystem::path& data, const std::vector<std::string>& flags = {});
  // May also end before it answers: endpoint() is empty then, and wait() says how it ended.
  struct MayEnd {
    std::vector<std::string> environment;
  };
  Server(const std::filesystem::path& data, const std::vector<std::string>& flags,
         const MayEnd& may_end);

  const std::string& endpoint() const { return endpoint_; }
  Child& process() { return child_; }
  void kill_hard();         // kill -9, and waits for its end
  int stop();               // asks it to end; its exit code
  std::string log() const;  // of all servers on this data so far

 private:
  std::filesystem::path log_;
  std::filesystem::path ports_;
  Child child_;
  std::string endpoint_;
};

}  // namespace vencer::testing
