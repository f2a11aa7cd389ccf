// vencer delete-tenant NAME --yes
#include "tools/vencer/words.h"

namespace vencer::cli {
namespace {

int run(Invocation& call) {
  const std::string name = call.text("NAME");
  if (!call.flag("--yes")) {
    return call.usage("delete-tenant", "all its tickets go and do not come back; say --yes");
  }
  Result<Client> client = call.connect(Invocation::Tenant::unused);
  if (!client) return call.fail("delete-tenant", client.error());
  const Result<DeleteTenantReply> reply = client->delete_tenant(name);
  if (!reply) return call.fail("delete-tenant", reply.error());
  if (call.globals().output == Output::table) {
    print_line("tenant " + name + ": deleted, with " + std::to_string(reply->open_tickets) +
               " open tickets");
    return exit_ok;
  }
  JsonWriter json;
  json.begin_object().field("tenant", name).field("id", reply->tenant);
  json.field("open_tickets", reply->open_tickets).end_object();
  print_line(json.text());
  return exit_ok;
}

const Registration registration({
    .name = "delete-tenant",
    .summary = "delete a tenant with all its tickets",
    .details = "Its events stay in the stream as long as they are kept.",
    .options =
        {{.name = "NAME", .help = "the tenant", .kind = OptionKind::positional, .required = true},
         {.name = "--yes", .help = "really", .kind = OptionKind::flag}},
    .run = run,
});

}  // namespace
}  // namespace vencer::cli
