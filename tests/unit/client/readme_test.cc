// Goal: the example in net/client/README.md compiles and runs. Method: it stands here, and must be
// word for word the README's first C++ block.
#include <gtest/gtest.h>
#include <vencer_paths.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "net/client/client.h"
#include "tests/unit/client/fake_server.h"

namespace {

using vencer::test::FakePeer;
using vencer::test::FakeServer;

int example(const std::string& endpoint) {
  // README
  auto client = vencer::Client::connect({.endpoint = endpoint, .tenant = "zen"});
  if (!client) return std::puts(client.error().message.c_str());
  auto on_events = [&](const vencer::EventBatch& batch) {
    for (const vencer::Event& event : batch.events)
      std::printf("%s %s\n", vencer::key_text(event.ticket).c_str(), to_string(event.type).data());
  };
  auto stream = client->subscribe({}, {.events = on_events, .end = {}});
  auto reply = client->create("T-1", {{"plan", "Soporte Cloud"}, {"customer", "acme"}});
  if (!reply) std::puts(reply.error().message.c_str());  // "ticket T-1: it exists already ..."
  if (stream) (void)client->unsubscribe(stream->id);
  // README
  return 0;
}

std::string file_text(const std::string& path) {
  std::ifstream file(std::string(VENCER_SOURCE_DIR) + "/" + path);
  EXPECT_TRUE(file.is_open()) << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// The lines between the two markers, without their indentation of two.
std::string between(const std::string& text, const std::string& first, const std::string& last) {
  const std::size_t begin = text.find(first);
  if (begin == std::string::npos) return "no " + first;
  const std::size_t start = text.find('\n', begin) + 1;
  return text.substr(start, text.find(last, start) - start);
}

std::string outdented(std::string text) {
  std::string lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    lines += (line.rfind("  ", 0) == 0 ? line.substr(2) : line) + "\n";
  }
  return lines;
}

TEST(Readme, ExampleRuns) {
  FakeServer server([](FakePeer& peer) {
    peer.greet();
    vencer::Bytes out;
    vencer::encode_subscribe_reply(peer.read().header.correlation, {0, 1, 1, 1}, out);
    peer.send(out);
    peer.accept_commands(vencer::Errc::ticket_exists);
    peer.until_closed();
  });
  EXPECT_EQ(example(server.endpoint()), 0);
}

TEST(Readme, ExampleIsTheReadmes) {
  const std::string readme = between(file_text("net/client/README.md"), "```cpp", "```");
  const std::string here =
      between(file_text("tests/unit/client/readme_test.cc"), "  // README\n", "  // README\n");
  EXPECT_EQ(readme, outdented(here));
}

}  // namespace
