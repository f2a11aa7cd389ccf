// Knobs: what is chosen anew for each seed: sizes, limits, placement, pace, document, season.
#pragma once

#include <string>

#include "engine/runtime/server_config.h"
#include "tests/sim/network.h"
#include "tests/sim/producer.h"
#include "tests/sim/server.h"
#include "tests/sim/workload.h"

namespace vencer::sim {

struct Knobs {
  ServerConfig config;
  ServerKnobs server;
  NetKnobs net;
  ProducerKnobs producer;
  WorkKnobs work;
  std::size_t producers = 3;
  std::size_t subscribers = 3;
  TimeMs begins_at = 0;    // wall clock
  std::string example;     // of tools/examples
  bool with_model = true;  // the document is one that tests/model knows
};

Knobs throw_knobs(Dice dice, double load);

// The example's text; each version above 1 is another one of the same desk: other holidays, other
// targets.
std::string document_text(const std::string& example, unsigned version);

}  // namespace vencer::sim
