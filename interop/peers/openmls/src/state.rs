//! One actor's place in one group.

use crate::actor::Actor;
use crate::wire::*;
use openmls::ciphersuite::hash_ref::ProposalRef;
use openmls::prelude::*;
use openmls::schedule::psk::{ResumptionPsk, ResumptionPskUsage};
use openmls::schedule::{PreSharedKeyId, Psk};
use std::collections::HashMap;
use thicket_interop_partner::proto::ProposalDescription;
use thicket_interop_partner::{lacks, refused, Answer, Explain, Refusal};

pub struct State {
    pub actor: Actor,
    pub group: MlsGroup,
    /// Of this epoch, by message: own ones and those that were handled.
    proposals: HashMap<Vec<u8>, QueuedProposal>,
}

/// A proposal as a member makes it.
enum Change {
    Add(Box<KeyPackage>),
    Remove(LeafNodeIndex),
    Psk(PreSharedKeyId),
    Extensions(Extensions<GroupContext>),
}

/// A script reads late messages, and names any epoch.
const PAST_EPOCHS: usize = 16;
const RESUMPTION_PSKS: usize = 4096;
const LATE_MESSAGES: u32 = 256;
const MESSAGES_AHEAD: u32 = 1000;

fn policy(encrypt_handshake: bool) -> WireFormatPolicy {
    if encrypt_handshake {
        MIXED_CIPHERTEXT_WIRE_FORMAT_POLICY
    } else {
        MIXED_PLAINTEXT_WIRE_FORMAT_POLICY
    }
}

fn ratchets() -> SenderRatchetConfiguration {
    SenderRatchetConfiguration::new(LATE_MESSAGES, MESSAGES_AHEAD)
}

pub fn join_config(encrypt_handshake: bool) -> MlsGroupJoinConfig {
    MlsGroupJoinConfig::builder()
        .wire_format_policy(policy(encrypt_handshake))
        .max_past_epochs(PAST_EPOCHS)
        .number_of_resumption_psks(RESUMPTION_PSKS)
        .sender_ratchet_configuration(ratchets())
        .build()
}

/// What is made for one step of a group: a commit, and what goes with it.
pub struct Made {
    pub commit: Vec<u8>,
    pub welcome: Vec<u8>,
    pub ratchet_tree: Vec<u8>,
}

impl State {
    pub fn new(actor: Actor, group: MlsGroup) -> Self {
        State {
            actor,
            group,
            proposals: HashMap::new(),
        }
    }

    pub fn create(actor: Actor, group_id: Vec<u8>, encrypt_handshake: bool) -> Answer<Self> {
        let config = MlsGroupCreateConfig::builder()
            .ciphersuite(actor.suite)
            .capabilities(actor.capabilities())
            .wire_format_policy(policy(encrypt_handshake))
            .max_past_epochs(PAST_EPOCHS)
            .number_of_resumption_psks(RESUMPTION_PSKS)
            .sender_ratchet_configuration(ratchets())
            .build();
        let group = MlsGroup::new_with_group_id(
            &actor.provider,
            actor.signer.as_ref(),
            &config,
            GroupId::from_slice(&group_id),
            actor.credential.clone(),
        )
        .explain("creating a group")?;
        Ok(State::new(actor, group))
    }

    /// None of a group that the actor was removed from.
    pub fn epoch_authenticator(&self) -> Vec<u8> {
        if !self.group.is_active() {
            return Vec::new();
        }
        self.group.epoch_authenticator().as_slice().to_vec()
    }

    fn leaf_of(&self, identity: &[u8]) -> Answer<LeafNodeIndex> {
        self.group
            .members()
            .find(|member| is_named(&member.credential, identity))
            .map(|member| member.index)
            .ok_or_else(|| Refusal::Malformed("removed_id: no such member".to_string()))
    }

    fn read(&self, words: &ProposalDescription) -> Answer<Change> {
        match words.proposal_type.as_slice() {
            b"add" => key_package_from(&words.key_package, self.actor.provider.crypto())
                .map(|key_package| Change::Add(Box::new(key_package))),
            b"remove" => self.leaf_of(&words.removed_id).map(Change::Remove),
            b"externalPSK" => self.external_psk(&words.psk_id).map(Change::Psk),
            b"resumptionPSK" => self.resumption_psk(words.epoch_id).map(Change::Psk),
            b"groupContextExtensions" => extensions_from(&words.extensions).map(Change::Extensions),
            b"reinit" => lacks(crate::NO_REINIT),
            other => Err(Refusal::Malformed(format!(
                "proposal_type: {}",
                String::from_utf8_lossy(other)
            ))),
        }
    }

