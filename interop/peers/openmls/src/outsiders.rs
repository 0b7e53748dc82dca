//! Those that are not in the group: who joins by a commit of their own, who asks to be added, and
//! who may propose from outside.

use crate::actor::{Actor, Provider};
use crate::state::{join_config, State};
use crate::wire::*;
use crate::Outside;
use openmls::messages::group_info::VerifiableGroupInfo;
use openmls::prelude::*;
use openmls_basic_credential::SignatureKeyPair;
use openmls_memory_storage::MemoryStorage;
use thicket_interop_partner::proto::{PreSharedKey, ProposalDescription};
use thicket_interop_partner::{lacks, refused, Answer, Explain, Refusal};

pub struct Entrance {
    pub group_info: VerifiableGroupInfo,
    pub tree: Option<RatchetTreeIn>,
    pub encrypt_handshake: bool,
    pub psks: Vec<PreSharedKey>,
}

/// The group as the joiner has it afterwards, and the commit.
pub fn join(actor: Actor, entrance: Entrance) -> Answer<(State, Vec<u8>)> {
    let mut proposals = Vec::new();
    for psk in entrance.psks {
        let name = openmls::schedule::PreSharedKeyId::external(psk.psk_id.clone(), actor.nonce()?);
        actor.store_psk(psk.psk_id, &psk.psk_secret)?;
        proposals.push(PreSharedKeyProposal::new(name));
    }
    let mut builder =
        MlsGroup::external_commit_builder().with_config(join_config(entrance.encrypt_handshake));
    if let Some(tree) = entrance.tree {
        builder = builder.with_ratchet_tree(tree);
    }
    let provider = &actor.provider;
    let leaf = LeafNodeParameters::builder()
        .with_capabilities(actor.capabilities())
        .build();
    let (group, bundle) = builder
        .build_group(provider, entrance.group_info, actor.credential.clone())
        .explain("a GroupInfo")?
        .leaf_node_parameters(leaf)
        .add_psk_proposals(proposals)
        .load_psks(provider.storage())
        .explain("PSKs")?
        .build(
            provider.rand(),
            provider.crypto(),
            actor.signer.as_ref(),
            |_| true,
        )
        .explain("a commit")?
        .finalize(provider)
        .explain("a commit")?;
    let commit = encode(&bundle.into_commit())?;
    Ok((State::new(actor, group), commit))
}

pub fn join_proposal(
    actor: &Actor,
    group_info: &VerifiableGroupInfo,
    key_package: &KeyPackage,
) -> Answer<Vec<u8>> {
    let message = JoinProposal::new::<MemoryStorage>(
        key_package.clone(),
        group_info.group_id().clone(),
        group_info.epoch(),
        actor.signer.as_ref(),
    )
    .explain("proposing to join")?;
    encode(&message)
}

fn index_of(group: &PublicGroup, signer: &SignatureKeyPair) -> Answer<SenderExtensionIndex> {
    let extensions = group.group_context().extensions();
    let Some(senders) = extensions.external_senders() else {
        return refused("the group has no external senders");
    };
    // The library's ExternalSender shows its fields only encoded: the key comes first.
    let mut key = encode(&SignaturePublicKey::from(signer.to_public_vec()))?;
    key.shrink_to_fit();
    for (index, sender) in senders.iter().enumerate() {
        if encode(sender)?.starts_with(&key) {
            return Ok(SenderExtensionIndex::new(index as u32));
        }
    }
    refused("no external sender has this key")
}

pub fn signer_proposal(
    outside: &Outside,
    group_info: VerifiableGroupInfo,
    tree: Option<RatchetTreeIn>,
    words: &ProposalDescription,
) -> Answer<Vec<u8>> {
    if group_info.ciphersuite() != outside.suite {
        return refused("the key is of another suite");
    }
    let provider = Provider::default();
    let inside = group_info.extensions().ratchet_tree();
    let Some(tree) = tree.or_else(|| inside.map(|tree| tree.ratchet_tree().clone())) else {
        return refused("no tree");
    };
    let (group, _) = PublicGroup::from_external(
        provider.crypto(),
        provider.storage(),
        tree,
        group_info,
        ProposalStore::new(),
    )
    .explain("a GroupInfo")?;
    let index = index_of(&group, &outside.signer)?;
    let group_id = group.group_id().clone();
    let epoch = group.group_context().epoch();
    let signer = &outside.signer;
    let message = match words.proposal_type.as_slice() {
        b"add" => {
            let key_package = key_package_from(&words.key_package, provider.crypto())?;
            ExternalProposal::new_add::<Provider>(key_package, group_id, epoch, signer, index)
                .explain("proposing")?
        }
        b"remove" => {
            let leaf = group
                .members()
                .find(|member| is_named(&member.credential, &words.removed_id))
                .map(|member| member.index)
                .ok_or_else(|| Refusal::Malformed("removed_id: no such member".to_string()))?;
            ExternalProposal::new_remove::<Provider>(leaf, group_id, epoch, signer, index)
                .explain("proposing")?
        }
        b"groupContextExtensions" => {
            let extensions = extensions_from(&words.extensions)?;
            ExternalProposal::new_group_context_extensions::<Provider>(
                extensions, group_id, epoch, signer, index,
            )
            .explain("proposing")?
        }
        _ => {
            return lacks(
                "OpenMLS's external senders propose Add, Remove and GroupContextExtensions",
            )
        }
    };
    encode(&message)
}
