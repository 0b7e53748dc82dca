//! mls-rs on AWS-LC, in memory, as `./dev bench` measures it.

use mls_rs::client_builder::{
    BaseConfig, ClientBuilder, WithCryptoProvider, WithGroupStateStorage, WithIdentityProvider,
    WithKeyPackageRepo, WithMlsRules,
};
use mls_rs::group::{ExportedTree, GroupContext, ReceivedMessage, Roster};
use mls_rs::identity::basic::{BasicCredential, BasicIdentityProvider};
use mls_rs::identity::SigningIdentity;
use mls_rs::mls_rules::{
    CommitDirection, CommitOptions, CommitSource, EncryptionOptions, ProposalBundle,
};
use mls_rs::storage_provider::in_memory::{InMemoryGroupStateStorage, InMemoryKeyPackageStorage};
use mls_rs::{
    CipherSuite, CipherSuiteProvider, Client, CryptoProvider, Group, MlsMessage, MlsRules,
};
use mls_rs_core::crypto::SignatureSecretKey;
use mls_rs_crypto_awslc::AwsLcCryptoProvider;
use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use thicket_bench_harness::{Change, Committed, Opening, Peer, Tree};

/// mls-rs's default rules, but that the tree goes into Welcomes or not as is said for each commit.
#[derive(Clone, Default)]
struct Rules {
    tree_inside: Arc<AtomicBool>,
}

impl MlsRules for Rules {
    type Error = Infallible;

    fn filter_proposals(
        &self,
        _: CommitDirection,
        _: CommitSource,
        _: &Roster,
        _: &GroupContext,
        proposals: ProposalBundle,
    ) -> Result<ProposalBundle, Infallible> {
        Ok(proposals)
    }

    fn commit_options(
        &self,
        _: &Roster,
        _: &GroupContext,
        _: &ProposalBundle,
    ) -> Result<CommitOptions, Infallible> {
        let inside = self.tree_inside.load(Ordering::Relaxed);
        Ok(CommitOptions::new().with_ratchet_tree_extension(inside))
    }

    fn encryption_options(
        &self,
        _: &Roster,
        _: &GroupContext,
    ) -> Result<EncryptionOptions, Infallible> {
        Ok(EncryptionOptions::default())
    }
}

type Config = WithMlsRules<
    Rules,
    WithGroupStateStorage<
        InMemoryGroupStateStorage,
        WithKeyPackageRepo<
            InMemoryKeyPackageStorage,
            WithCryptoProvider<
                AwsLcCryptoProvider,
                WithIdentityProvider<BasicIdentityProvider, BaseConfig>,
            >,
        >,
    >,
>;

struct Device {
    key_packages: InMemoryKeyPackageStorage,
    identity: SigningIdentity,
    signer: SignatureSecretKey,
}

struct MlsRs {
    crypto: AwsLcCryptoProvider,
    suite: CipherSuite,
    rules: Rules,
    /// Written by `stored` alone.
    groups: InMemoryGroupStateStorage,
}

impl MlsRs {
    fn build(&self, device: &Device) -> Client<Config> {
        ClientBuilder::new()
            .identity_provider(BasicIdentityProvider)
            .crypto_provider(self.crypto.clone())
            .key_package_repo(device.key_packages.clone())
            .group_state_storage(self.groups.clone())
            .mls_rules(self.rules.clone())
            .signing_identity(device.identity.clone(), device.signer.clone(), self.suite)
            .build()
    }
}

impl Peer for MlsRs {
    const NAME: &'static str = "mls-rs";
    const VERSION: &'static str = "0.57.0, mls-rs-crypto-awslc 0.27.0";
    type Client = Device;
    type Group = Group<Config>;

    fn new(suite: &str) -> Self {
        let suite = match suite {
            "1" => CipherSuite::CURVE25519_AES128,
            "hybrid" => CipherSuite::ML_KEM_768_X25519,
            _ => panic!("no suite is called {suite}"),
        };
        MlsRs {
            crypto: AwsLcCryptoProvider::with_enabled_cipher_suites(vec![suite]),
            suite,
            rules: Rules::default(),
            groups: InMemoryGroupStateStorage::new(),
        }
    }

    fn client(&self, name: &str) -> Device {
        let provider = self.crypto.cipher_suite_provider(self.suite).expect("the suite");
        let (signer, public) = provider.signature_key_generate().expect("a key pair");
        let credential = BasicCredential::new(name.as_bytes().to_vec()).into_credential();
        Device {
            key_packages: InMemoryKeyPackageStorage::new(),
            identity: SigningIdentity::new(credential, public),
            signer,
        }
    }

