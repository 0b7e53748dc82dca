//! Who acts: a name with a key, and the library's store, which holds what it has made.

use openmls::prelude::tls_codec::{Deserialize, Serialize, VLBytes};
use openmls::prelude::*;
use openmls::schedule::PreSharedKeyId;
use openmls_basic_credential::SignatureKeyPair;
use openmls_memory_storage::MemoryStorage;
use openmls_rust_crypto::RustCrypto;
use std::sync::Arc;
use thicket_interop_partner::{Answer, Explain, Refusal};

#[derive(Default)]
pub struct Provider {
    crypto: RustCrypto,
    storage: MemoryStorage,
}

impl OpenMlsProvider for Provider {
    type CryptoProvider = RustCrypto;
    type RandProvider = RustCrypto;
    type StorageProvider = MemoryStorage;

    fn storage(&self) -> &MemoryStorage {
        &self.storage
    }
    fn crypto(&self) -> &RustCrypto {
        &self.crypto
    }
    fn rand(&self) -> &RustCrypto {
        &self.crypto
    }
}

pub struct Actor {
    pub provider: Provider,
    pub signer: Arc<SignatureKeyPair>,
    pub credential: CredentialWithKey,
    pub suite: Ciphersuite,
}

/// The suite of that number, if the provider has it.
pub fn suite_of(number: u32) -> Answer<Ciphersuite> {
    u16::try_from(number)
        .ok()
        .and_then(|number| Ciphersuite::try_from(number).ok())
        .filter(|suite| RustCrypto::default().supports(*suite).is_ok())
        .ok_or_else(|| Refusal::Lacks(format!("RustCrypto has no cipher suite {number:#06x}")))
}

impl Actor {
    pub fn new(identity: Vec<u8>, suite: Ciphersuite) -> Answer<Self> {
        let signer = SignatureKeyPair::new(suite.signature_algorithm()).explain("a key pair")?;
        Ok(Actor::with_signer(identity, suite, Arc::new(signer)))
    }

    pub fn with_signer(
        identity: Vec<u8>,
        suite: Ciphersuite,
        signer: Arc<SignatureKeyPair>,
    ) -> Self {
        let credential = CredentialWithKey {
            credential: BasicCredential::new(identity).into(),
            signature_key: signer.to_public_vec().into(),
        };
        Actor {
            provider: Provider::default(),
            signer,
            credential,
            suite,
        }
    }

    pub fn capabilities(&self) -> Capabilities {
        Capabilities::for_provider(self.provider.crypto())
    }

    /// It stays in the actor's store with its private keys.
    pub fn key_package(&self) -> Answer<KeyPackageBundle> {
        KeyPackage::builder()
            .leaf_node_capabilities(self.capabilities())
            .build(
                self.suite,
                &self.provider,
                self.signer.as_ref(),
                self.credential.clone(),
            )
            .explain("a key package")
    }

    /// The library shows it only in the encoded pair, where it comes first.
    pub fn signature_priv(&self) -> Answer<Vec<u8>> {
        let pair = self.signer.tls_serialize_detached().explain("a key pair")?;
        let key = VLBytes::tls_deserialize(&mut pair.as_slice()).explain("a key pair")?;
        Ok(key.as_slice().to_vec())
    }

    pub fn nonce(&self) -> Answer<Vec<u8>> {
        self.provider
            .rand()
            .random_vec(self.suite.hash_length())
            .explain("a nonce")
    }

    pub fn store_psk(&self, psk_id: Vec<u8>, psk: &[u8]) -> Answer<()> {
        PreSharedKeyId::external(psk_id, self.nonce()?)
            .store(&self.provider, psk)
            .explain("a PSK")
    }
}
