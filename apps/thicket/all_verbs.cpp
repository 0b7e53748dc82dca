// The verbs of the program `thicket`.
#include "thicket/verbs.h"

namespace thicket::cli {

void add_verbs(CLI::App& app, Run& run) {
  add_bench(app, run);
  add_compare(app, run);
  add_demo(app, run);
  add_inspect(app, run);
  add_plan(app, run);
  add_rules(app, run);
  add_serve(app, run);
  add_suites(app, run);
  add_vectors(app, run);
  add_warm(app, run);
}

}  // namespace thicket::cli
