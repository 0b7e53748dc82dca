// EncryptWithLabel, DecryptWithLabel and the secret of an external init, by HPKE.  RFC
// 9420 5.1.3, 8.3.
#include "crypto/crypto.h"
#include "crypto/hpke.h"
#include "crypto/labels.h"

namespace thicket::crypto {
namespace {

// RFC 9420 8.3: context.export("MLS 1.0 external init secret", KDF.Nh).
constexpr std::string_view external_init_label = "MLS 1.0 external init secret";

HpkeSuite hpke_suite_of(const Suite& suite) {
  return {suite.kem, suite.kdf, suite.aead};
}

Result<HPKECiphertext> seal_one(const Provider& provider, const HpkeSuite& suite,
                                const SealJob& job, const HpkeInfo& info, ByteView randomness) {
  Encapsulated kem = THICKET_TRY(encapsulate(provider, suite.kem, job.public_key, randomness));
  HPKECiphertext out;
  out.kem_output = std::move(kem.kem_output);
  out.ciphertext.resize(job.plaintext.size() + tag_size(suite.aead));
  HpkeContext(provider, suite, kem.shared_secret, info.schedule_context)
      .seal({}, job.plaintext, out.ciphertext);
  return out;
}

SecretBytes encapsulation_seed(const Suite& suite, Random& random) {
  SecretBytes out{Bytes(encapsulation_seed_size(suite.kem))};
  random.fill(out.reveal());
  return out;
}

Secret<struct InitSecretTag> export_init(const Crypto& crypto, const KemSecret& shared_secret) {
  const HpkeSuite suite = hpke_suite_of(crypto.suite());
  const Bytes schedule_context = hpke_schedule_context(crypto.provider(), suite, {});
  const HpkeContext context(crypto.provider(), suite, shared_secret, schedule_context);
  return Secret<struct InitSecretTag>::filled(crypto.hash_size(), [&](ByteSpan out) {
    context.export_secret(view_of(external_init_label), out);
  });
}

}  // namespace

// RFC 9420 5.1.3: EncryptContext { opaque label<V> = "MLS 1.0 " + Label; opaque context<V>; }.
HpkeInfo Crypto::hpke_info(std::string_view label, ByteView context) const {
  const VectorHeader label_size(label_prefix.size() + label.size());
  const VectorHeader context_size(context.size());
  return {hpke_schedule_context(
      *provider_, hpke_suite_of(*suite_),
      {label_size.view(), view_of(label_prefix), view_of(label), context_size.view(), context})};
}

Result<HPKECiphertext> Crypto::encrypt_with_label(ByteView public_key, const HpkeInfo& info,
                                                  ByteView plaintext, Random& random) const {
  const SecretBytes randomness = encapsulation_seed(*suite_, random);
  return seal_one(*provider_, hpke_suite_of(*suite_), {public_key, plaintext}, info,
                  randomness.reveal());
}

Result<std::vector<HPKECiphertext>> Crypto::seal_many(std::span<const SealJob> jobs,
                                                      const HpkeInfo& info, Random& random) const {
  const HpkeSuite suite = hpke_suite_of(*suite_);
  const std::size_t size = encapsulation_seed_size(suite_->kem);
  SecretBytes seeds{Bytes(jobs.size() * size)};
  // One draw a job, as encrypt_with_label makes it: the results are those of a loop over it.
  for (std::size_t i = 0; i < jobs.size(); ++i) random.fill(seeds.reveal().subspan(i * size, size));

  std::vector<HPKECiphertext> out(jobs.size());
  std::vector<std::optional<Error>> errors(jobs.size());
  provider_->run_many(jobs.size(), [&](std::size_t i) {
    auto sealed =
        seal_one(*provider_, suite, jobs[i], info, seeds.reveal().subspan(i * size, size));
    if (sealed) {
      out[i] = *std::move(sealed);
    } else {
      errors[i] = std::move(sealed).error();
    }
  });
  for (std::size_t i = 0; i < errors.size(); ++i) {
    if (errors[i]) return std::move(*errors[i]).under("[" + std::to_string(i) + "]");
  }
  return out;
}

Result<SecretBytes> Crypto::decrypt_with_label(const KemPrivateKey& key, const HpkeInfo& info,
                                               const HPKECiphertext& ciphertext) const {
  const KemSecret shared_secret = THICKET_TRY(decapsulate(*provider_, key, ciphertext.kem_output));
  HpkeContext context(*provider_, hpke_suite_of(*suite_), shared_secret, info.schedule_context);
  return context.open({}, ciphertext.ciphertext);
}

KemPrivateKeyRef Crypto::derive_key_pair(ByteView ikm) const {
  return crypto::derive_key_pair(*provider_, suite_->kem, ikm, suite_->derivation);
}

KemPrivateKeyRef Crypto::generate_key_pair(Random& random) const {
  const auto ikm =
      KemSeed::filled(kem_seed_size(suite_->kem), [&](ByteSpan out) { random.fill(out); });
  return derive_key_pair(ikm.reveal());
}

Result<Crypto::Exported> Crypto::external_init_sender(ByteView external_pub, Random& random) const {
  const SecretBytes randomness = encapsulation_seed(*suite_, random);
  Encapsulated kem =
      THICKET_TRY(encapsulate(*provider_, suite_->kem, external_pub, randomness.reveal()));
  auto init_secret = export_init(*this, kem.shared_secret);
  return Exported{std::move(kem.kem_output), std::move(init_secret)};
}

Result<Secret<struct InitSecretTag>> Crypto::external_init_receiver(
    const KemPrivateKey& external_priv, ByteView kem_output) const {
  const KemSecret shared_secret = THICKET_TRY(decapsulate(*provider_, external_priv, kem_output));
  return export_init(*this, shared_secret);
}

}  // namespace thicket::crypto
