//! One actor's place in one group.

use crate::actor::{Actor, Config};
use crate::wire::*;
use mls_rs::extension::built_in::ExternalSendersExt;
use mls_rs::group::{CommitEffect, ReceivedMessage};
use mls_rs::identity::SigningIdentity;
use mls_rs::mls_rules::ProposalRef;
use mls_rs::psk::ExternalPskId;
use mls_rs::{CipherSuite, Group, MlsMessage};
use std::collections::HashMap;
use thicket_interop_partner::proto::ProposalDescription;
use thicket_interop_partner::{refused, Answer, Explain, Refusal};

pub struct State {
    pub actor: Actor,
    pub group: Group<Config>,
    /// Of this epoch, by message: own ones and those that were handled.
    proposals: HashMap<Vec<u8>, ProposalRef>,
    removed: bool,
    /// Of the group that continues this one, once that is committed.
    pub next_suite: Option<CipherSuite>,
}

pub struct Made {
    pub commit: Vec<u8>,
    pub welcome: Vec<u8>,
    pub ratchet_tree: Vec<u8>,
}

fn unknown_words(words: &ProposalDescription) -> Refusal {
    let proposal_type = String::from_utf8_lossy(&words.proposal_type);
    Refusal::Malformed(format!("proposal_type: {proposal_type}"))
}

impl State {
    pub fn new(actor: Actor, group: Group<Config>) -> Self {
        State {
            actor,
            group,
            proposals: HashMap::new(),
            removed: false,
            next_suite: None,
        }
    }

    /// None of a group that the actor was removed from.
    pub fn epoch_authenticator(&self) -> Answer<Vec<u8>> {
        if self.removed {
            return Ok(Vec::new());
        }
        let secret = self.group.epoch_authenticator().explain("an epoch")?;
        Ok(secret.as_bytes().to_vec())
    }

    /// Keeps what the library calls its own proposal: it tells it to who processes the message.
    fn proposed(&mut self, message: MlsMessage) -> Answer<Vec<u8>> {
        let octets = encode(&message)?;
        self.handle_proposal(&octets)?;
        Ok(octets)
    }

    pub fn propose(&mut self, words: &ProposalDescription) -> Answer<Vec<u8>> {
        let group = &mut self.group;
        let no_data = Vec::new();
        let made = match words.proposal_type.as_slice() {
            b"add" => group.propose_add(message_from(&words.key_package)?, no_data),
            b"update" => group.propose_update(no_data),
            b"remove" => {
                let leaf = leaf_of(&group.roster(), &words.removed_id)?;
                group.propose_remove(leaf, no_data)
            }
            b"externalPSK" => {
                group.propose_external_psk(ExternalPskId::new(words.psk_id.clone()), no_data)
            }
            b"resumptionPSK" => group.propose_resumption_psk(words.epoch_id, no_data),
            b"groupContextExtensions" => {
                let extensions = extensions_from(&words.extensions)?;
                group.propose_group_context_extensions(extensions, no_data)
            }
            b"reinit" => group.propose_reinit(
                Some(words.group_id.clone()),
                group.protocol_version(),
                crate::actor::suite_of(words.cipher_suite)?,
                extensions_from(&words.extensions)?,
                no_data,
            ),
            _ => return Err(unknown_words(words)),
        };
        self.proposed(made.explain("proposing")?)
    }

    /// GroupContext's extensions with one more external sender.
    pub fn add_external_sender(&mut self, sender: SigningIdentity) -> Answer<Vec<u8>> {
        let mut extensions = self.group.context().extensions().clone();
        let known = extensions
            .get_as::<ExternalSendersExt>()
            .explain("extensions")?;
        let mut senders = known.map_or(Vec::new(), |known| known.allowed_senders().to_vec());
        senders.push(sender);
        extensions
            .set_from(ExternalSendersExt::new(senders))
            .explain("extensions")?;
        let made = self
            .group
            .propose_group_context_extensions(extensions, Vec::new());
        self.proposed(made.explain("proposing")?)
    }

    fn process(&mut self, message: &[u8]) -> Answer<ReceivedMessage> {
        let message = message_from(message)?;
        self.group
            .process_incoming_message(message)
            .explain("processing")
    }

    fn handle_proposal(&mut self, message: &[u8]) -> Answer<ProposalRef> {
        if let Some(reference) = self.proposals.get(message) {
            return Ok(reference.clone());
        }
        let reference = match self.process(message)? {
            ReceivedMessage::Proposal(proposal) => proposal.proposal_ref,
            _ => return refused("not a proposal"),
        };
        self.proposals.insert(message.to_vec(), reference.clone());
        Ok(reference)
    }

