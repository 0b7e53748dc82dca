// Documents held against what they describe: the table of layers, links to files, code that
// examples/ compiles, tests that are named.
#pragma once

#include <functional>

#include "house/layers.h"

namespace thicket::house {

// ARCHITECTURE.md: its table has one row for each layer, with what that layer may use.
Findings check_architecture(const Source& document, const Layers& layers);

// Markdown: each relative link leads to something that `exists`, asked with a path from the root.
Findings check_links(const Source& document, const std::function<bool(const std::string&)>& exists);

// Markdown: each block of C++ stands, line for line, in one of the examples, which the tests
// compile.
Findings check_code(const Source& document, const std::vector<Source>& examples);

// Markdown: a link to a *_test.cpp whose text is not code in backticks names a test that stands in
// that file, by its whole name.
Findings check_cited_tests(const Source& document, const std::vector<Source>& sources);

}  // namespace thicket::house
