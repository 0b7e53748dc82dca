// The verbs of `thicket-core`: what needs no service, for `./dev cross` and small machines.
#include "thicket/verbs.h"

namespace thicket::cli {

void add_verbs(CLI::App& app, Run& run) {
  add_inspect(app, run);
  add_member(app, run);
  add_rules(app, run);
  add_suites(app, run);
  add_vectors(app, run);
}

}  // namespace thicket::cli
