// The closed formulas against the calls that are really made: counts, not time.
#include <doctest/doctest.h>

#include "bench/measure.h"
#include "crypto/awslc/awslc.h"

using namespace thicket;
using namespace thicket::bench;

namespace {

std::vector<OpKind> all_operations() {
  std::vector<OpKind> out;
  for (std::uint8_t i = 0; i < op_kinds; ++i) out.push_back(static_cast<OpKind>(i));
  return out;
}

bool within(std::uint64_t made, std::uint64_t formula, std::uint64_t slack) {
  const std::uint64_t apart = made > formula ? made - formula : formula - made;
  return apart <= slack || apart * 20 <= formula;
}

Line explained(const crypto::Provider& provider, OpKind op, std::uint32_t members, Shape shape,
               std::string_view suite = "1") {
  Request request;
  request.op = op;
  request.members = members;
  request.suite = *crypto::suite_named(suite);
  request.shape = shape;
  request.explain = true;
  request.draws_max = 1;
  const Fixture fixture(provider, *request.suite, fixture_plan(request));
  return measure(provider, request, fixture);
}

}  // namespace

bool op_adds(OpKind op) {
  return name_of(op).find("add") != std::string_view::npos;
}

void check_calls(const Line& line, OpKind op, std::uint32_t members) {
  for (const Explained& row : line.explained) {
    CAPTURE(name_of(op));
    CAPTURE(members);
    CAPTURE(name_of(row.kind));
    CAPTURE(row.formula);
    CAPTURE(row.made);
    // Short derivations and hashes of ours (names of messages, keys of caches) beside the
    // formula's; a tree that grows also hashes what is blank, O(log n) a leaf.
    std::uint64_t slack = 1;
    if (row.kind == CallKind::hmac) slack = 3;
    if (row.kind == CallKind::hash) slack = 4;
    if (row.kind == CallKind::hash && op_adds(op)) slack = 12;
    const std::string name(name_of(op));
    const bool many = name.ends_with("add_100");
    const bool grows = many || name == "create" || name.starts_with("join");
    if (row.kind == CallKind::hash && grows) slack = 16UL * (members + (many ? 100 : 0));
    CHECK(within(row.made, row.formula, slack));
  }
}

TEST_CASE("every operation makes the calls that its formula asks for, within 5 in 100") {
  const auto provider = crypto::make_awslc({});
  for (Shape shape : {Shape::warm, Shape::fresh, Shape::churned}) {
    for (OpKind op : all_operations()) {
      for (std::uint32_t members : {7U, 10U, 100U}) {
        check_calls(explained(*provider, op, members, shape), op, members);
      }
    }
  }
}

TEST_CASE("so it does in hybrid and post-quantum suites") {
  const auto provider = crypto::make_awslc({});
  for (const crypto::Suite& suite : crypto::all_suites()) {
    if (suite.confidentiality() == crypto::Strength::classical) continue;
    CAPTURE(suite.name);
    for (OpKind op : all_operations()) {
      check_calls(explained(*provider, op, 10, Shape::warm, suite.name), op, 10);
    }
  }
}

TEST_CASE("a hybrid change stores and sends more, and grows no faster") {
  const auto provider = crypto::make_awslc({});
  const std::string_view hybrid = "MLS_128_MLKEM768X25519_AES256GCM_SHA384_Ed25519";
  for (OpKind op : {OpKind::commit, OpKind::process}) {
    const Line small = explained(*provider, op, 64, Shape::warm, hybrid);
    const Line large = explained(*provider, op, 4096, Shape::warm, hybrid);
    CHECK(large.delta_bytes < 2 * small.delta_bytes);
    CHECK(large.bytes_sent < 2.1 * static_cast<double>(small.bytes_sent));
    CHECK(large.delta_bytes <= 48 * 1024);
  }
}

TEST_CASE("what a change stores and sends grows with the logarithm of the group") {
  const auto provider = crypto::make_awslc({});
  for (OpKind op : {OpKind::commit, OpKind::process}) {
    const Line small = explained(*provider, op, 64, Shape::warm);
    const Line large = explained(*provider, op, 4096, Shape::warm);
    CHECK(large.delta_bytes < 2 * small.delta_bytes);
    CHECK(large.bytes_sent < 2 * small.bytes_sent);
    CHECK(large.delta_bytes <= 8 * 1024);
  }
  CHECK(explained(*provider, OpKind::send, 4096, Shape::warm).delta_bytes <= 1024);
  CHECK(explained(*provider, OpKind::receive_first, 4096, Shape::warm).delta_bytes <= 3072);
  CHECK(explained(*provider, OpKind::receive, 4096, Shape::warm).delta_bytes <= 1024);
}
