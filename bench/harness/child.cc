#include "bench/harness/child.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace vencer::bench {
namespace {

namespace fs = std::filesystem;

// What must not outlive us.
struct Registry {
  std::mutex mutex;
  std::set<pid_t> children;
  std::set<fs::path> folders;
};
Registry& registry() {
  static Registry* const one = new Registry;  // never destroyed: the signal thread may use it last
  return *one;
}

[[noreturn]] void end_everything(int signal_number) {
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  for (const pid_t pid : all.children) kill(pid, SIGKILL);
  for (const pid_t pid : all.children) waitpid(pid, nullptr, 0);
  std::error_code ignored;
  for (const fs::path& folder : all.folders) fs::remove_all(folder, ignored);
  _exit(128 + signal_number);
}

int code_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// In the child, between fork and exec: only what is safe there.
[[noreturn]] void become(char* const* argv, int out, int err, pid_t parent, const passwd* account) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  setpgid(0, 0);  // Ctrl-C reaches us alone, so that the order of ends is ours
  if (dup2(out, 1) < 0 || dup2(err, 2) < 0) _exit(127);
  if (account != nullptr && (setgroups(0, nullptr) != 0 || setgid(account->pw_gid) != 0 ||
                             setuid(account->pw_uid) != 0)) {
    _exit(127);
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  execvp(argv[0], argv);
  _exit(127);
}

pid_t spawn(const std::vector<std::string>& arguments, int out, int err, const std::string& user) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const passwd* account = user.empty() || getuid() != 0 ? nullptr : getpwnam(user.c_str());
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) become(argv.data(), out, err, parent, account);
  if (pid < 0) throw std::runtime_error("fork failed");
  all.children.insert(pid);
  return pid;
}

void forget(pid_t pid) {
  const std::lock_guard lock(registry().mutex);
  registry().children.erase(pid);
}

int open_log(const fs::path& log) {
  const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) throw std::runtime_error("cannot write " + log.string());
  return file;
}

double thread_seconds(const fs::path& task) {
  std::ifstream in(task / "schedstat");
  double nanoseconds = 0;
  in >> nanoseconds;
  return nanoseconds * 1e-9;
}

// Of /proc/PID/stat: ticks are hundredths of a second.
struct Stat {
  pid_t parent = -1;
  double own_seconds = 0, ended_children_seconds = 0;
};
std::optional<Stat> read_stat(const fs::path& proc) {
  const std::string text = read_text(proc / "stat");
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream rest(text.substr(name_end + 2));
  Stat stat;
  std::string skipped;
  rest >> skipped >> stat.parent;
  for (int field = 5; field < 14; ++field) rest >> skipped;
  double user = 0, system = 0, child_user = 0, child_system = 0;
  rest >> user >> system >> child_user >> child_system;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  stat.own_seconds = (user + system) / ticks;
  stat.ended_children_seconds = (child_user + child_system) / ticks;
  return stat;
}

std::uint64_t kib_of(const std::string& status, const std::string& key) {
  const std::size_t at = status.find(key);
  return at == std::string::npos ? 0 : std::strtoull(status.c_str() + at + key.size(), nullptr, 10);
}

}  // namespace

ScratchFolder::ScratchFolder(const fs::path& where) {
  fs::create_directories(where);
  std::string name = where / "vencer-bench-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder in " + where.string());
  path_ = name;
  fs::permissions(path_, fs::perms::owner_all | fs::perms::others_exec | fs::perms::group_exec);
  const std::lock_guard lock(registry().mutex);
  registry().folders.insert(path_);
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
  const std::lock_guard lock(registry().mutex);
  registry().folders.erase(path_);
}