    fn copy_client(&self, client: &Device) -> Device {
        let key_packages = InMemoryKeyPackageStorage::new();
        for (reference, key_package) in client.key_packages.key_packages() {
            key_packages.insert(reference, key_package);
        }
        Device {
            key_packages,
            identity: client.identity.clone(),
            signer: client.signer.clone(),
        }
    }

    fn key_package(&self, client: &mut Device) -> Vec<u8> {
        self.build(client)
            .generate_key_package_message(Default::default(), Default::default(), None)
            .and_then(|message| message.to_bytes())
            .expect("a key package")
    }

    fn create(&self, client: Device) -> Group<Config> {
        self.build(&client)
            .create_group(Default::default(), Default::default(), None)
            .expect("a group")
    }

    fn commit(&self, group: &mut Group<Config>, change: Change, tree: Tree) -> Committed {
        self.rules.tree_inside.store(tree == Tree::Inside, Ordering::Relaxed);
        let mut builder = group.commit_builder();
        match change {
            Change::Update => {}
            Change::Add(key_packages) => {
                for key_package in key_packages {
                    let message = MlsMessage::from_bytes(key_package).expect("a key package");
                    builder = builder.add_member(message).expect("a key package");
                }
            }
            Change::Remove(leaves) => {
                for leaf in leaves {
                    builder = builder.remove_member(*leaf).expect("a member");
                }
            }
        }
        let output = builder.build().expect("a commit");
        let committed = Committed {
            message: output.commit_message.to_bytes().expect("a message"),
            welcome: output
                .welcome_messages
                .first()
                .map(|welcome| welcome.to_bytes().expect("a Welcome")),
        };
        group.apply_pending_commit().expect("it is accepted");
        committed
    }

    fn process(&self, group: &mut Group<Config>, message: &[u8]) {
        let message = MlsMessage::from_bytes(message).expect("a message");
        group.process_incoming_message(message).expect("a valid one");
    }

    fn join(&self, client: Device, welcome: &[u8], tree: Option<&[u8]>) -> Group<Config> {
        let welcome = MlsMessage::from_bytes(welcome).expect("a Welcome");
        let tree = tree.map(|octets| ExportedTree::from_bytes(octets).expect("a tree"));
        let (group, _) = self
            .build(&client)
            .join_group(tree, &welcome, None)
            .expect("a valid Welcome");
        group
    }

    fn group_info(&self, group: &Group<Config>) -> Vec<u8> {
        group
            .group_info_message_allowing_ext_commit(true)
            .and_then(|message| message.to_bytes())
            .expect("a GroupInfo")
    }

    fn join_outside(&self, client: Device, group_info: &[u8]) -> (Group<Config>, Vec<u8>) {
        let group_info = MlsMessage::from_bytes(group_info).expect("a GroupInfo");
        let (group, message) = self
            .build(&client)
            .commit_external(group_info)
            .expect("a valid GroupInfo");
        (group, message.to_bytes().expect("a message"))
    }

    fn send(&self, group: &mut Group<Config>, data: &[u8]) -> Vec<u8> {
        group
            .encrypt_application_message(data, Vec::new())
            .and_then(|message| message.to_bytes())
            .expect("a message")
    }

    fn receive(&self, group: &mut Group<Config>, message: &[u8]) -> Vec<u8> {
        let message = MlsMessage::from_bytes(message).expect("a message");
        match group.process_incoming_message(message).expect("a valid one") {
            ReceivedMessage::ApplicationMessage(message) => message.data().to_vec(),
            _ => panic!("not an application message"),
        }
    }

    fn copy(&self, group: &Group<Config>) -> Group<Config> {
        group.clone()
    }

    fn stored(&self, group: &Group<Config>) -> Option<Opening<'_>> {
        let id = group.group_id().to_vec();
        group.clone().write_to_storage().expect("it is stored");
        // Who opens it does not matter: the keys are in what is stored.
        let client = self.build(&self.client("opener"));
        Some(Box::new(move || {
            Box::new(client.load_group(&id).expect("a group in the store"))
        }))
    }

    fn drop_group(&self, group: Group<Config>) -> Box<dyn std::any::Any> {
        drop(group);
        Box::new(())
    }

    fn ratchet_tree(&self, group: &Group<Config>) -> Vec<u8> {
        group.export_tree().to_bytes().expect("a tree")
    }

    fn own_leaf(&self, group: &Group<Config>) -> u32 {
        group.current_member_index()
    }

    fn leaves(&self, group: &Group<Config>) -> Vec<u32> {
        group.roster().members_iter().map(|member| member.index).collect()
    }

    fn epoch_authenticator(&self, group: &Group<Config>) -> Vec<u8> {
        group.epoch_authenticator().expect("an epoch").as_bytes().to_vec()
    }
}

fn main() {
    thicket_bench_harness::main::<MlsRs>();
}
