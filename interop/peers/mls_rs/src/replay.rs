//! Vectors, given to mls-rs.

use crate::actor::Actor;
use crate::state::State;
use crate::wire::*;
use crate::MlsRs;
use mls_rs::group::proposal::Proposal;
use mls_rs::mls_rs_codec::{MlsDecode, MlsEncode};
use thicket_interop_partner::{
    refused, Answer, EpochVector, Explain, PassiveClient, Replay, WelcomeVector,
};

impl Replay for MlsRs {
    fn read_message(&mut self, octets: &[u8]) -> Answer<Vec<u8>> {
        encode(&message_from(octets)?)
    }

    fn read_tree(&mut self, octets: &[u8]) -> Answer<Vec<u8>> {
        match tree_from(octets)? {
            Some(tree) => tree.to_bytes().explain("a tree"),
            None => refused("no tree"),
        }
    }

    fn read_proposal(&mut self, octets: &[u8]) -> Answer<Vec<u8>> {
        let mut rest = octets;
        let proposal = Proposal::mls_decode(&mut rest).explain("a proposal")?;
        if !rest.is_empty() {
            return refused("a proposal: something follows it");
        }
        proposal.mls_encode_to_vec().explain("encoding")
    }

    fn open_welcome(&mut self, vector: &WelcomeVector) -> Answer<()> {
        let actor = Actor::with_key_package(&vector.own)?;
        actor
            .client
            .examine_welcome_message(&message_from(&vector.welcome.0)?)
            .explain("a Welcome")?;
        Ok(())
    }

    fn join(&mut self, vector: &PassiveClient) -> Answer<Vec<u8>> {
        let actor = Actor::with_key_package(&vector.own)?;
        for psk in &vector.external_psks {
            actor.store_psk(psk.psk_id.0.clone(), psk.psk.0.clone());
        }
        let tree = tree_from(vector.ratchet_tree())?;
        let welcome = message_from(&vector.welcome.0)?;
        let joined = actor.client.join_group(tree, &welcome, None);
        let (group, _) = joined.explain("a Welcome")?;
        let state = State::new(actor, group);
        let authenticator = state.epoch_authenticator();
        self.states.keep(state);
        authenticator
    }

    fn follow(&mut self, epoch: &EpochVector) -> Answer<Vec<u8>> {
        let state = self.states.newest()?;
        state.handle_commit(&epoch.proposals(), &epoch.commit.0)?;
        state.epoch_authenticator()
    }
    fn receive(&mut self, message: &[u8]) -> Answer<Vec<u8>> {
        let state = self.states.newest()?;
        state.receive(message)?;
        state.epoch_authenticator()
    }

    fn forget(&mut self) {
        self.states.clear();
    }
}
