//! Vectors, given to OpenMLS.

use crate::actor::{suite_of, Actor};
use crate::state::{join_config, State};
use crate::wire::*;
use crate::OpenMls;
use openmls::prelude::tls_codec::Deserialize;
use openmls::prelude::*;
use openmls_basic_credential::SignatureKeyPair;
use openmls_traits::storage::StorageProvider;
use serde_json::{json, to_value};
use std::sync::Arc;
use thicket_interop_partner::{
    Answer, EpochVector, Explain, Octets, OwnKeys, PassiveClient, Replay, WelcomeVector,
};

/// Its store holds the key package, as if it had made it. The library takes private keys of others
/// in no other way than as its store does.
fn actor_with(own: &OwnKeys) -> Answer<Actor> {
    let suite = suite_of(own.cipher_suite)?;
    let fresh = Actor::new(b"passive".to_vec(), suite)?;
    let key_package = key_package_from(&own.key_package.0, fresh.provider.crypto())?;
    let leaf = key_package.leaf_node();
    let signer = SignatureKeyPair::from_raw(
        suite.signature_algorithm(),
        own.signature_priv.0.clone(),
        leaf.signature_key().as_slice().to_vec(),
    );
    let mut actor = Actor::with_signer(b"passive".to_vec(), suite, Arc::new(signer));
    actor.credential.credential = leaf.credential().clone();
    let private = |octets: &Octets| to_value(HpkePrivateKey::from(octets.0.clone()));
    let stored = json!({
        "key_package": to_value(&key_package).explain("key_package")?,
        "private_init_key": private(&own.init_priv).explain("init_priv")?,
        "private_encryption_key": { "key": private(&own.encryption_priv).explain("encryption_priv")? },
    });
    let bundle: KeyPackageBundle = serde_json::from_value(stored).explain("key_package")?;
    let reference = key_package
        .hash_ref(actor.provider.crypto())
        .explain("key_package")?;
    actor
        .provider
        .storage()
        .write_key_package(&reference, &bundle)
        .explain("keeping a key package")?;
    Ok(actor)
}

impl Replay for OpenMls {
    fn read_message(&mut self, octets: &[u8]) -> Answer<Vec<u8>> {
        encode(&MlsMessageIn::tls_deserialize_exact(octets).explain("an MLSMessage")?)
    }

    fn read_tree(&mut self, octets: &[u8]) -> Answer<Vec<u8>> {
        encode(&RatchetTreeIn::tls_deserialize_exact(octets).explain("a tree")?)
    }

    fn read_proposal(&mut self, octets: &[u8]) -> Answer<Vec<u8>> {
        encode(&ProposalIn::tls_deserialize_exact(octets).explain("a proposal")?)
    }

    fn open_welcome(&mut self, vector: &WelcomeVector) -> Answer<()> {
        let actor = actor_with(&vector.own)?;
        let welcome = welcome_from(&vector.welcome.0)?;
        ProcessedWelcome::new_from_welcome(&actor.provider, &join_config(false), welcome)
            .explain("a Welcome")?;
        Ok(())
    }

    fn join(&mut self, vector: &PassiveClient) -> Answer<Vec<u8>> {
        let actor = actor_with(&vector.own)?;
        for psk in &vector.external_psks {
            actor.store_psk(psk.psk_id.0.clone(), &psk.psk.0)?;
        }
        let tree = tree_from(vector.ratchet_tree())?;
        let welcome = welcome_from(&vector.welcome.0)?;
        let group =
            StagedWelcome::new_from_welcome(&actor.provider, &join_config(false), welcome, tree)
                .explain("a Welcome")?
                .into_group(&actor.provider)
                .explain("a Welcome")?;
        let state = State::new(actor, group);
        let authenticator = state.epoch_authenticator();
        self.states.keep(state);
        Ok(authenticator)
    }

    fn follow(&mut self, epoch: &EpochVector) -> Answer<Vec<u8>> {
        let state = self.states.newest()?;
        state.handle_commit(&epoch.proposals(), &epoch.commit.0)?;
        Ok(state.epoch_authenticator())
    }
    fn receive(&mut self, message: &[u8]) -> Answer<Vec<u8>> {
        let state = self.states.newest()?;
        state.receive(message)?;
        Ok(state.epoch_authenticator())
    }

    fn forget(&mut self) {
        self.states.clear();
    }
}
