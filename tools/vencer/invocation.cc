#include <algorithm>
#include <charconv>
#include <cstdio>

#include "tools/vencer/command.h"

namespace vencer::cli {
namespace {

// Known again by fail(): no server refused this, the command line lacks it.
constexpr std::string_view kNoTenantNamed =
    "no tenant is named; say --tenant NAME or set VENCER_TENANT";

ExitCode exit_code_of(const Error& error) {
  if (error.code == Errc::unreachable || error.code == Errc::timeout ||
      error.code == Errc::recovering) {
    return exit_unreachable;
  }
  return error.message == kNoTenantNamed ? exit_usage : exit_refused;
}

void complain(std::string_view what, std::string_view why, std::string_view hint) {
  std::string line = "vencer: ";
  line.append(what).append(": ").append(why);
  if (!hint.empty()) line.append(" (").append(hint).append(")");
  line.push_back('\n');
  std::fputs(line.c_str(), stderr);
}

}  // namespace

std::string Invocation::text(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() || found->second.empty() ? "" : found->second.front();
}

const std::vector<std::string>& Invocation::list(const std::string& name) const {
  static const std::vector<std::string> none;
  const auto found = values_.find(name);
  return found == values_.end() ? none : found->second;
}

bool Invocation::given(const std::string& name) const {
  return values_.contains(name);
}

Result<std::uint64_t> Invocation::number(const std::string& name) const {
  const std::string value = text(name);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size()) {
    return Error{Errc::invalid_document, name + ": '" + value + "' is not a whole number"};
  }
  return number;
}

Result<Client> Invocation::connect(Tenant tenant, DurationMs patience_ms) const {
  if (tenant == Tenant::needed && globals_.tenant.empty()) {
    return Error{Errc::unknown_tenant, std::string(kNoTenantNamed)};
  }
  ClientOptions options;
  options.endpoint = globals_.endpoint;
  if (tenant != Tenant::unused) options.tenant = globals_.tenant;
  options.token = globals_.token;
  options.producer = parse_producer(globals_.producer);
  options.name = "vencer " VENCER_VERSION;
  options.timeout_ms = std::max(globals_.timeout_ms, patience_ms);
  return Client::connect(options);
}

int Invocation::fail(std::string_view what, const Error& error, std::string_view hint) const {
  std::string why = error.message;
  if (why.empty()) why = to_string(error.code);
  complain(what, why, hint);
  return exit_code_of(error);
}

int Invocation::usage(std::string_view what, std::string_view why, std::string_view hint) const {
  complain(what, why, hint);
  return exit_usage;
}

}  // namespace vencer::cli
