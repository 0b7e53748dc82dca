// HMAC is written here over the hash contexts: the library's own spends half its time on looking up
// and keeping state.
#include "crypto/awslc/digest.h"

#include <openssl/digest.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

#include "base/assert.h"
#include "base/machine_failure.h"
#include "base/zeroise.h"

namespace thicket::crypto::awslc {
namespace {

struct Sha256 {
  static constexpr std::size_t size = 32;
  static constexpr std::size_t block = 64;
  SHA256_CTX context;
  Sha256() { SHA256_Init(&context); }
  void add(ByteView part) { SHA256_Update(&context, part.data(), part.size()); }
  void finish(std::uint8_t* out) { SHA256_Final(out, &context); }
};

struct Sha384 {
  static constexpr std::size_t size = 48;
  static constexpr std::size_t block = 128;
  SHA512_CTX context;
  Sha384() { SHA384_Init(&context); }
  void add(ByteView part) { SHA384_Update(&context, part.data(), part.size()); }
  void finish(std::uint8_t* out) { SHA384_Final(out, &context); }
};

struct Sha512 {
  static constexpr std::size_t size = 64;
  static constexpr std::size_t block = 128;
  SHA512_CTX context;
  Sha512() { SHA512_Init(&context); }
  void add(ByteView part) { SHA512_Update(&context, part.data(), part.size()); }
  void finish(std::uint8_t* out) { SHA512_Final(out, &context); }
};

// FIPS 202's functions are had by way of EVP alone; its contexts are wiped when they end.
void keccak(const EVP_MD* function, std::span<const ByteView> parts, ByteSpan out) {
  bssl::ScopedEVP_MD_CTX context;
  bool done = EVP_DigestInit_ex(context.get(), function, nullptr) == 1;
  for (const ByteView part : parts) {
    done = done && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
  }
  const bool xof = (EVP_MD_flags(function) & EVP_MD_FLAG_XOF) != 0;
  done = done && (xof ? EVP_DigestFinalXOF(context.get(), out.data(), out.size())
                      : EVP_DigestFinal_ex(context.get(), out.data(), nullptr)) == 1;
  if (!done) throw MachineFailure("AWS-LC: a digest of FIPS 202");
}

template <class Hash>
void wipe(Hash& hash) {
  zeroise(ByteSpan(reinterpret_cast<std::uint8_t*>(&hash), sizeof(hash)));
}

template <class Hash>
void digest_with(std::span<const ByteView> parts, ByteSpan out) {
  THICKET_ASSERT(out.size() == Hash::size);
  Hash hash;
  for (const ByteView part : parts) hash.add(part);
  hash.finish(out.data());
}

// RFC 2104 2: H(K xor opad, H(K xor ipad, text)). The states after the pads are those of the key.
template <class Hash>
void hmac_with(ByteView key, std::span<const HmacJob> jobs) {
  std::array<std::uint8_t, Hash::block> pad{};
  if (key.size() > pad.size()) {
    digest_with<Hash>({&key, 1}, ByteSpan(pad.data(), Hash::size));
  } else {
    std::copy(key.begin(), key.end(), pad.begin());
  }
  for (std::uint8_t& octet : pad) octet ^= 0x36;
  Hash inner_key;
  inner_key.add(pad);
  for (std::uint8_t& octet : pad) octet ^= 0x36 ^ 0x5c;
  Hash outer_key;
  outer_key.add(pad);

  std::array<std::uint8_t, Hash::size> inner;
  Hash hash = inner_key;
  for (const HmacJob& job : jobs) {
    THICKET_ASSERT(job.out.size() == Hash::size);
    if (&job != jobs.data()) hash = inner_key;
    for (const ByteView part : job.parts) hash.add(part);
    hash.finish(inner.data());
    hash = outer_key;
    hash.add(inner);
    hash.finish(job.out.data());
  }
  wipe(hash);
  wipe(inner_key);
  wipe(outer_key);
  zeroise(pad);
  zeroise(inner);
}

}  // namespace

void digest(HashId hash, std::span<const ByteView> parts, ByteSpan out) {
  switch (hash) {
    case HashId::sha256:
      return digest_with<Sha256>(parts, out);
    case HashId::sha384:
      return digest_with<Sha384>(parts, out);
    case HashId::sha512:
      return digest_with<Sha512>(parts, out);
    case HashId::sha3_256:
      THICKET_ASSERT(out.size() == size_of(hash));
      return keccak(EVP_sha3_256(), parts, out);
  }
}

void hmac(HashId hash, ByteView key, std::span<const HmacJob> jobs) {
  switch (hash) {
    case HashId::sha256:
      return hmac_with<Sha256>(key, jobs);
    case HashId::sha384:
      return hmac_with<Sha384>(key, jobs);
    case HashId::sha512:
      return hmac_with<Sha512>(key, jobs);
    case HashId::sha3_256:
      break;
  }
  THICKET_ASSERT(!"no suite has an HMAC with SHA3-256");
}

void shake256(std::span<const ByteView> parts, ByteSpan out) {
  keccak(EVP_shake256(), parts, out);
}

}  // namespace thicket::crypto::awslc