    fn external_psk(&self, psk_id: &[u8]) -> Answer<PreSharedKeyId> {
        Ok(PreSharedKeyId::external(
            psk_id.to_vec(),
            self.actor.nonce()?,
        ))
    }

    fn resumption_psk(&self, epoch: u64) -> Answer<PreSharedKeyId> {
        PreSharedKeyId::new(
            self.actor.suite,
            self.actor.provider.rand(),
            Psk::Resumption(ResumptionPsk::new(
                ResumptionPskUsage::Application,
                self.group.group_id().clone(),
                GroupEpoch::from(epoch),
            )),
        )
        .explain("a PSK's name")
    }

    /// Keeps what the library just put into its store of proposals.
    fn proposed(&mut self, message: MlsMessageOut, reference: &ProposalRef) -> Answer<Vec<u8>> {
        let octets = encode(&message)?;
        let queued = self
            .group
            .pending_proposals()
            .find(|queued| queued.proposal_reference_ref() == reference)
            .cloned();
        match queued {
            Some(queued) => self.proposals.insert(octets.clone(), queued),
            None => return refused("the library does not keep its own proposal"),
        };
        Ok(octets)
    }

    pub fn propose(&mut self, words: &ProposalDescription) -> Answer<Vec<u8>> {
        let change = self.read(words)?;
        let provider = &self.actor.provider;
        let signer = self.actor.signer.as_ref();
        let (message, reference) = match change {
            Change::Add(key_package) => self
                .group
                .propose_add_member(provider, signer, &key_package)
                .explain("proposing an Add")?,
            Change::Remove(leaf) => self
                .group
                .propose_remove_member(provider, signer, leaf)
                .explain("proposing a Remove")?,
            Change::Psk(name) => self
                .group
                .propose_pre_shared_key(provider, signer, name)
                .explain("proposing a PSK")?,
            Change::Extensions(extensions) => self
                .group
                .propose_group_context_extensions(provider, extensions, signer)
                .explain("proposing extensions")?,
        };
        self.proposed(message, &reference)
    }

    pub fn propose_update(&mut self) -> Answer<Vec<u8>> {
        let (message, reference) = self
            .group
            .propose_self_update(
                &self.actor.provider,
                self.actor.signer.as_ref(),
                LeafNodeParameters::default(),
            )
            .explain("proposing an Update")?;
        self.proposed(message, &reference)
    }

    /// GroupContext's extensions with one more external sender.
    pub fn add_external_sender(&mut self, sender: ExternalSender) -> Answer<Vec<u8>> {
        let mut extensions = self.group.extensions().clone();
        let mut senders = extensions.external_senders().cloned().unwrap_or_default();
        senders.push(sender);
        extensions
            .add_or_replace(Extension::ExternalSenders(senders))
            .explain("extensions")?;
        let (message, reference) = self
            .group
            .propose_group_context_extensions(
                &self.actor.provider,
                extensions,
                self.actor.signer.as_ref(),
            )
            .explain("proposing extensions")?;
        self.proposed(message, &reference)
    }

    fn process(&mut self, message: &[u8]) -> Answer<ProcessedMessage> {
        self.group
            .process_message(&self.actor.provider, protocol_message_from(message)?)
            .explain("processing")
    }

    fn handle_proposal(&mut self, message: &[u8]) -> Answer<QueuedProposal> {
        if let Some(queued) = self.proposals.get(message) {
            return Ok(queued.clone());
        }
        let queued = match self.process(message)?.into_content() {
            ProcessedMessageContent::ProposalMessage(queued)
            | ProcessedMessageContent::ExternalJoinProposalMessage(queued) => *queued,
            _ => return refused("not a proposal"),
        };
        self.proposals.insert(message.to_vec(), queued.clone());
        Ok(queued)
    }

    /// These, and no others, are pending afterwards: a commit takes the PSKs of all that are, even
    /// of those that it leaves out.
    fn only_pending(&mut self, messages: &[Vec<u8>]) -> Answer<()> {
        let mut named = Vec::new();
        for message in messages {
            named.push(self.handle_proposal(message)?);
        }
        let storage = self.actor.provider.storage();
        self.group
            .clear_pending_proposals(storage)
            .explain("forgetting proposals")?;
        for queued in named {
            self.group
                .store_pending_proposal(storage, queued)
                .explain("keeping a proposal")?;
        }
        Ok(())
    }

