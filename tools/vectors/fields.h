// Fields: the fields of one JSON object, each asked for by name, so that what nobody asked for can
// be told at the end: a vector must not pass half-read.
//
// Errors: FieldError, thrown, caught per case in run_file.cc; nothing here leaves this program.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <string>

namespace vencer::vectors {

// A vector that cannot be read as one: the sentence names the field.
struct FieldError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Fields {
 public:
  // `object` must outlive this. FieldError if it is not an object.
  explicit Fields(const nlohmann::json& object);

  bool has(const std::string& name) const { return object_.contains(name); }
  // FieldError when missing or of another type.
  std::int64_t integer(const std::string& name);
  std::string text(const std::string& name);
  std::string text_or(const std::string& name, const std::string& otherwise);
  bool boolean(const std::string& name);
  const nlohmann::json& any(const std::string& name);
  // For people only (`start_local`, `note`): may be missing, its value is not looked at.
  void ignore(const std::string& name) { asked_.insert(name); }
  // FieldError if there is a field that was never asked for.
  void expect_no_others() const;

 private:
  const nlohmann::json& object_;
  std::set<std::string> asked_;
};

}  // namespace vencer::vectors