ProcessCost process_cost(pid_t pid) {
  ProcessCost cost;
  const fs::path proc = fs::path("/proc") / std::to_string(pid);
  const std::optional<Stat> stat = read_stat(proc);
  if (!stat) return cost;
  cost.cpu_seconds = stat->own_seconds;
  std::error_code gone;
  double scheduled = 0;
  for (const auto& task : fs::directory_iterator(proc / "task", gone)) {
    std::string name = read_text(task.path() / "comm");
    while (!name.empty() && name.back() == '\n') name.pop_back();
    const double seconds = thread_seconds(task.path());
    cost.by_thread[name] += seconds;
    scheduled += seconds;
  }
  // Finer than clock ticks, but without threads that have ended.
  cost.cpu_seconds = std::max(cost.cpu_seconds, scheduled);
  const std::string status = read_text(proc / "status");
  cost.rss_bytes = kib_of(status, "VmRSS:") * 1024;
  cost.rss_peak_bytes = kib_of(status, "VmHWM:") * 1024;
  return cost;
}

double tree_cpu_seconds(pid_t pid) {
  double seconds = 0;
  std::error_code gone;
  for (const auto& proc : fs::directory_iterator("/proc", gone)) {
    const std::string name = proc.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::optional<Stat> stat = read_stat(proc.path());
    if (!stat) continue;
    if (name == std::to_string(pid)) seconds += stat->own_seconds + stat->ended_children_seconds;
    if (stat->parent == pid) seconds += stat->own_seconds;
  }
  return seconds;
}

Child::Child(const std::vector<std::string>& arguments, const fs::path& log,
             const std::string& user) {
  const int file = open_log(log);
  pid_ = spawn(arguments, file, file, user);
  close(file);
}

Child::Child(Child&& other) noexcept : pid_(other.pid_), exit_code_(other.exit_code_) {
  other.pid_ = -1;
}

Child::~Child() {
  signal(SIGKILL);
  wait();
}

bool Child::running() {
  if (pid_ < 0) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return true;
  forget(pid_);
  pid_ = -1;
  exit_code_ = code_of(status);
  return false;
}

void Child::signal(int number) {
  if (pid_ >= 0) kill(pid_, number);
}

int Child::wait() {
  int status = 0;
  if (pid_ >= 0 && waitpid(pid_, &status, 0) == pid_) {
    forget(pid_);
    exit_code_ = code_of(status);
  }
  pid_ = -1;
  return exit_code_;
}

int Child::stop(int signal_number, int patience_ms) {
  signal(signal_number);
  for (int waited = 0; waited < patience_ms && running(); waited += 5) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  signal(SIGKILL);
  return wait();
}

Ran run_program(const std::vector<std::string>& arguments, const fs::path& log,
                const std::string& user) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  const int file = open_log(log);
  const pid_t pid = spawn(arguments, ends[1], file, user);
  close(file);
  close(ends[1]);
  Ran ran;
  char buffer[4096];
  for (ssize_t got = 0; (got = read(ends[0], buffer, sizeof buffer)) > 0;) {
    ran.out.append(buffer, static_cast<std::size_t>(got));
  }
  close(ends[0]);
  int status = 0;
  if (waitpid(pid, &status, 0) == pid) ran.exit_code = code_of(status);
  forget(pid);
  return ran;
}

std::string find_program(const std::string& name, const std::vector<std::string>& more) {
  std::vector<std::string> folders;
  std::istringstream path(std::getenv("PATH") != nullptr ? std::getenv("PATH") : "");
  for (std::string folder; std::getline(path, folder, ':');) folders.push_back(folder);
  folders.insert(folders.end(), more.begin(), more.end());
  for (const std::string& folder : folders) {
    const fs::path candidate = fs::path(folder) / name;
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

std::string read_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

int user_id(const std::string& user) {
  const passwd* account = getpwnam(user.c_str());
  return account == nullptr ? -1 : static_cast<int>(account->pw_uid);
}

void end_cleanly_on_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread([signals] {
    int number = 0;
    sigwait(&signals, &number);
    end_everything(number);
  }).detach();
}

}  // namespace vencer::bench
