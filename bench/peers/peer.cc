#include "bench/peers/peer.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <thread>

namespace vencer::bench {
namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

bool accepts(int port) {
  const int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  const bool good = connect(file, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(file);
  return good;
}

}  // namespace

int free_port() {
  const int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  auto* const at = reinterpret_cast<sockaddr*>(&address);
  const bool good = bind(file, at, length) == 0 && getsockname(file, at, &length) == 0;
  close(file);
  if (!good) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

void wait_for_port(int port, Child& child, const std::filesystem::path& log) {
  for (int tries = 0; tries < 4000; ++tries) {
    if (accepts(port)) return;
    if (!child.running()) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  throw std::runtime_error("a server did not start:\n" + read_text(log));
}

std::string member_text(std::uint64_t number) {
  // Digits first, so that a tree of members has something to compare.
  return fmt::format("{:016x}{:.<84}", number * 0x9e3779b97f4a7c15ull, " deadline of a ticket ");
}

std::string missing_program(const std::string& peer) {
  if (peer == "redis" && find_program("redis-server").empty()) {
    return "redis-server is not installed";
  }
  if (peer == "beanstalkd" && find_program("beanstalkd").empty()) {
    return "beanstalkd is not installed";
  }
  if (peer != "postgresql") return {};
  if (make_postgres_peer(1) == nullptr) return "built without libpq (libpq-dev)";
  return find_program("postgres", {"/usr/lib/postgresql/15/bin"}).empty()
             ? "postgresql-15 is not installed"
             : "";
}

}  // namespace vencer::bench
