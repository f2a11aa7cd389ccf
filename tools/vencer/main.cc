// vencer: the command line of a vencerd. Everything is in command.h and one file per subcommand.
#include "tools/vencer/command.h"

int main(int argc, char** argv) {
  return vencer::cli::run_command_line(argc, argv);
}
