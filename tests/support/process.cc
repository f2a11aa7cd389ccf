#include "tests/support/process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace vencer::testing {
namespace {

namespace fs = std::filesystem;

std::string read_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  return pointers;
}

pid_t spawn(const std::vector<std::string>& arguments, const fs::path& out, const fs::path& err,
            const std::vector<std::string>& environment = {}) {
  std::vector<char*> argv = pointers_to(arguments);
  argv.push_back(nullptr);
  std::vector<char*> env = pointers_to(environment);  // the first of a name counts
  for (char** each = environ; *each != nullptr; ++each) env.push_back(*each);
  env.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid != 0) return pid;
  // Only what is safe between fork and exec in a program with threads.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  const int out_file = open(out.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  const int err_file = open(err.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (out_file < 0 || err_file < 0 || dup2(out_file, 1) < 0 || dup2(err_file, 2) < 0) _exit(127);
  execve(argv[0], argv.data(), env.data());
  _exit(127);
}

int code_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::vector<std::string> server_arguments(const fs::path& data, const fs::path& ports,
                                          const std::vector<std::string>& flags) {
  std::vector<std::string> arguments = {VENCER_SERVER_PROGRAM, "--data",       data, "--listen",
                                        "127.0.0.1:0",         "--ports-file", ports};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  return arguments;
}

// The ports file of an earlier start would be read in the place of the new one's.
fs::path without_old(const fs::path& path) {
  fs::remove(path);
  return path;
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = fs::temp_directory_path() / "vencer-test-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

CommandResultText run_command(const std::vector<std::string>& arguments) {
  const TemporaryFolder folder;
  const fs::path out = folder.path() / "out", err = folder.path() / "err";
  int status = 0;
  const pid_t pid = spawn(arguments, out, err);
  if (waitpid(pid, &status, 0) != pid) throw std::runtime_error("waitpid");
  return {code_of(status), read_text(out), read_text(err)};
}

Child::Child(const std::vector<std::string>& arguments, const fs::path& output,
             const std::vector<std::string>& environment)
    : pid_(spawn(arguments, output, output, environment)) {}

Child::~Child() {
  signal(SIGKILL);
  wait();
}

bool Child::running() {
  if (pid_ < 0) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return true;
  pid_ = -1;
  exit_code_ = code_of(status);
  return false;
}

void Child::signal(int number) {
  if (pid_ >= 0) kill(pid_, number);
}

int Child::wait() {
  int status = 0;
  if (pid_ >= 0 && waitpid(pid_, &status, 0) == pid_) exit_code_ = code_of(status);
  pid_ = -1;
  return exit_code_;
}

Server::Server(const fs::path& data, const std::vector<std::string>& flags)
    : Server(data, flags, MayEnd{}) {
  if (endpoint_.empty()) throw std::runtime_error("vencerd did not start:\n" + log());
}

Server::Server(const fs::path& data, const std::vector<std::string>& flags, const MayEnd& may_end)
    : log_(data.string() + ".log"),
      ports_(without_old(data.string() + ".ports")),
      child_(server_arguments(data, ports_, flags), log_, may_end.environment) {
  // Written in one piece once the server answers; looked for as long as the server lives.
  while (endpoint_.empty()) {
    std::ifstream in(ports_);
    if (std::getline(in, endpoint_)) break;
    if (!child_.running()) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

void Server::kill_hard() {
  child_.signal(SIGKILL);
  child_.wait();
}

int Server::stop() {
  child_.signal(SIGTERM);
  return child_.wait();
}

std::string Server::log() const {
  return read_text(log_);
}

}  // namespace vencer::testing
