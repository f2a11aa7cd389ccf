// The tenant of the figures (tenants/desk.toml), compiled: for programs that drive the core alone.
#pragma once

#include <bench_paths.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include "engine/config/document.h"

namespace vencer::bench {

inline TenantSpec figures_document() {
  const std::string path = VENCER_SOURCE_DIR "/bench/tenants/desk.toml";
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  const CompiledDocument compiled = compile_document(text.str(), path, nullptr);
  if (!compiled.errors.empty()) throw std::runtime_error(compiled.errors.front());
  return compiled.spec;
}

}  // namespace vencer::bench
