//! What the calls say for one commit or one state, where mls-rs asks for it.

use mls_rs::client_builder::PaddingMode;
use mls_rs::group::{GroupContext, Roster};
use mls_rs::mls_rules::{
    CommitDirection, CommitOptions, CommitSource, EncryptionOptions, ProposalBundle, ProposalRef,
};
use mls_rs::MlsRules;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard};

#[derive(Default)]
pub struct Said {
    pub encrypt_handshake: bool,
    pub force_path: bool,
    pub tree_apart: bool,
    /// Of the proposals that are pending, those that a commit takes; else all.
    pub by_reference: Option<Vec<ProposalRef>>,
}

#[derive(Clone, Default)]
pub struct Rules {
    said: Arc<Mutex<Said>>,
}

impl Rules {
    pub fn said(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(|held| held.into_inner())
    }
}

impl MlsRules for Rules {
    type Error = Infallible;

    fn filter_proposals(
        &self,
        direction: CommitDirection,
        _: CommitSource,
        _: &Roster,
        _: &GroupContext,
        mut proposals: ProposalBundle,
    ) -> Result<ProposalBundle, Infallible> {
        let said = self.said();
        if let (CommitDirection::Send, Some(named)) = (direction, &said.by_reference) {
            proposals.retain(|proposal| {
                Ok::<_, Infallible>(match proposal.proposal_ref() {
                    Some(reference) => named.contains(reference),
                    None => true,
                })
            })?;
        }
        Ok(proposals)
    }

    fn commit_options(
        &self,
        _: &Roster,
        _: &GroupContext,
        _: &ProposalBundle,
    ) -> Result<CommitOptions, Infallible> {
        let said = self.said();
        Ok(CommitOptions::new()
            .with_path_required(said.force_path)
            .with_ratchet_tree_extension(!said.tree_apart))
    }

    fn encryption_options(
        &self,
        _: &Roster,
        _: &GroupContext,
    ) -> Result<EncryptionOptions, Infallible> {
        let encrypt = self.said().encrypt_handshake;
        Ok(EncryptionOptions::new(encrypt, PaddingMode::StepFunction))
    }
}
