#include "test_server.h"

#include <stdlib.h>

#include <filesystem>
#include <utility>

namespace vencer::testing {

const char* const kDocument = R"(
format = 1
tenant = "zen"
status = [["Nuevo", "new"], ["Abierto", "open"], ["Pendiente", "pending"], ["Resuelto", "resolved"], ["Cerrado", "closed"]]
level = ["Nivel 1", "Nivel 2"]

[attribute]
priority = ["Alta", "Baja"]

[[clock]]
name = "resolution"
start = ["created"]
stop = ["category:resolved", "category:closed"]
pause_while = ["category:pending"]

[[policy]]
name = "tabla"
by = ["priority"]
clocks = ["resolution"]
calendar = "24x7"
ladder = "aviso"
[policy.target]
Alta = ["10s"]
Baja = ["60s"]

[ladder.aviso]
steps = [{ at = "50%", warn = "mesa" }]

[recipient]
mesa = [{ to = "mesa", via = "correo" }]
)";

TestServer::TestServer(Placement placement) {
  setup_logging(LogLevel::error, LogFormat::logfmt);
  char path[] = "/tmp/vencer-server-test-XXXXXX";
  directory_ = ::mkdtemp(path);
  config.data = directory_ + "/data";
  config.listen = "127.0.0.1:0";
  config.threads = placement;
  config.capacity = 4096;
  config.producers = 64;
  config.segment_bytes = 2 * limits::group_bytes_max;
  config.hello_timeout_ms = 60'000;
}

TestServer::~TestServer() {
  crash();
  std::filesystem::remove_all(directory_);
}

Status TestServer::try_start() {
  auto started =
      Server::start(*storage_, *clock_, config, [this](const Error& e) { fatal_.push_back(e); });
  if (!started) return started.error();
  server_ = std::move(*started);
  clock_->wake(server_->shard_wakeups());
  return ok_status();
}

void TestServer::start() {
  const Status started = try_start();
  if (!started) throw std::runtime_error(started.error().message);
}

std::string TestServer::start_error() {
  const Status started = try_start();
  return started ? std::string() : started.error().message;
}

void TestServer::stop() {
  const Status stopped = server_->stop();
  ASSERT_TRUE(stopped.ok()) << stopped.error().message;
  crash();
}

void TestServer::crash() {
  clock_->wake({});
  server_.reset();
}

TenantId greet(Peer& peer) {
  peer.ask(hello_frame(1)).as<wire::HelloReply>(wire::FrameType::hello_reply);
  const Received put = peer.ask(put_tenant_frame(2, kDocument));
  return put.as<wire::PutTenantReply>(wire::FrameType::put_tenant_reply)->tenant();
}

std::vector<wire::CommandResult> results_of(const Received& reply) {
  const auto* commands = reply.as<wire::CommandsReply>(wire::FrameType::commands_reply);
  std::vector<wire::CommandResult> results;
  for (const wire::CommandResult* result : *commands->results()) results.push_back(*result);
  return results;
}

std::vector<std::string> read_events(Peer& peer, std::size_t count) {
  std::vector<std::string> lines;
  while (lines.size() < count) {
    const Received frame = peer.receive();
    const auto* events = frame.as<wire::Events>(wire::FrameType::events);
    if (events->events() == nullptr) continue;
    for (const wire::Event* event : *events->events()) {
      lines.push_back(
          std::to_string(event->sequence()) + " " + wire::EnumNameEventType(event->type()) + " " +
          std::to_string(event->key()->low()) + " at " + std::to_string(event->emitted() - kStart));
    }
  }
  return lines;
}

}  // namespace vencer::testing
