// model_stories [--seed S] [--histories N] [--tell] [--seen] [--with A,B] [--without A,B]: plays
// random stories; with and without what features.h names. --tell: shows the first one; --seen: what
// they reached.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/model/play.h"

using namespace vencer::model;

int main(int argc, char** argv) {
  std::uint64_t seed = 1;
  std::uint64_t histories = 10'000;
  bool tell_it = false;
  bool seen_it = false;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--tell") == 0) {
      tell_it = true;
    } else if (std::strcmp(argv[i], "--seen") == 0) {
      seen_it = true;
    } else if (i + 1 < argc && std::strcmp(argv[i], "--seed") == 0) {
      seed = std::strtoull(argv[++i], nullptr, 10);
    } else if (i + 1 < argc && std::strcmp(argv[i], "--with") == 0) {
      features_on |= features_of(argv[++i]);
    } else if (i + 1 < argc && std::strcmp(argv[i], "--without") == 0) {
      features_on &= ~features_of(argv[++i]);
    } else if (i + 1 < argc && std::strcmp(argv[i], "--histories") == 0) {
      histories = std::strtoull(argv[++i], nullptr, 10);
    } else {
      std::fputs(
          "usage: model_stories [--seed S] [--histories N] [--tell] [--seen] [--with A,B] "
          "[--without A,B]\n",
          stderr);
      return 2;
    }
  }
  if (tell_it) std::fputs(tell(make_story(seed)).c_str(), stdout);
  std::string report;
  const int differs = play_many(seed, histories, &report);
  std::fputs(report.c_str(), stdout);
  if (seen_it) std::fputs(tell_seen().c_str(), stdout);
  if (differs == 0) std::printf("%llu stories agree\n", static_cast<unsigned long long>(histories));
  return differs;
}
