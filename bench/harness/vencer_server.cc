#include "bench/harness/vencer_server.h"

#include <bench_paths.h>
#include <fmt/core.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace vencer::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kStopPatienceMs = 120'000;

std::vector<std::string> server_arguments(const fs::path& data, const fs::path& ports,
                                          const std::vector<std::string>& flags) {
  std::vector<std::string> arguments = {VENCER_SERVER_PROGRAM, "--data",       data, "--listen",
                                        "127.0.0.1:0",         "--ports-file", ports};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  return arguments;
}

fs::path without_old(const fs::path& path) {
  fs::remove(path);
  return path;
}

std::string last_lines(const fs::path& log) {
  const std::string text = read_text(log);
  return text.substr(text.size() - std::min<std::size_t>(text.size(), 2000));
}

LoadResult parse_load(const std::string& text, const fs::path& log) {
  nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object()) {
    throw std::runtime_error("vencer load failed:\n" + text + last_lines(log));
  }
  if (!json["errors"].empty()) {
    throw std::runtime_error("vencer load was refused commands: " + json["errors"].dump());
  }
  return {std::move(json)};
}

}  // namespace

const std::vector<std::string> kNoSnapshots = {"--snapshot-every", "0s", "--snapshot-log-bytes",
                                               "0"};

fs::path desk_document() {
  return VENCER_SOURCE_DIR "/bench/tenants/desk.toml";
}
fs::path storm_document() {
  return VENCER_SOURCE_DIR "/bench/tenants/storm.toml";
}
fs::path due_document() {
  return VENCER_SOURCE_DIR "/bench/tenants/due.toml";
}

std::string wait_for_endpoint(const fs::path& ports, Child& program, const fs::path& log) {
  for (std::string endpoint;;) {
    std::ifstream in(ports);
    if (std::getline(in, endpoint)) return endpoint;
    if (!program.running()) throw std::runtime_error("a server did not start:\n" + last_lines(log));
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

VencerServer::VencerServer(const fs::path& data, const std::vector<std::string>& flags)
    : log_(data.string() + ".log"),
      ports_(without_old(data.string() + ".ports")),
      child_(server_arguments(data, ports_, flags), log_) {
  const auto from = std::chrono::steady_clock::now();
  endpoint_ = wait_for_endpoint(ports_, child_, log_);
  start_seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
}

Client VencerServer::connect(const std::string& tenant) const {
  ClientOptions options;
  options.endpoint = endpoint_;
  options.tenant = tenant;
  options.timeout_ms = 60'000;
  options.frames_in_flight_max = 1024;
  Result<Client> client = Client::connect(options);
  if (!client) throw std::runtime_error(client.error().message + "\n" + last_lines(log_));
  return std::move(*client);
}

void VencerServer::put_tenant(const fs::path& document) const {
  Client client = connect("");
  const auto put = client.put_tenant(read_text(document), document.filename().string());
  if (!put) throw std::runtime_error(put.error().message);
}

SnapshotReply VencerServer::take_snapshot() const {
  ClientOptions options;
  options.endpoint = endpoint_;
  options.timeout_ms = 3'600'000;
  Result<Client> client = Client::connect(options);
  if (!client) throw std::runtime_error(client.error().message);
  Result<SnapshotReply> taken = client->take_snapshot();
  if (!taken) throw std::runtime_error(taken.error().message);
  return *taken;
}

int VencerServer::stop() {
  return child_.stop(SIGTERM, kStopPatienceMs);
}

void VencerServer::kill_hard() {
  child_.signal(SIGKILL);
  child_.wait();
}

double VencerServer::counter(const std::string& name) const {
  const std::string text = read_text(log_);
  const std::string word = " " + name + "=";
  const std::size_t at = text.rfind(word);
  if (at == std::string::npos) return 0;
  const char* number = text.c_str() + at + word.size();
  return std::strtod(*number == '"' ? number + 1 : number, nullptr);
}

std::vector<std::string> load_arguments(const std::string& endpoint, const std::string& tenant,
                                        const std::vector<std::string>& flags) {
  std::vector<std::string> arguments = {VENCER_PROGRAM, "--endpoint", endpoint, "--tenant",
                                        tenant,         "-o",         "json",   "load"};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  return arguments;
}

LoadResult run_load(const std::string& endpoint, const std::string& tenant,
                    const std::vector<std::string>& flags, const fs::path& log) {
  return parse_load(run_program(load_arguments(endpoint, tenant, flags), log).out, log);
}

LoadResult fill_desk(const VencerServer& server, std::uint64_t tickets, const fs::path& log) {
  const std::string count = std::to_string(tickets);
  return run_load(server, "desk",
                  {"--create-only", "--tickets", count, "--base", "1", "-c",
                   std::to_string(kFillConnections), "-P", "4", "--frame", "256"},
                  log);
}

LoadBeside::LoadBeside(const VencerServer& server, const std::string& tenant,
                       const std::vector<std::string>& flags, const fs::path& folder)
    : out_(without_old(folder / "load-beside.out")),
      child_(load_arguments(server.endpoint(), tenant, flags), out_) {}

LoadResult LoadBeside::finish() {
  child_.wait();
  return parse_load(read_text(out_), out_);
}

}  // namespace vencer::bench
