// Every #include held against layers.txt: a layer may include itself and the layers that its line
// names.
#pragma once

#include <map>
#include <set>

#include "house/source.h"

namespace thicket::house {

// layers.txt, parsed. Lines `layer: its layers`, each naming only lines above it; lines `<library:
// layers` say which layers alone may include a system header whose path starts so.
struct Layers {
  std::map<std::string, std::set<std::string>> uses;
  std::map<std::string, std::set<std::string>> libraries;
  Findings broken;  // what is wrong with the table itself
};

Layers parse_layers(const Source& table);

Findings check_layers(const Source& source, const Layers& layers);

}  // namespace thicket::house