    pub fn commit(
        &mut self,
        by_reference: &[Vec<u8>],
        by_value: &[ProposalDescription],
        force_path: bool,
        external_tree: bool,
    ) -> Answer<Made> {
        let changes = by_value
            .iter()
            .map(|words| self.read(words))
            .collect::<Answer<Vec<_>>>()?;
        self.only_pending(by_reference)?;
        let provider = &self.actor.provider;
        let mut builder = self.group.commit_builder().force_self_update(force_path);
        for change in changes {
            builder = match change {
                Change::Add(key_package) => builder.propose_adds([*key_package]),
                Change::Remove(leaf) => builder.propose_removals([leaf]),
                Change::Psk(name) => builder.add_proposal(Proposal::PreSharedKey(Box::new(
                    PreSharedKeyProposal::new(name),
                ))),
                Change::Extensions(extensions) => builder
                    .propose_group_context_extensions(extensions)
                    .explain("extensions")?,
            };
        }
        let bundle = builder
            .load_psks(provider.storage())
            .explain("PSKs")?
            .use_ratchet_tree_extension(!external_tree)
            .build(
                provider.rand(),
                provider.crypto(),
                self.actor.signer.as_ref(),
                |_| true,
            )
            .explain("a commit")?
            .stage_commit(provider)
            .explain("a commit")?;
        let (commit, welcome, _) = bundle.into_messages();
        let ratchet_tree = match external_tree {
            true => self.next_tree()?,
            false => Vec::new(),
        };
        Ok(Made {
            commit: encode(&commit)?,
            welcome: welcome.map_or(Ok(Vec::new()), |welcome| encode(&welcome))?,
            ratchet_tree,
        })
    }

    /// The tree of the epoch that the pending commit begins.
    fn next_tree(&self) -> Answer<Vec<u8>> {
        let Some(staged) = self.group.pending_commit() else {
            return refused("no commit is pending");
        };
        let tree = staged
            .export_ratchet_tree(
                self.actor.provider.crypto(),
                self.group.export_ratchet_tree(),
            )
            .explain("the next tree")?;
        match tree {
            Some(tree) => encode(&tree),
            None => refused("the library has no tree of the next epoch"),
        }
    }

    pub fn handle_commit(&mut self, proposals: &[Vec<u8>], commit: &[u8]) -> Answer<()> {
        self.only_pending(proposals)?;
        match self.process(commit)?.into_content() {
            ProcessedMessageContent::StagedCommitMessage(staged) => self.merge(*staged),
            _ => refused("not a commit"),
        }
    }

    fn merge(&mut self, staged: StagedCommit) -> Answer<()> {
        self.group
            .merge_staged_commit(&self.actor.provider, staged)
            .explain("merging")?;
        self.proposals.clear();
        Ok(())
    }

    /// Any message of the group.
    pub fn receive(&mut self, message: &[u8]) -> Answer<()> {
        match self.process(message)?.into_content() {
            ProcessedMessageContent::StagedCommitMessage(staged) => self.merge(*staged),
            _ => Ok(()),
        }
    }

    pub fn handle_pending_commit(&mut self) -> Answer<()> {
        if self.group.pending_commit().is_none() {
            return refused("no commit is pending");
        }
        self.group
            .merge_pending_commit(&self.actor.provider)
            .explain("merging")?;
        self.proposals.clear();
        Ok(())
    }

    pub fn protect(&mut self, authenticated_data: Vec<u8>, plaintext: &[u8]) -> Answer<Vec<u8>> {
        self.group.set_aad(authenticated_data);
        let message = self
            .group
            .create_message(&self.actor.provider, self.actor.signer.as_ref(), plaintext)
            .explain("protecting")?;
        encode(&message)
    }

    /// Authenticated data, and plaintext.
    pub fn unprotect(&mut self, ciphertext: &[u8]) -> Answer<(Vec<u8>, Vec<u8>)> {
        let processed = self.process(ciphertext)?;
        let authenticated_data = processed.aad().to_vec();
        match processed.into_content() {
            ProcessedMessageContent::ApplicationMessage(message) => {
                Ok((authenticated_data, message.into_bytes()))
            }
            _ => refused("not an application message"),
        }
    }
}
