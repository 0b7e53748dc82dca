// Each house check is fed a file that breaks exactly its rule, and one that does not.
#include <doctest/doctest.h>

#include "house/documents.h"
#include "house/layers.h"
#include "house/limits.h"
#include "house/system.h"
#include "house/words.h"

using namespace thicket::house;

namespace {

std::string repeat(const std::string& text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

bool says(const Findings& found, std::string_view words) {
  return found.size() == 1 && found[0].what.find(words) != std::string::npos;
}

Layers table() {
  return parse_layers({"layers.txt",
                       "base:\ncrypto: base\ncrypto/awslc: base crypto\ntree: base crypto\n"
                       "group: base tree\n<openssl/: crypto/awslc\n"});
}

}  // namespace

TEST_CASE("a layer includes itself and what its line names, and nothing else") {
  const Source good{"src/tree/a.cpp", "#include \"tree/a.h\"\n#include \"base/b.h\"\n"};
  CHECK(check_layers(good, table()).empty());
  const Source upward{"src/tree/a.cpp", "\n#include \"group/group.h\"\n"};
  CHECK(check_layers(upward, table()) ==
        Findings{{"src/tree/a.cpp", 2, "layer tree may not include group"}});
  const Source spaced{"src/tree/a.cpp", "#  include \"group/group.h\"\n"};
  CHECK(check_layers(spaced, table()).size() == 1);
  const Source unnamed{"src/group/a.cpp", "#include \"crypto/c.h\"\n"};
  CHECK(says(check_layers(unnamed, table()), "group may not include crypto"));
}

TEST_CASE("a backend is named by tests and not by the layer beside them") {
  const std::string line = "#include \"crypto/awslc/provider.h\"\n";
  CHECK(check_layers({"src/tree/a_test.cpp", line}, table()).empty());
  CHECK(says(check_layers({"src/tree/a.cpp", line}, table()), "may not include crypto/awslc"));
  CHECK(check_layers({"src/crypto/awslc/a.cpp", line}, table()).empty());
  const std::string kit = "#include \"kit/world.h\"\n";
  CHECK(check_layers({"src/tree/a_test.cpp", kit}, table()).empty());
  CHECK(says(check_layers({"src/tree/a.cpp", kit}, table()), "not a path"));
}

TEST_CASE("includes are paths from src, in a folder that the table names") {
  CHECK(says(check_layers({"src/tree/a.cpp", "#include \"a.h\"\n"}, table()), "not a path"));
  CHECK(
      says(check_layers({"src/tree/a.cpp", "#include \"../base/b.h\"\n"}, table()), "not a path"));
  CHECK(says(check_layers({"src/odd/a.cpp", ""}, table()), "does not name"));
}

TEST_CASE("a library is included by its own layers alone") {
  const std::string line = "#include <openssl/evp.h>\n";
  CHECK(check_layers({"src/crypto/awslc/a.cpp", line}, table()).empty());
  CHECK(says(check_layers({"src/tree/a.cpp", line}, table()), "<openssl/evp.h>"));
}

TEST_CASE("a line of the table names only lines above it") {
  CHECK(says(parse_layers({"layers.txt", "tree: group\ngroup:\n"}).broken, "not above it"));
  CHECK(says(parse_layers({"layers.txt", "tree\n"}).broken, "colon"));
}

TEST_CASE("a file has at most 500 lines, a test 800") {
  const std::string head = "// Head.\n";
  CHECK(check_limits({"src/a/a.cpp", head + repeat("\n", 499)}).empty());
  CHECK(says(check_limits({"src/a/a.cpp", head + repeat("\n", 500)}), "a file of 501 lines"));
  CHECK(check_limits({"src/a/a_test.cpp", head + repeat("\n", 799)}).empty());
  CHECK(says(check_limits({"src/a/a_test.cpp", head + repeat("\n", 800)}), "a file of 801 lines"));
}

TEST_CASE("a line has at most 100 columns, counted in characters and not in bytes") {
  const std::string head = "// Head.\n";
  CHECK(check_limits({"src/a/a.cpp", head + repeat("x", 100) + "\n"}).empty());
  CHECK(check_limits({"src/a/a.cpp", head + repeat("\xC3\xA9", 100) + "\n"}).empty());
  CHECK(says(check_limits({"src/a/a.cpp", head + repeat("x", 101) + "\n"}), "101 columns"));
}

TEST_CASE("a function has at most 70 lines, head and last brace included") {
  const auto with = [](const std::string& before, const std::string& head, std::size_t lines) {
    return Source{"src/a/a.cpp",
                  "// Head.\n" + before + head + " {\n" + repeat("  f();\n", lines) + "}\n"};
  };
  for (const std::string head :
       {"void f(int a)", "Result<A> A::f(B b) const noexcept", "A::A(int a) : a_{a}, b_(a)",
        "template <class T>\nvoid f(T t)", "TEST_CASE(\"struct of class\")", "struct A\nf(int a)",
        "auto f() -> std::vector<int>"}) {
    CAPTURE(head);
    const std::size_t own = 2 + (head.find('\n') != std::string::npos ? 1U : 0U);
    CHECK(check_limits(with("", head, 70 - own)).empty());
    CHECK(says(check_limits(with("", head, 71 - own)), "a function of 71 lines"));
    const std::string context =
        "namespace n {\nclass C : public B {\n enum class E { a, b };\n int x = 1;\n";
    CHECK(says(check_limits(with(context, head, 71 - own)), "a function of 71 lines"));
  }
}

TEST_CASE("classes, namespaces and tables may be longer than a function") {
  for (const std::string head :
       {"class A final : public B", "template <class T>\nstruct A", "namespace a",
        "enum class A : int", "const int table[] =", "extern \"C\""}) {
    CAPTURE(head);
    CHECK(check_limits(
              {"src/a/a.cpp", "// Head.\n" + head + " {\n" + repeat(" int a;\n", 80) + "};\n"})
              .empty());
  }
}

TEST_CASE("braces in comments, literals and macros count for nothing") {
  const std::string odd =
      "// Head.\nvoid f() {\n  g(\"{\", '{', R\"(\"{)\", 1'000); // {\n/* { */\n}\n#define X "
      "{\\\n{\n";
  CHECK(check_limits({"src/a/a.cpp", odd + "int x;\n" + repeat("\n", 100) + "void g() {}\n"})
            .empty());
}

TEST_CASE("each file says in one to three lines what it is, and a header guards itself") {
  CHECK(check_limits({"src/a/a.cpp", "// One.\n// Two.\n// Three.\n#include <a>\n"}).empty());
  CHECK(says(check_limits({"src/a/a.cpp", "// 1\n// 2\n// 3\n// 4\n"}), "a head of 4 lines"));
  CHECK(says(check_limits({"src/a/a.cpp", "#include <a>\n"}), "no head"));
  CHECK(check_limits({"src/a/a.h", "// Head.\n#pragma once\n"}).empty());
  CHECK(says(check_limits({"src/a/a.h", "// Head.\n#ifndef A\n"}), "#pragma once"));
}

TEST_CASE("unfinished work is named wherever it stands") {
  for (const std::string word : {"TODO", "FIXME", "XXX", "HACK", "not implemented"}) {
    CAPTURE(word);
    CHECK(says(check_words({"src/a/a.cpp", "// " + word + ": later\n"}), "unfinished"));
    CHECK(says(check_words({"src/a/a.cpp", "f(\"" + word + "\");\n"}), "unfinished"));
  }
  CHECK(check_words({"src/a/a.cpp", "int TODOS; // a hack saw\n"}).empty());
}

TEST_CASE("a path that would stand in a program is refused") {
  for (const std::string name : {"__FILE__", "std::source_location::current()"}) {
    CHECK(says(check_words({"src/a/a.h", "f(" + name + ");\n"}), "no path"));
    CHECK(check_words({"src/a/a.h", "// " + name + "\n"}).empty());
  }
  CHECK(check_words({"src/a/a.h", "f(__FILE_NAME__);\n"}).empty());
}

TEST_CASE("names that say nothing are refused, in code and in paths") {
  for (const std::string name : {"GroupManager", "TreeHelper", "GroupImpl", "ImplOf", "StringUtils",
                                 "group_impl", "utils", "tree_helpers", "log_manager"}) {
    CAPTURE(name);
    CHECK(says(check_words({"src/a/a.cpp", "class " + name + " {};\n"}), "says nothing"));
    CHECK(check_words({"src/a/a.cpp", "// " + name + "\n"}).empty());
  }
  CHECK(says(check_words({"src/utils/a.cpp", ""}), "says nothing"));
  CHECK(check_words({"src/a/a.cpp", "Implicit implicit; utility(boost::asio::detail::impl);\n"})
            .empty());
}

TEST_CASE("a test has a name that CMake does not take apart") {
  CHECK(says(check_words({"src/a/a_test.cpp",
                          "TEST_CASE(\"a"
                          "; b\") {\n"}),
             "a test's name"));
  CHECK(says(check_words({"src/a/a_test.cpp",
                          "TEST_CASE(\n    \"a["
                          "0] b\") {\n"}),
             "a test's name"));
  CHECK(check_words({"src/a/a_test.cpp", "TEST_CASE(\"a, b\") {\n  f(\";\");\n"}).empty());
}

TEST_CASE("the operating system is called in few folders") {
  const auto in = [](const std::string& path, const std::string& text) {
    return check_system({path, text + "\n"});
  };
  for (const char* header : {"unistd.h", "sys/socket.h", "netinet/in.h", "windows.h", "time.h",
                             "malloc.h", "fstream", "csignal"}) {
    const std::string line = "#include <" + std::string(header) + ">";
    CAPTURE(header);
    CHECK(says(in("src/group/a.cpp", line), header));
    CHECK(says(in("src/base/a.h", line), header));
    CHECK(in("src/base/os/a.cpp", line).empty());
    CHECK(in("src/store/sqlite/a.cpp", line).empty());
    CHECK(in("src/transport/a.h", line).empty());
    CHECK(in("src/group/a_test.cpp", line).empty());
    CHECK(in("apps/thicket/a.cpp", line).empty());
  }
  CHECK(in("src/group/a.cpp", "#include <vector>  // not <unistd.h>").empty());
  CHECK(in("src/group/a.cpp", "#include <cstring>\n#include <thread>").empty());
  for (const char* call : {"std::getenv(\"HOME\")", "std::chrono::system_clock::now()",
                           "std::time(nullptr)", "std::fopen(name, mode)"}) {
    CHECK(says(in("src/group/a.cpp", "f(" + std::string(call) + ");"), "a call"));
    CHECK(in("src/base/os/a.cpp", "f(" + std::string(call) + ");").empty());
  }
  CHECK(in("src/group/a.cpp", "f(time, clock);  // std::time(nullptr)").empty());
  CHECK(says(in("src/group/a.cpp", "asm volatile(\"syscall\" : : \"a\"(1));"), "asm"));
  const std::string barrier = "asm volatile(\"\" : : \"r\"(p) : \"memory\");";
  CHECK(in("src/group/a.cpp", barrier).empty());
  CHECK(says(in("src/group/a.cpp", barrier + " std::getenv(name);"), "getenv"));
}

TEST_CASE("nothing returns between the members of a braced initialiser") {
  const auto found = [](const std::string& statement) {
    return check_words({"src/a/a.cpp", "void f() {\n  " + statement + "\n}\n"}).size();
  };
  CHECK(found("return A{b, THICKET_TRY(c())};") == 1);
  CHECK(found("rows.push_back({std::move(key), to_bytes(THICKET_TRY(in.opaque()))});") == 1);
  CHECK(found("g({.a = a, .b = THICKET_TRY_AT(\"b\", b())});") == 1);
  CHECK(found("return A{THICKET_TRY(b()), c};") == 0);
  CHECK(found("g(a, THICKET_TRY(b()));") == 0);
  CHECK(found("int a = 1, c = 2; auto b = THICKET_TRY(g({c, d}));") == 0);
}

TEST_CASE("a header gives names to what a tuple would hide, and opens no namespace") {
  CHECK(says(check_words({"src/a/a.h", "std::pair<int, int> f();\n"}), "std::pair"));
  CHECK(says(check_words({"src/a/a.h", "std::tuple<int, int> f();\n"}), "std::tuple"));
  CHECK(says(check_words({"src/a/a.h", "int get_size();\n"}), "get_"));
  CHECK(says(check_words({"src/a/a.h", "using namespace std;\n"}), "namespace"));
  CHECK(check_words({"src/a/a.cpp", "std::pair<int, int> f();\n"}).empty());
  CHECK(check_words({"src/a/a.h", "Executor get_executor();  // as Asio wants it\n"}).empty());
  CHECK(check_words({"src/a/a.h", "auto* p = std::get_if<int>(v); x.get_executor();\n"}).empty());
}

TEST_CASE("no file names a path of somebody's machine") {
  CHECK(says(check_paths({"README.md", "cd /home/ana/thicket\n"}), "machine"));
  CHECK(says(check_paths({"a.cpp", "open(\"/work/a\")"}), "machine"));
  CHECK(
      check_paths({"README.md", "build/work/x https://example.org/home/x ../work/x /usr/bin/env\n"})
          .empty());
}

TEST_CASE("ARCHITECTURE.md draws the layers as layers.txt has them") {
  const Layers two = parse_layers({"layers.txt", "base:\ncodec: base\n"});
  const auto drawn = [&](const std::string& text) {
    return check_architecture({"ARCHITECTURE.md", text}, two);
  };
  CHECK(drawn("| `base` | | bytes | |\n| `codec` | 2 | encodes | base |\n").empty());
  CHECK(says(drawn("| `base` | | bytes | |\n"), "no row for layer codec"));
  CHECK(says(drawn("| `base` | | bytes | |\n| `codec` | 2 | encodes | |\n"), "says otherwise"));
  CHECK(says(drawn("| `base` | | | |\n| `codec` | | | base |\n| `odd` | | | |\n"), "no layer odd"));
}

TEST_CASE("a link in a document leads somewhere") {
  const auto exists = [](const std::string& path) { return path == "docs/a.md"; };
  CHECK(check_links({"README.md", "[a](docs/a.md) [b](https://example.org/x)"}, exists).empty());
  CHECK(check_links({"docs/b.md", "[a](a.md#part) [a](../docs/a.md)"}, exists).empty());
  CHECK(says(check_links({"README.md", "[a](docs/b.md)"}, exists), "a link to nothing: docs/b.md"));
}

TEST_CASE("a test that a document names is there, by that name") {
  const std::vector<Source> sources = {
      {"src/a/a_test.cpp",
       "TEST_CASE(\"one holds\") {}\nTEST_CASE(\n    \"two holds, \"\n    "
       "\"and three\") {}\n"}};
  const auto cited = [&](const std::string& text) {
    return check_cited_tests({"docs/a.md", text}, sources);
  };
  CHECK(cited("[one holds](../src/a/a_test.cpp)").empty());
  CHECK(cited("[two holds, and three](../src/a/a_test.cpp)").empty());
  CHECK(cited("[`a_test.cpp`](../src/a/a_test.cpp) [any](../src/a/a.cpp)").empty());
  CHECK(says(cited("[one](../src/a/a_test.cpp)"), "no test one"));
  CHECK(says(cited("[one holds](../src/b/a_test.cpp)"), "src/b/a_test.cpp has no test"));
}

TEST_CASE("C++ in a document is code that the tests compile") {
  const std::vector<Source> examples = {{"examples/a.cpp", "int main() {\n  f();\n}\n"}};
  CHECK(check_code({"README.md", "```cpp\n  f();\n```\n```\nany\n```\n"}, examples).empty());
  CHECK(says(check_code({"README.md", "```cpp\n  g();\n```\n"}, examples), "in no example"));
}
