// Wycheproof's classical files and RFC 9180's vectors, with the number of cases that ran, and each
// file spoilt once.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "kit/official.h"
#include "kit/providers.h"
#include "vectors/hpke.h"
#include "vectors/outside.h"
#include "vectors/wycheproof.h"

namespace thicket::vectors {
namespace {

using nlohmann::json;

std::optional<json> load(const std::string& name) {
  const std::optional<std::string> content = kit::official_file(name);
  if (!content) return std::nullopt;
  return json::parse(*content);
}

struct Counts {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t outside = 0;
  bool operator==(const Counts&) const = default;
};

Counts counts_of(const Report& report) {
  Counts counts;
  for (const CaseResult& one : report) {
    if (one.verdict == CaseResult::passed) ++counts.passed;
    if (one.verdict == CaseResult::outside) ++counts.outside;
    if (one.verdict == CaseResult::failed) {
      ++counts.failed;
      MESSAGE(one.name, ": ", one.detail);
    }
  }
  return counts;
}

// The last hexadecimal digit changed.
std::string altered_text(std::string text) {
  text.back() = text.back() == '0' ? '1' : '0';
  return text;
}

// `test` once for each value in it that says what is expected, with that value altered. Agreements
// that are refused (no `shared` of use) have none but their result.
std::vector<json> spoilt_forms(const json& test) {
  std::vector<json> out;
  const std::string result = test.at("result");
  if (result != "acceptable") {
    out.push_back(test);
    out.back()["result"] = result == "valid" ? "invalid" : "valid";
  }
  const std::string shared = test.value("shared", "1");
  const bool refused =
      result == "acceptable" && (shared.find_first_not_of('0') == std::string::npos ||
                                 test.at("public").get<std::string>().size() == shared.size() + 2);
  if (result == "invalid" || refused) return out;
  for (const char* field : {"msg", "ct", "tag", "shared", "okm", "sig"}) {
    if (!test.contains(field) || test[field] == "") continue;
    out.push_back(test);
    out.back()[field] = altered_text(test[field]);
  }
  return out;
}

struct File {
  const char* name;
  Counts counts;
};

constexpr File files[] = {
    {"aes_gcm", {133, 0, 183}},
    {"chacha20_poly1305", {316, 0, 9}},
    {"ecdh_secp256r1_ecpoint", {355, 0, 0}},
    {"ecdh_secp384r1_ecpoint", {790, 0, 0}},
    {"ecdh_secp521r1_ecpoint", {661, 0, 0}},
    {"ecdsa_secp256r1_sha256", {484, 0, 0}},
    {"ecdsa_secp384r1_sha384", {504, 0, 0}},
    {"ecdsa_secp521r1_sha512", {542, 0, 0}},
    {"ed25519", {151, 0, 0}},
    {"ed448", {87, 0, 0}},
    {"hkdf_sha256", {86, 0, 0}},
    {"hkdf_sha384", {83, 0, 0}},
    {"hkdf_sha512", {83, 0, 0}},
    {"hmac_sha256", {87, 0, 87}},
    {"hmac_sha384", {87, 0, 87}},
    {"hmac_sha512", {87, 0, 87}},
    {"x25519", {518, 0, 0}},
    {"x448", {510, 0, 0}},
};

}  // namespace

TEST_CASE("the table of outside reasons has eight entries, and this is how many cases each takes") {
  CHECK(outside_reasons().size() == 8);
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    std::map<std::string_view, std::size_t> taken;
    const auto add = [&](const Report& report) {
      for (const CaseResult& one : report) {
        if (one.verdict != CaseResult::outside) continue;
        for (const OutsideReason& reason : outside_reasons()) {
          if (one.detail == reason.text) ++taken[reason.text];
        }
      }
    };
    for (const File& file : files) {
      const std::optional<json> content = load(std::string("wycheproof/") + file.name + ".json");
      if (!content) return;
      add(run_wycheproof(*provider, *content));
    }
    json export_only = json::array();
    const std::optional<json> rfc9180 = load("hpke/rfc9180.json");
    if (!rfc9180) return;
    for (const json& one : *rfc9180) {
      if (one["aead_id"] == 0xffff) export_only.push_back(one);
    }
    add(run_hpke(*provider, export_only));
    const auto cases = [&](Outside id) { return taken[outside_reasons()[std::size_t(id)].text]; };
    CHECK(cases(Outside::aes192) == 103);
    CHECK(cases(Outside::nonce_size) == 80 + 9);
    CHECK(cases(Outside::mac_tag_size) == 3 * 87);
    CHECK(cases(Outside::hpke_mode) == 0);
    CHECK(cases(Outside::hpke_export_only) == 6);
  }
}

TEST_CASE("every classical Wycheproof file passes, outside cases apart") {
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    for (const File& file : files) {
      CAPTURE(file.name);
      const std::optional<json> content = load(std::string("wycheproof/") + file.name + ".json");
      if (!content) return;
      CHECK(is_wycheproof(*content));
      CHECK_FALSE(is_hpke(*content));
      const Counts counts = counts_of(run_wycheproof(*provider, *content));
      CHECK(counts.passed == file.counts.passed);
      CHECK(counts.failed == file.counts.failed);
      CHECK(counts.outside == file.counts.outside);
    }
  }
}

