#include "engine/config/nesting.h"

namespace vencer::config {
namespace {

class Scanner {
 public:
  Scanner(std::string_view text, std::size_t depth_max) : text_(text), depth_max_(depth_max) {}

  std::optional<Mark> run() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"' || c == '\'') {
        skip_string(c);
        continue;
      }
      if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
        continue;
      }
      count(c);
      if (depth_ > depth_max_ || dots_ >= depth_max_) return place();
      ++at_;
    }
    return std::nullopt;
  }

 private:
  void count(char c) {
    if (c == '.') {
      ++dots_;
    } else if (c == '[' || c == '{') {
      ++depth_;
      dots_ = 0;
    } else if (c == ']' || c == '}') {
      if (depth_ > 0) --depth_;
      dots_ = 0;
    } else if (c == '\n' || c == ',' || c == '=') {
      dots_ = 0;
    }
  }

  // To behind the string that begins here, whether it ends or not.
  void skip_string(char quote) {
    const bool basic = quote == '"';
    const std::string_view triple = basic ? R"(""")" : "'''";
    const bool long_form = text_.substr(at_).starts_with(triple);
    at_ += long_form ? 3 : 1;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (basic && c == '\\') {
        at_ += 2;
      } else if (!long_form && c == '\n') {
        return;  // not closed: the parser will say so
      } else if (c == quote && !long_form) {
        ++at_;
        return;
      } else if (c == quote && text_.substr(at_).starts_with(triple)) {
        at_ += 3;
        return;
      } else {
        ++at_;
      }
    }
    at_ = text_.size();
  }

  Mark place() const {
    Mark mark{1, 1};
    for (const char c : text_.substr(0, at_)) {
      if (c == '\n') {
        mark = {mark.line + 1, 1};
      } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
        ++mark.column;
      }
    }
    return mark;
  }

  std::string_view text_;
  std::size_t depth_max_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::size_t dots_ = 0;
};

}  // namespace

std::optional<Mark> too_deep(std::string_view text, std::size_t depth_max) {
  return Scanner(text, depth_max).run();
}

}  // namespace vencer::config
