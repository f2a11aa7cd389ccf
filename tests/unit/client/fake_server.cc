#include "tests/unit/client/fake_server.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vencer_generated.h>

#include <cstdlib>

namespace vencer::test {
namespace {

bool read_all(int fd, std::byte* into, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::read(fd, into, size);
    if (got <= 0) return false;
    into += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

}  // namespace

TenantSpec small_tenant() {
  TenantSpec tenant;
  tenant.name = "zen";
  tenant.version = 1;
  tenant.statuses = {{"Nuevo", StatusCategory::fresh, false},
                     {"Resuelto", StatusCategory::resolved, false},
                     {"Viejo", StatusCategory::open, true}};
  tenant.levels = {"Nivel 1", "Nivel 2"};
  for (const char* builtin : kBuiltinActivityNames) tenant.activities.push_back({builtin, false});
  AttributeSpec plan;
  plan.name = "plan";
  plan.values = {"Soporte Cloud", "Soporte + Cloud"};
  plan.value_retired = {false, false};
  plan.aliases = {{"Cloud", 1}};
  AttributeSpec customer;
  customer.name = "customer";
  customer.open = true;
  tenant.attributes = {plan, customer};
  CalendarSpec always;
  always.name = "24x7";
  always.always_open = true;
  tenant.calendars = {always};
  ClockSpec clock;
  clock.name = "resolution";
  clock.step_names = {"75%"};
  tenant.clocks = {clock};
  tenant.recipients = {{"guardia", {{0, kNoId8, "turno", "telefono"}, {0, 1, "", ""}}, false}};
  return tenant;
}

Request FakePeer::read() {
  Request request;
  std::byte head[kFrameHeaderBytes];
  if (!read_all(fd_, head, sizeof head)) return request;
  FrameHeader header = decode_frame_header(head);
  request.body.resize(header.length);
  if (read_all(fd_, request.body.data(), request.body.size())) request.header = header;
  return request;
}

void FakePeer::send(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
}

void FakePeer::answer_hello(const Request& hello, std::uint64_t last_number,
                            const TenantSpec* tenant) {
  const TenantSpec own = small_tenant();
  ServerInfo info;
  info.server = "fake 1";
  info.epoch = 1;
  info.first_sequence = 1;
  info.last_number = last_number;
  Bytes out;
  const bool named = !decode_hello(hello.body).tenant.empty();
  const TenantSpec* names = tenant == nullptr ? &own : tenant;
  encode_hello_reply(hello.header.correlation, info, named ? 7 : 0, named ? names : nullptr, out);
  send(out);
}

Request FakePeer::greet(std::uint64_t last_number, const TenantSpec* tenant) {
  Request hello = read();
  if (hello) answer_hello(hello, last_number, tenant);
  return hello;
}

void FakePeer::answer_commands(const Request& request, Errc code) {
  CommandBatch batch;
  batch.decode(request.body);
  std::vector<CommandResult> results(batch.commands.size());
  for (CommandResult& result : results) {
    result.code = code;
    result.version = 3;
  }
  Bytes out;
  encode_commands_reply(request.header.correlation, results, {100, 1, 5, 1}, out);
  send(out);
}

Request FakePeer::accept_commands(Errc code) {
  Request request = read();
  if (request) answer_commands(request, code);
  return request;
}

void FakePeer::until_closed() {
  while (read()) {
  }
}

FakeServer::FakeServer(std::function<void(FakePeer&)> script) {
  listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 1) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this, script = std::move(script)] {
    const int fd = ::accept(listener_, nullptr, nullptr);
    if (fd < 0) return;
    FakePeer peer(fd);
    script(peer);
    ::close(fd);
  });
}

FakeServer::~FakeServer() {
  ::shutdown(listener_, SHUT_RDWR);  // ends an accept that nobody came for
  wait();
  ::close(listener_);
}

void FakeServer::wait() {
  if (thread_.joinable()) thread_.join();
}

std::string FakeServer::endpoint() const {
  return "127.0.0.1:" + std::to_string(port_);
}

}  // namespace vencer::test
