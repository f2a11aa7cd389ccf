#include "tools/vencer/import_csv.h"

#include <fmt/core.h>

#include <algorithm>

namespace vencer {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

class Parser {
 public:
  Parser(std::string_view text, std::string_view file) : text_(text), file_(file) {
    if (text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
  }

  Result<CsvTable> parse() {
    CsvTable table;
    table.file = file_;
    if (at_end()) return fault(1, 1, "the file is empty; its first line must name the columns");
    Result<std::vector<CsvCell>> header = parse_row();
    if (!header) return header.error();
    for (CsvCell& cell : *header) {
      if (table.find_column(cell.text)) {
        return fault(cell.line, cell.column, fmt::format("column '{}' stands twice", cell.text));
      }
      table.header.push_back(std::move(cell.text));
    }
    while (!at_end()) {
      Result<std::vector<CsvCell>> row = parse_row();
      if (!row) return row.error();
      if (row->size() != table.header.size()) {
        const CsvCell& last = row->back();
        return fault(
            last.line, last.column,
            fmt::format("the row has {} cells, the header {}", row->size(), table.header.size()));
      }
      table.rows.push_back(std::move(*row));
    }
    return table;
  }

 private:
  bool at_end() const { return at_ == text_.size(); }
  char peek() const { return text_[at_]; }
  bool at_line_end() const {
    return at_end() || peek() == '\n' || (peek() == '\r' && text_.substr(at_, 2) == "\r\n");
  }
  char take() {
    const char c = text_[at_++];
    ++column_;
    if (c == '\n') {
      ++line_;
      column_ = 1;
    }
    return c;
  }

  Error fault(std::uint32_t line, std::uint32_t column, std::string_view what) const {
    return {Errc::invalid_document, fmt::format("{}:{}:{}: {}", file_, line, column, what)};
  }

  Result<std::vector<CsvCell>> parse_row() {
    std::vector<CsvCell> row;
    for (;;) {
      CsvCell cell{{}, line_, column_};
      const Status status = !at_end() && peek() == '"' ? take_quoted(cell) : take_plain(cell);
      if (!status) return status.error();
      row.push_back(std::move(cell));
      if (at_line_end()) break;
      take();  // the comma
    }
    while (!at_end() && take() != '\n') {
    }
    return row;
  }

  Status take_plain(CsvCell& cell) {
    while (!at_line_end() && peek() != ',') {
      if (peek() == '"') return fault(line_, column_, "a quote inside a cell that is not quoted");
      cell.text += take();
    }
    return ok_status();
  }

  Status take_quoted(CsvCell& cell) {
    take();
    for (;;) {
      if (at_end()) return fault(cell.line, cell.column, "the quote is never closed");
      const char c = take();
      if (c != '"') {
        cell.text += c;
      } else if (!at_end() && peek() == '"') {
        cell.text += take();
      } else {
        break;
      }
    }
    if (!at_line_end() && peek() != ',') {
      return fault(line_, column_, "text after the closing quote");
    }
    return ok_status();
  }

  std::string_view text_;
  std::string file_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  std::uint32_t column_ = 1;
};

}  // namespace

std::optional<std::size_t> CsvTable::find_column(std::string_view name) const {
  const auto found = std::find(header.begin(), header.end(), name);
  if (found == header.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header.begin());
}

std::string CsvTable::where(const CsvCell& cell) const {
  return fmt::format("{}:{}:{}", file, cell.line, cell.column);
}

Result<CsvTable> parse_csv(std::string_view text, std::string_view file) {
  return Parser(text, file).parse();
}

}  // namespace vencer
