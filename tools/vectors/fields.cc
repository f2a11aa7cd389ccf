#include "tools/vectors/fields.h"

namespace vencer::vectors {

Fields::Fields(const nlohmann::json& object) : object_(object) {
  if (!object.is_object()) throw FieldError("is not an object");
}

const nlohmann::json& Fields::any(const std::string& name) {
  asked_.insert(name);
  const auto found = object_.find(name);
  if (found == object_.end()) throw FieldError("field '" + name + "' is missing");
  return *found;
}

std::int64_t Fields::integer(const std::string& name) {
  const nlohmann::json& value = any(name);
  if (!value.is_number_integer()) throw FieldError("field '" + name + "' must be an integer");
  return value.get<std::int64_t>();
}

std::string Fields::text(const std::string& name) {
  const nlohmann::json& value = any(name);
  if (!value.is_string()) throw FieldError("field '" + name + "' must be a string");
  return value.get<std::string>();
}

std::string Fields::text_or(const std::string& name, const std::string& otherwise) {
  return has(name) ? text(name) : otherwise;
}

bool Fields::boolean(const std::string& name) {
  const nlohmann::json& value = any(name);
  if (!value.is_boolean()) throw FieldError("field '" + name + "' must be true or false");
  return value.get<bool>();
}

void Fields::expect_no_others() const {
  for (const auto& [name, value] : object_.items()) {
    if (!asked_.contains(name)) throw FieldError("unknown field '" + name + "'");
  }
}

}  // namespace vencer::vectors
