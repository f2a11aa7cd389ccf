// vencer put-tenant FILE: a tenant document into force, or only checked. The files that it names
// (holidays_ics) are read here and travel inside it.
#include <fmt/format.h>

#include <filesystem>

#include "tools/vencer/document_file.h"
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

int run(Invocation& call) {
  const std::string path = call.text("FILE");
  const Result<std::string> text = read_document(path);
  if (!text) return call.usage("put-tenant", text.error().message);
  Result<Client> client = call.connect(Invocation::Tenant::unused);
  if (!client) return call.fail("put-tenant", client.error());
  const bool check = call.flag("--check");
  const Result<PutTenantReply> reply =
      client->put_tenant(*text, std::filesystem::path(path).filename().string(), check);
  if (!reply) return call.fail("put-tenant", reply.error());
  for (const std::string& warning : reply->warnings) {
    std::fprintf(stderr, "vencer: warning: %s\n", warning.c_str());
  }
  if (call.globals().output == Output::table) {
    const char* verdict = check              ? "is valid"
                          : reply->unchanged ? "is in force already"
                                             : "is in force";
    print_line(fmt::format("tenant {}: {} (version {})", reply->name, verdict, reply->version));
    return exit_ok;
  }
  JsonWriter json;
  json.begin_object().field("tenant", reply->name).field("id", reply->tenant);
  json.field("version", reply->version)
      .field("unchanged", reply->unchanged)
      .field("checked_only", check);
  json.key("warnings").begin_array();
  for (const std::string& warning : reply->warnings) json.value(warning);
  json.end_array().end_object();
  print_line(json.text());
  return exit_ok;
}

const Registration registration({
    .name = "put-tenant",
    .summary = "bring a tenant document into force",
    .details =
        "A document that is wrong is refused whole: each fault as file:line:column: key: reason.",
    .options = {{.name = "FILE",
                 .help = "the TOML document",
                 .kind = OptionKind::positional,
                 .required = true},
                {.name = "--check", .help = "only check it", .kind = OptionKind::flag}},
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