    pub fn commit(
        &mut self,
        by_reference: &[Vec<u8>],
        by_value: &[ProposalDescription],
        force_path: bool,
        external_tree: bool,
    ) -> Answer<Made> {
        let mut named = Vec::new();
        for message in by_reference {
            named.push(self.handle_proposal(message)?);
        }
        let rules = self.actor.rules.clone();
        {
            let mut said = rules.said();
            said.by_reference = Some(named);
            said.force_path = force_path;
            said.tree_apart = external_tree;
        }
        let made = self.build_commit(by_value);
        rules.said().by_reference = None;
        made
    }

    fn build_commit(&mut self, by_value: &[ProposalDescription]) -> Answer<Made> {
        let version = self.group.protocol_version();
        let mut leaves = Vec::new();
        for words in by_value {
            leaves.push(match words.proposal_type.as_slice() {
                b"remove" => leaf_of(&self.group.roster(), &words.removed_id)?,
                _ => 0,
            });
        }
        let mut builder = self.group.commit_builder();
        for (words, leaf) in by_value.iter().zip(leaves) {
            let extended = match words.proposal_type.as_slice() {
                b"add" => builder.add_member(message_from(&words.key_package)?),
                b"remove" => builder.remove_member(leaf),
                b"externalPSK" => {
                    builder.add_external_psk(ExternalPskId::new(words.psk_id.clone()))
                }
                b"resumptionPSK" => builder.add_resumption_psk(words.epoch_id),
                b"groupContextExtensions" => {
                    builder.set_group_context_ext(extensions_from(&words.extensions)?)
                }
                b"reinit" => builder.reinit(
                    Some(words.group_id.clone()),
                    version,
                    crate::actor::suite_of(words.cipher_suite)?,
                    extensions_from(&words.extensions)?,
                ),
                _ => return Err(unknown_words(words)),
            };
            builder = extended.explain("by_value")?;
        }
        let output = builder.build().explain("a commit")?;
        Ok(Made {
            commit: encode(&output.commit_message)?,
            welcome: match output.welcome_messages.first() {
                Some(welcome) => encode(welcome)?,
                None => Vec::new(),
            },
            ratchet_tree: match &output.ratchet_tree {
                Some(tree) => tree.to_bytes().explain("a tree")?,
                None => Vec::new(),
            },
        })
    }

    pub fn handle_commit(&mut self, proposals: &[Vec<u8>], commit: &[u8]) -> Answer<()> {
        for message in proposals {
            self.handle_proposal(message)?;
        }
        match self.process(commit)? {
            ReceivedMessage::Commit(taken) => self.step(taken.effect),
            _ => refused("not a commit"),
        }
    }

    /// Any message of the group.
    pub fn receive(&mut self, message: &[u8]) -> Answer<()> {
        match self.process(message)? {
            ReceivedMessage::Commit(taken) => self.step(taken.effect),
            ReceivedMessage::Proposal(_) | ReceivedMessage::ApplicationMessage(_) => Ok(()),
            _ => refused("not a message of the group"),
        }
    }

    pub fn handle_pending_commit(&mut self) -> Answer<()> {
        let taken = self.group.apply_pending_commit().explain("merging")?;
        self.step(taken.effect)
    }

    fn step(&mut self, effect: CommitEffect) -> Answer<()> {
        self.proposals.clear();
        match effect {
            CommitEffect::NewEpoch(_) => {}
            CommitEffect::Removed { .. } => self.removed = true,
            CommitEffect::ReInit(agreed) => {
                self.next_suite = Some(agreed.proposal.new_cipher_suite());
            }
        }
        Ok(())
    }

    pub fn protect(&mut self, authenticated_data: Vec<u8>, plaintext: &[u8]) -> Answer<Vec<u8>> {
        let message = self
            .group
            .encrypt_application_message(plaintext, authenticated_data)
            .explain("protecting")?;
        encode(&message)
    }

    /// Authenticated data, and plaintext.
    pub fn unprotect(&mut self, ciphertext: &[u8]) -> Answer<(Vec<u8>, Vec<u8>)> {
        match self.process(ciphertext)? {
            ReceivedMessage::ApplicationMessage(message) => {
                Ok((message.authenticated_data.clone(), message.data().to_vec()))
            }
            _ => refused("not an application message"),
        }
    }
}
