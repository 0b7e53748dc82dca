// The verbs of `thicket-demo`: what `./dev demo` runs and nothing else, so that it is built in
// minutes.
#include "thicket/verbs.h"

namespace thicket::cli {

void add_verbs(CLI::App& app, Run& run) {
  add_demo(app, run);
  add_serve(app, run);
}

}  // namespace thicket::cli
