// thicket inspect: MLS octets with the RFC's field names.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "messages/describe.h"
#include "thicket/input.h"
#include "thicket/verbs.h"

namespace thicket::cli {

namespace {

struct Options {
  std::string file;
  std::string type = "MLSMessage";
  bool json = false;
};

std::string all_types() {
  std::string out;
  std::string line = " ";
  for (std::string_view type : describable_types()) {
    if (line.size() + type.size() > 78) {
      out += line + "\n";
      line = " ";
    }
    line += " " + std::string(type);
  }
  return out + line;
}

int inspect(const Options& options) {
  if (!is_describable(options.type)) {
    throw UsageError{"no struct of the RFC is called " + options.type};
  }
  std::optional<Error> likeliest;
  for (const Bytes& reading : readings_of(read_input(options.file))) {
    auto description = describe_as(options.type, reading);
    if (description) {
      std::cout << (options.json ? codec::to_json(*description) : codec::to_text(*description));
      return fine;
    }
    if (!likeliest) likeliest = std::move(description).error();
  }
  std::cerr << "thicket inspect: " << options.file << " is no " << options.type << ": "
            << describe(*likeliest) << "\n";
  return check_failed;
}

}  // namespace

void add_inspect(CLI::App& app, Run& run) {
  CLI::App* verb = app.add_subcommand("inspect", "Print MLS octets with the RFC's field names");
  const auto options = std::make_shared<Options>();
  verb->add_option("FILE", options->file,
                   "the octets, binary, hexadecimal or base64; - is standard input")
      ->required();
  verb->add_option("--type", options->type, "the struct they are")->capture_default_str();
  verb->add_flag("--json", options->json, "print JSON");
  verb->footer("example:  thicket inspect --type ratchet_tree tree.hex\ntypes:\n" + all_types());
  verb->callback([options, &run] { run.exit_code = inspect(*options); });
}

}  // namespace thicket::cli
