//! OpenMLS on its RustCrypto provider and its store in memory, as `./dev bench` measures it. The
//! store cannot be left out: what is written to it is part of every figure.

use openmls::prelude::tls_codec::{Deserialize, Serialize};
use openmls::prelude::*;
use openmls_basic_credential::SignatureKeyPair;
use openmls_memory_storage::MemoryStorage;
use openmls_rust_crypto::RustCrypto;
use openmls_traits::OpenMlsProvider;
use std::sync::{Arc, RwLock};
use thicket_bench_harness::{Change, Committed, Opening, Peer, Tree};

#[derive(Default)]
struct Provider {
    crypto: RustCrypto,
    storage: MemoryStorage,
}

impl Provider {
    fn copy(&self) -> Self {
        let values = self.storage.values.read().expect("one thread").clone();
        Provider {
            crypto: RustCrypto::default(),
            storage: MemoryStorage {
                values: RwLock::new(values),
            },
        }
    }
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

struct Device {
    provider: Provider,
    signer: Arc<SignatureKeyPair>,
    credential: CredentialWithKey,
}

struct Held {
    provider: Provider,
    signer: Arc<SignatureKeyPair>,
    group: MlsGroup,
}

struct OpenMls {
    suite: Ciphersuite,
}

fn decode(octets: &[u8]) -> MlsMessageBodyIn {
    MlsMessageIn::tls_deserialize_exact(octets)
        .expect("an MLSMessage")
        .extract()
}

fn encode(message: impl Serialize) -> Vec<u8> {
    message.tls_serialize_detached().expect("it can be encoded")
}

fn protocol_message(octets: &[u8]) -> ProtocolMessage {
    MlsMessageIn::tls_deserialize_exact(octets)
        .expect("an MLSMessage")
        .try_into_protocol_message()
        .expect("a PublicMessage or PrivateMessage")
}

fn join_config() -> MlsGroupJoinConfig {
    MlsGroupJoinConfig::builder()
        .wire_format_policy(PURE_PLAINTEXT_WIRE_FORMAT_POLICY)
        .build()
}

impl OpenMls {
    fn key_packages(&self, provider: &Provider, encoded: &[Vec<u8>]) -> Vec<KeyPackage> {
        let validated = encoded.iter().map(|octets| match decode(octets) {
            MlsMessageBodyIn::KeyPackage(key_package) => key_package
                .validate(provider.crypto(), ProtocolVersion::Mls10)
                .expect("a valid key package"),
            _ => panic!("not a key package"),
        });
        validated.collect()
    }

    fn hold(&self, client: Device, group: MlsGroup) -> Held {
        Held {
            provider: client.provider,
            signer: client.signer,
            group,
        }
    }
}

impl Peer for OpenMls {
    const NAME: &'static str = "OpenMLS";
    const VERSION: &'static str = "0.9.2, openmls_rust_crypto 0.6.0";
    type Client = Device;
    type Group = Held;

    fn new(suite: &str) -> Self {
        let suite = match suite {
            "1" => Ciphersuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519,
            "hybrid" => Ciphersuite::MLS_128_MLKEM768X25519_AES128GCM_SHA256_Ed25519,
            _ => panic!("no suite is called {suite}"),
        };
        OpenMls { suite }
    }

    fn client(&self, name: &str) -> Device {
        let signer =
            SignatureKeyPair::new(self.suite.signature_algorithm()).expect("a key pair");
        let credential = CredentialWithKey {
            credential: BasicCredential::new(name.as_bytes().to_vec()).into(),
            signature_key: signer.to_public_vec().into(),
        };
        Device {
            provider: Provider::default(),
            signer: Arc::new(signer),
            credential,
        }
    }

    fn copy_client(&self, client: &Device) -> Device {
        Device {
            provider: client.provider.copy(),
            signer: client.signer.clone(),
            credential: client.credential.clone(),
        }
    }

    fn key_package(&self, client: &mut Device) -> Vec<u8> {
        let bundle = KeyPackage::builder()
            .build(
                self.suite,
                &client.provider,
                client.signer.as_ref(),
                client.credential.clone(),
            )
            .expect("a key package");
        encode(MlsMessageOut::from(bundle.key_package().clone()))
    }

    fn create(&self, client: Device) -> Held {
        let config = MlsGroupCreateConfig::builder()
            .ciphersuite(self.suite)
            .wire_format_policy(PURE_PLAINTEXT_WIRE_FORMAT_POLICY)
            .build();
        let group = MlsGroup::new(
            &client.provider,
            client.signer.as_ref(),
            &config,
            client.credential.clone(),
        )
        .expect("a group");
        self.hold(client, group)
    }

