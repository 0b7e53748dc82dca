//! Who acts: a client of mls-rs. The same name in the same suite has one key and one store of key
//! packages: the library joins a branch or a successor with the key that the former group knows.

use crate::rules::Rules;
use crate::wire::message_from;
use mls_rs::client_builder::{
    BaseConfig, ClientBuilder, WithCryptoProvider, WithIdentityProvider, WithKeyPackageRepo,
    WithMlsRules,
};
use mls_rs::identity::basic::{BasicCredential, BasicIdentityProvider};
use mls_rs::identity::SigningIdentity;
use mls_rs::mls_rs_codec::MlsEncode;
use mls_rs::psk::{ExternalPskId, PreSharedKey};
use mls_rs::storage_provider::in_memory::InMemoryKeyPackageStorage;
use mls_rs::storage_provider::KeyPackageData;
use mls_rs::{CipherSuite, CipherSuiteProvider, Client, CryptoProvider};
use mls_rs_core::crypto::SignatureSecretKey;
use mls_rs_crypto_awslc::AwsLcCryptoProvider;
use std::collections::BTreeMap;
use thicket_interop_partner::{refused, Answer, Explain, OwnKeys, Refusal};

pub type Config = WithMlsRules<
    Rules,
    WithKeyPackageRepo<
        InMemoryKeyPackageStorage,
        WithCryptoProvider<
            AwsLcCryptoProvider,
            WithIdentityProvider<BasicIdentityProvider, BaseConfig>,
        >,
    >,
>;

#[derive(Clone)]
pub struct Key {
    pub identity: SigningIdentity,
    pub signer: SignatureSecretKey,
    key_packages: InMemoryKeyPackageStorage,
}

pub struct Actor {
    pub client: Client<Config>,
    pub rules: Rules,
    pub name: Vec<u8>,
    pub key: Key,
}

/// Those that go with a key package.
pub struct PrivateKeys {
    pub init_priv: Vec<u8>,
    pub encryption_priv: Vec<u8>,
    pub signature_priv: Vec<u8>,
}

#[derive(Default)]
pub struct Keys {
    keys: BTreeMap<(Vec<u8>, u16), Key>,
}

pub fn provider() -> AwsLcCryptoProvider {
    let suites = AwsLcCryptoProvider::all_supported_cipher_suites();
    AwsLcCryptoProvider::with_enabled_cipher_suites(suites)
}

/// The suite of that number, if the provider has it.
pub fn suite_of(number: u32) -> Answer<CipherSuite> {
    u16::try_from(number)
        .ok()
        .map(CipherSuite::from)
        .filter(|suite| provider().cipher_suite_provider(*suite).is_some())
        .ok_or_else(|| {
            Refusal::Lacks(format!(
                "mls-rs-crypto-awslc has no cipher suite {number:#06x}"
            ))
        })
}

/// A new key of that name.
pub fn signing_identity(
    name: &[u8],
    suite: CipherSuite,
) -> Answer<(SigningIdentity, SignatureSecretKey)> {
    let suite = suite_of(u16::from(suite).into())?;
    let (signer, public) = provider()
        .cipher_suite_provider(suite)
        .ok_or_else(|| Refusal::Lacks("no such cipher suite".to_string()))?
        .signature_key_generate()
        .explain("a key pair")?;
    let credential = BasicCredential::new(name.to_vec()).into_credential();
    Ok((SigningIdentity::new(credential, public), signer))
}

impl Keys {
    pub fn key_of(&mut self, name: &[u8], suite: CipherSuite) -> Answer<Key> {
        let place = (name.to_vec(), u16::from(suite));
        if let Some(key) = self.keys.get(&place) {
            return Ok(key.clone());
        }
        let (identity, signer) = signing_identity(name, suite)?;
        let key = Key {
            identity,
            signer,
            key_packages: InMemoryKeyPackageStorage::new(),
        };
        self.keys.insert(place, key.clone());
        Ok(key)
    }

    pub fn actor(&mut self, name: &[u8], suite: CipherSuite) -> Answer<Actor> {
        Ok(Actor::new(name, self.key_of(name, suite)?, suite))
    }
}

impl Actor {
    fn new(name: &[u8], key: Key, suite: CipherSuite) -> Actor {
        let rules = Rules::default();
        let client = ClientBuilder::new()
            .identity_provider(BasicIdentityProvider)
            .crypto_provider(provider())
            .key_package_repo(key.key_packages.clone())
            .mls_rules(rules.clone())
            .signing_identity(key.identity.clone(), key.signer.clone(), suite)
            .build();
        Actor {
            client,
            rules,
            name: name.to_vec(),
            key,
        }
    }

    /// With a key package and keys that others made.
    pub fn with_key_package(own: &OwnKeys) -> Answer<Actor> {
        let suite = suite_of(own.cipher_suite)?;
        let message = message_from(&own.key_package.0)?;
        let key_package = message
            .as_key_package()
            .ok_or_else(|| Refusal::Malformed("key_package: of another kind".to_string()))?;
        let crypto = provider()
            .cipher_suite_provider(suite)
            .ok_or_else(|| Refusal::Lacks("no such cipher suite".to_string()))?;
        let reference = message
            .key_package_reference(&crypto)
            .explain("key_package")?
            .ok_or_else(|| Refusal::Malformed("key_package: of another kind".to_string()))?;
        let data = KeyPackageData::new(
            key_package.mls_encode_to_vec().explain("key_package")?,
            own.init_priv.0.clone().into(),
            own.encryption_priv.0.clone().into(),
            u64::MAX,
        );
        let identity = key_package.signing_identity().clone();
        let key_packages = InMemoryKeyPackageStorage::new();
        key_packages.insert(reference.to_vec(), data);
        let key = Key {
            identity,
            signer: own.signature_priv.0.clone().into(),
            key_packages,
        };
        Ok(Actor::new(b"passive", key, suite))
    }

    pub fn store_psk(&self, psk_id: Vec<u8>, psk: Vec<u8>) {
        self.client
            .secret_store()
            .insert(ExternalPskId::new(psk_id), PreSharedKey::new(psk));
    }

    /// What `make` answers, with the private keys of the key package that it has the client make.
    pub fn making<T>(
        &self,
        make: impl FnOnce(&Client<Config>) -> Answer<T>,
    ) -> Answer<(T, PrivateKeys)> {
        let store = &self.key.key_packages;
        let known = store.key_packages();
        let made = make(&self.client)?;
        let new = store
            .key_packages()
            .into_iter()
            .find(|(reference, _)| known.iter().all(|(other, _)| other != reference));
        let Some((_, data)) = new else {
            return refused("the library keeps no key package");
        };
        let keys = PrivateKeys {
            init_priv: data.init_key.to_vec(),
            encryption_priv: data.leaf_node_key.to_vec(),
            signature_priv: self.key.signer.to_vec(),
        };
        Ok((made, keys))
    }
}
