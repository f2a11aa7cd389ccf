// The bytes of each part of the state: what engine/core/README.md tells is what they are. (Private
// parts are asserted where they are declared.)
#include <gtest/gtest.h>
#include <vencer_paths.h>

#include <fstream>
#include <map>
#include <string>

#include "engine/core/calendar_store.h"
#include "engine/core/compiled_tenant.h"
#include "engine/core/customer_table.h"
#include "engine/core/detectors.h"
#include "engine/core/schedules.h"
#include "engine/core/ticket_extras.h"
#include "engine/core/ticket_table.h"
#include "tests/unit/core/desk.h"

namespace vencer::test {
namespace {

// First words of a row of the table "Bytes" -> its second column.
std::map<std::string, std::string> rows_of_the_page() {
  std::ifstream file(std::string(VENCER_SOURCE_DIR) + "/engine/core/README.md");
  std::map<std::string, std::string> rows;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("## ")) inside = line == "## Bytes";
    if (!inside || !line.starts_with("| ")) continue;
    const std::size_t bar = line.find(" | ");
    rows[line.substr(2, bar - 2)] = line.substr(bar + 3, line.find(" | ", bar + 3) - bar - 3);
  }
  return rows;
}

TEST(Sizes, ThePageTellsThem) {
  const auto rows = rows_of_the_page();
  ASSERT_GT(rows.size(), 10u);
  const auto told = [&](const std::string& part) {
    for (const auto& [name, bytes] : rows) {
      if (name.starts_with(part)) return bytes;
    }
    return "no row " + part;
  };
  const auto begins_with = [&](const std::string& part, std::size_t bytes) {
    const std::string text = told(part);
    EXPECT_EQ(text.substr(0, text.find_first_not_of("0123456789,")), std::to_string(bytes)) << part;
  };
  begins_with("`TicketHeader`", sizeof(TicketHeader));
  begins_with("`ClockState`", sizeof(ClockState));
  begins_with("customer", sizeof(Customer));
  EXPECT_NE(told("customer").find(std::to_string(sizeof(AttributeValue)) + " an attribute"),
            std::string::npos);
  begins_with("time in status", sizeof(TimeInStatus));
  begins_with("digest being collected", sizeof(DigestRow));
  begins_with("link", sizeof(TicketLink));
  begins_with("detector", sizeof(Detector::KeptSeries));
}

// The tenant of the goals: eight closed attributes, two clocks.
TEST(Sizes, TheBlockOfATicket) {
  TenantSpec spec = desk_document();
  ASSERT_EQ(spec.clocks.size(), 2u);
  AttributeSpec attribute;
  attribute.values.assign(255, "v");
  attribute.value_retired.assign(255, false);
  spec.attributes.clear();
  for (int i = 0; i < 8; ++i) {
    attribute.name = std::to_string(i);
    spec.attributes.push_back(attribute);
  }
  spec.rules.clear();
  spec.rule_order.clear();
  CalendarStore calendars;
  const auto cells = [&] {
    auto tenant = CompiledTenant::make(1, spec, calendars);
    return tenant.ok() ? (*tenant)->layout().cells : 0u;
  };
  EXPECT_EQ(cells() * 8, 104u);
  spec.attributes[7].values.push_back("one more");  // 256: two bytes
  EXPECT_EQ(cells() * 8, 112u);
  spec.attributes[6].open = true;  // a cell of its own; the rest fits into another
  EXPECT_EQ(cells() * 8, 112u);
}

}  // namespace
}  // namespace vencer::test