    fn commit(&self, held: &mut Held, change: Change, tree: Tree) -> Committed {
        let provider = &held.provider;
        let builder = held.group.commit_builder();
        let builder = match change {
            Change::Update => builder.force_self_update(true),
            Change::Add(encoded) => builder.propose_adds(self.key_packages(provider, encoded)),
            Change::Remove(leaves) => {
                builder.propose_removals(leaves.iter().map(|leaf| LeafNodeIndex::new(*leaf)))
            }
        };
        let bundle = builder
            .load_psks(provider.storage())
            .expect("no PSKs")
            .create_group_info(false)
            .use_ratchet_tree_extension(tree == Tree::Inside)
            .build(provider.rand(), provider.crypto(), held.signer.as_ref(), |_| true)
            .expect("a commit")
            .stage_commit(provider)
            .expect("it is stored");
        let (message, welcome, _) = bundle.into_messages();
        let committed = Committed {
            message: encode(message),
            welcome: welcome.map(encode),
        };
        held.group
            .merge_pending_commit(provider)
            .expect("it is accepted");
        committed
    }

    fn process(&self, held: &mut Held, message: &[u8]) {
        let processed = held
            .group
            .process_message(&held.provider, protocol_message(message))
            .expect("a valid message");
        match processed.into_content() {
            ProcessedMessageContent::StagedCommitMessage(staged) => held
                .group
                .merge_staged_commit(&held.provider, *staged)
                .expect("it is stored"),
            _ => panic!("not a commit"),
        }
    }

    fn join(&self, client: Device, welcome: &[u8], tree: Option<&[u8]>) -> Held {
        let MlsMessageBodyIn::Welcome(welcome) = decode(welcome) else {
            panic!("not a Welcome");
        };
        let processed =
            ProcessedWelcome::new_from_welcome(&client.provider, &join_config(), welcome)
                .expect("a Welcome for this client");
        let mut builder = JoinBuilder::new(&client.provider, processed);
        if let Some(octets) = tree {
            let tree = RatchetTreeIn::tls_deserialize_exact(octets).expect("a tree");
            builder = builder.with_ratchet_tree(tree);
        }
        let group = builder
            .build()
            .expect("a valid Welcome")
            .into_group(&client.provider)
            .expect("it is stored");
        self.hold(client, group)
    }

    fn group_info(&self, held: &Held) -> Vec<u8> {
        let message = held
            .group
            .export_group_info(held.provider.crypto(), held.signer.as_ref(), true)
            .expect("a GroupInfo");
        encode(message)
    }

    fn join_outside(&self, client: Device, group_info: &[u8]) -> (Held, Vec<u8>) {
        let MlsMessageBodyIn::GroupInfo(group_info) = decode(group_info) else {
            panic!("not a GroupInfo");
        };
        let provider = &client.provider;
        let (group, bundle) = MlsGroup::external_commit_builder()
            .with_config(join_config())
            .build_group(provider, group_info, client.credential.clone())
            .expect("a valid GroupInfo")
            .load_psks(provider.storage())
            .expect("no PSKs")
            .create_group_info(false)
            .build(provider.rand(), provider.crypto(), client.signer.as_ref(), |_| true)
            .expect("an external commit")
            .finalize(provider)
            .expect("it is stored");
        let message = encode(bundle.into_commit());
        (self.hold(client, group), message)
    }

    fn send(&self, held: &mut Held, data: &[u8]) -> Vec<u8> {
        let message = held
            .group
            .create_message(&held.provider, held.signer.as_ref(), data)
            .expect("a message");
        encode(message)
    }

    fn receive(&self, held: &mut Held, message: &[u8]) -> Vec<u8> {
        let processed = held
            .group
            .process_message(&held.provider, protocol_message(message))
            .expect("a valid message");
        match processed.into_content() {
            ProcessedMessageContent::ApplicationMessage(message) => message.into_bytes(),
            _ => panic!("not an application message"),
        }
    }

    fn copy(&self, held: &Held) -> Held {
        let provider = held.provider.copy();
        let group = MlsGroup::load(provider.storage(), held.group.group_id())
            .expect("a store")
            .expect("a group in it");
        Held {
            provider,
            signer: held.signer.clone(),
            group,
        }
    }

    fn stored(&self, held: &Held) -> Option<Opening<'_>> {
        let provider = held.provider.copy();
        let id = held.group.group_id().clone();
        Some(Box::new(move || {
            let group = MlsGroup::load(provider.storage(), &id).expect("a store");
            Box::new(group.expect("a group in it"))
        }))
    }

    fn drop_group(&self, held: Held) -> Box<dyn std::any::Any> {
        drop(held.group);
        Box::new(held.provider)
    }

    fn ratchet_tree(&self, held: &Held) -> Vec<u8> {
        encode(held.group.export_ratchet_tree())
    }

    fn own_leaf(&self, held: &Held) -> u32 {
        held.group.own_leaf_index().u32()
    }

    fn leaves(&self, held: &Held) -> Vec<u32> {
        held.group.members().map(|member| member.index.u32()).collect()
    }

    fn epoch_authenticator(&self, held: &Held) -> Vec<u8> {
        held.group.epoch_authenticator().as_slice().to_vec()
    }
}

fn main() {
    thicket_bench_harness::main::<OpenMls>();
}