TEST_CASE("a Wycheproof case with any expected value altered fails") {
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    std::size_t altered = 0;
    for (const File& file : files) {
      CAPTURE(file.name);
      const std::optional<json> content = load(std::string("wycheproof/") + file.name + ".json");
      if (!content) return;
      for (const json& group : content->at("testGroups")) {
        json one = {{"algorithm", content->at("algorithm")}, {"testGroups", {group}}};
        json& tests = one["testGroups"][0]["tests"];
        // Every third case is enough to meet every kind of it, and quick.
        for (std::size_t i = 0; i < group.at("tests").size(); i += 3) {
          tests = json::array({group.at("tests")[i]});
          if (run_wycheproof(*provider, one)[0].verdict != CaseResult::passed) continue;
          for (const json& spoilt : spoilt_forms(group.at("tests")[i])) {
            tests = json::array({spoilt});
            CAPTURE(spoilt.dump());
            CHECK(run_wycheproof(*provider, one)[0].verdict == CaseResult::failed);
            ++altered;
          }
        }
      }
    }
    CHECK(altered > 2000);
  }
}

TEST_CASE("RFC 9180's vectors pass, the export-only cases apart") {
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    const std::optional<json> content = load("hpke/rfc9180.json");
    if (!content) return;
    CHECK(is_hpke(*content));
    CHECK_FALSE(is_wycheproof(*content));
    CHECK(counts_of(run_hpke(*provider, *content)) == Counts{18, 0, 6});
  }
}

TEST_CASE(
    "an HPKE case with any expected value altered fails, and one of another mode is outside") {
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    const std::optional<json> content = load("hpke/rfc9180.json");
    if (!content) return;
    for (const char* field : {"skRm", "pkRm", "enc", "encryptions_accumulated",
                              "exports_accumulated", "info", "ikmR", "ikmE", "kem_id", "kdf_id"}) {
      CAPTURE(field);
      json one = json::array({(*content)[0]});
      CHECK(run_hpke(*provider, one)[0].verdict == CaseResult::passed);
      one[0][field] = one[0][field].is_string() ? json(altered_text(one[0][field])) : json(99);
      CHECK(run_hpke(*provider, one)[0].verdict == CaseResult::failed);
      one[0].erase(field);
      const bool other_form = std::string_view(field).ends_with("accumulated");
      CHECK(run_hpke(*provider, one)[0].verdict ==
            (other_form ? CaseResult::passed : CaseResult::failed));
    }
    json other = json::array({(*content)[0]});
    other[0]["mode"] = 1;
    CHECK(run_hpke(*provider, other)[0].verdict == CaseResult::outside);
  }
}

TEST_CASE("HPKE cases in the form of RFC 9180's own file are run value by value") {
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    const std::optional<json> content = load("hpke/rfc9180.json");
    if (!content) return;
    // RFC 9180 A.1.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode.
    json one = json::array({(*content)[0]});
    one[0].erase("encryptions_accumulated");
    one[0].erase("exports_accumulated");
    one[0]["shared_secret"] = "fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc";
    one[0]["skEm"] = "52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736";
    one[0]["encryptions"] =
        json::array({{{"aad", "436f756e742d30"},
                      {"pt", "4265617574792069732074727574682c20747275746820626561757479"},
                      {"ct",
                       "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a9"
                       "6d8770ac83d07bea87e13c512a"}}});
    one[0]["exports"] = json::array(
        {{{"exporter_context", ""},
          {"L", 32},
          {"exported_value", "3853fe2b4035195a573ffc53856e77058e15d9ea064de3e59f4961d0095250ee"}}});
    const CaseResult result = run_hpke(*provider, one)[0];
    CHECK_MESSAGE(result.verdict == CaseResult::passed, result.detail);
    for (const char* field : {"/0/shared_secret", "/0/skEm", "/0/encryptions/0/ct",
                              "/0/encryptions/0/aad", "/0/exports/0/exported_value"}) {
      CAPTURE(field);
      json spoilt = one;
      json& value = spoilt[json::json_pointer(field)];
      value = altered_text(value);
      CHECK(run_hpke(*provider, spoilt)[0].verdict == CaseResult::failed);
    }
  }
}

TEST_CASE("a file that is not of the form of its kind gives failed cases, never a crash") {
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    const json group = {{"type", "RsassaPkcs1Verify"},
                        {"tests", {{{"tcId", 1}, {"result", "valid"}}}}};
    const json file = {{"algorithm", "RSA"}, {"testGroups", {group}}};
    CHECK(run_wycheproof(*provider, file)[0].verdict == CaseResult::failed);
    CHECK(run_hpke(*provider, json::array({1, nullptr, json::object()})).size() == 3);
    for (const CaseResult& one : run_hpke(*provider, json::array({1, json::object()}))) {
      CHECK(one.verdict == CaseResult::failed);
    }
  }
}

}  // namespace thicket::vectors
