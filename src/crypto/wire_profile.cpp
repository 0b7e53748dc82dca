// The ready-made profiles, and the check that keeps a number from having two meanings.
#include "crypto/wire_profile.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/assert.h"

namespace thicket::crypto {
namespace {

constexpr std::size_t registered = 7;  // the suites of RFC 9420 17.1 stand first in the table

std::string number_of(CipherSuite id) {
  std::array<char, 8> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(),
                                 static_cast<std::uint16_t>(id), 16);
  return "0x" + std::string(digits.data(), end.ptr);
}

// RFC 9420 13.5: the values that are reserved for GREASE.
bool is_grease(CipherSuite id) {
  const auto value = static_cast<std::uint16_t>(id);
  return (value & 0x0f0f) == 0x0a0a && (value >> 8) == (value & 0xff);
}

const WireProfile* made(std::string name, std::span<const CodePoint> code_points,
                        KemDerivation derivation) {
  // Never freed: a row lives as long as the program.
  return WireProfile::make(std::move(name), code_points, derivation).value().release();
}

const WireProfile* make_default() {
  std::vector<CodePoint> own;
  for (const Suite& suite : all_suites().subspan(registered)) own.push_back({suite.id, suite.name});
  return made("thicket", own, KemDerivation::labelled);
}

// mlspp 61e4d76d: three of the draft's suites, under the numbers that follow RFC 9420's.
constexpr std::array mlspp_points{
    CodePoint{CipherSuite{0x0008}, "MLS_128_MLKEM768X25519_AES256GCM_SHA384_Ed25519"},
    CodePoint{CipherSuite{0x0009}, "MLS_128_MLKEM768P256_AES256GCM_SHA384_P256"},
    CodePoint{CipherSuite{0x000a}, "MLS_192_MLKEM1024P384_AES256GCM_SHA384_P384"},
};

// OpenMLS 0.9.0-rc.1, which derives KEM keys by plain SHAKE256.
constexpr std::array openmls_points{
    CodePoint{CipherSuite{0x004f}, "MLS_128_MLKEM768X25519_AES128GCM_SHA256_Ed25519"},
    CodePoint{CipherSuite{0x004e}, "MLS_128_MLKEM768X25519_AES256GCM_SHA384_Ed25519"},
    CodePoint{CipherSuite{0xf042}, "MLS_128_MLKEM768_AES256GCM_SHA384_Ed25519"},
    CodePoint{CipherSuite{0x0050}, "MLS_128_MLKEM768_AES256GCM_SHA384_P256"},
    CodePoint{CipherSuite{0x0042}, "MLS_192_MLKEM1024_AES256GCM_SHA384_P384"},
    CodePoint{CipherSuite{0x0052}, "MLS_128_MLKEM768X25519_CHACHA20POLY1305_SHA384_MLDSA44"},
    CodePoint{CipherSuite{0x0051}, "MLS_192_MLKEM768_AES256GCM_SHA384_MLDSA65"},
    CodePoint{CipherSuite{0x0907}, "MLS_256_MLKEM1024_AES256GCM_SHA384_MLDSA87"},
};

}  // namespace

Result<std::unique_ptr<const WireProfile>> WireProfile::make(std::string name,
                                                             std::span<const CodePoint> code_points,
                                                             KemDerivation derivation) {
  std::unique_ptr<WireProfile> out(new WireProfile(std::move(name)));
  const auto add = [&](Suite suite, CipherSuite id) {
    suite.id = id;
    suite.profile = out->name_;
    if (suite.confidentiality() != Strength::classical) suite.derivation = derivation;
    out->suites_.push_back(suite);
  };
  for (const Suite& suite : all_suites().first(registered)) add(suite, suite.id);
  for (std::size_t i = 0; i < code_points.size(); ++i) {
    const CodePoint& point = code_points[i];
    const std::string place = "code_points[" + std::to_string(i) + "]";
    const auto row = std::ranges::find(all_suites(), point.suite, &Suite::name);
    if (row == all_suites().end()) {
      return broken(Rule::unknown_suite).at(place).because("\"" + std::string(point.suite) + "\"");
    }
    if (is_grease(point.id) || point.id == CipherSuite{0}) {
      return broken(Rule::profile_clash).at(place).because(number_of(point.id) + " is reserved");
    }
    for (const Suite& other : out->suites_) {
      if (other.id != point.id && other.name != point.suite) continue;
      return broken(Rule::profile_clash)
          .at(place)
          .because(number_of(point.id) + " for " + std::string(point.suite) + ", but " +
                   number_of(other.id) + " is " + std::string(other.name) + " already");
    }
    add(*row, point.id);
  }
  return std::unique_ptr<const WireProfile>(std::move(out));
}

Result<const Suite*> WireProfile::suite_of(CipherSuite id) const {
  const auto row = std::ranges::find(suites_, id, &Suite::id);
  if (row != suites_.end()) return &*row;
  return broken(Rule::unknown_suite)
      .because("cipher suite " + number_of(id) + " in the wire profile " + name_);
}

Result<const Suite*> WireProfile::suite_named(std::string_view text) const {
  const auto row = std::ranges::find(suites_, text, &Suite::name);
  if (row != suites_.end()) return &*row;
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  const std::string_view digits = hexadecimal ? text.substr(2) : text;
  std::uint16_t number = 0;
  const auto read =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, hexadecimal ? 16 : 10);
  if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size()) {
    return broken(Rule::unknown_suite)
        .because("cipher suite \"" + std::string(text) + "\" in the wire profile " + name_);
  }
  return suite_of(CipherSuite{number});
}

const WireProfile& default_profile() {
  static const WireProfile* const profile = make_default();
  return *profile;
}

std::span<const WireProfile* const> wire_profiles() {
  static const std::array profiles{&default_profile(),
                                   made("mlspp", mlspp_points, KemDerivation::labelled),
                                   made("openmls-0.9", openmls_points, KemDerivation::plain)};
  return profiles;
}

Result<const WireProfile*> profile_named(std::string_view name) {
  for (const WireProfile* profile : wire_profiles()) {
    if (profile->name() == name) return profile;
  }
  return broken(Rule::unknown_profile).because("wire profile \"" + std::string(name) + "\"");
}

}  // namespace thicket::crypto
