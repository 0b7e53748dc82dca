//! Those that are not in the group: who joins by a commit of their own, who asks to be added, and
//! who may propose from outside.

use crate::actor::{provider, suite_of, Actor, Keys, PrivateKeys};
use crate::state::State;
use crate::wire::*;
use mls_rs::external_client::ExternalClient;
use mls_rs::group::ExportedTree;
use mls_rs::identity::basic::BasicIdentityProvider;
use mls_rs::identity::SigningIdentity;
use mls_rs::psk::ExternalPskId;
use mls_rs::MlsMessage;
use mls_rs_core::crypto::SignatureSecretKey;
use thicket_interop_partner::proto::*;
use thicket_interop_partner::{refused, Answer, Explain};

/// A key that proposes from outside.
pub struct Outside {
    pub identity: SigningIdentity,
    pub signer: SignatureSecretKey,
}

/// The group as the joiner has it afterwards, and the commit.
pub fn join(keys: &mut Keys, request: ExternalJoinRequest) -> Answer<(State, Vec<u8>)> {
    let message = message_from(&request.group_info)?;
    let info = group_info_of(&message)?;
    let tree = tree_from(&request.ratchet_tree)?;
    let actor = keys.actor(&request.identity, info.group_context().cipher_suite())?;
    actor.rules.said().encrypt_handshake = request.encrypt_handshake;
    let mut builder = actor
        .client
        .external_commit_builder()
        .explain("an external commit")?;
    if request.remove_prior {
        builder = builder.with_removal(leaf_in(info, tree.as_ref(), &request.identity)?);
    }
    for psk in request.psks {
        actor.store_psk(psk.psk_id.clone(), psk.psk_secret);
        builder = builder.with_external_psk(ExternalPskId::new(psk.psk_id));
    }
    if let Some(tree) = tree {
        builder = builder.with_tree_data(tree);
    }
    let (group, commit) = builder.build(message).explain("an external commit")?;
    let commit = encode(&commit)?;
    Ok((State::new(actor, group), commit))
}

pub fn join_proposal(
    keys: &mut Keys,
    request: NewMemberAddProposalRequest,
) -> Answer<(Actor, Vec<u8>, PrivateKeys)> {
    let message = message_from(&request.group_info)?;
    let suite = group_info_of(&message)?.group_context().cipher_suite();
    let actor = keys.actor(&request.identity, suite)?;
    let (proposal, own) = actor.making(|client| {
        client
            .external_add_proposal(
                &message,
                None,
                Vec::new(),
                Default::default(),
                Default::default(),
                None,
            )
            .explain("proposing to join")
    })?;
    Ok((actor, encode(&proposal)?, own))
}

pub fn signer_proposal(
    outside: &Outside,
    group_info: MlsMessage,
    tree: Option<ExportedTree<'static>>,
    words: &ProposalDescription,
) -> Answer<Vec<u8>> {
    let client = ExternalClient::builder()
        .identity_provider(BasicIdentityProvider)
        .crypto_provider(provider())
        .signer(outside.signer.clone(), outside.identity.clone())
        .build();
    let mut group = client
        .observe_group(group_info, tree, None)
        .explain("a GroupInfo")?;
    let no_data = Vec::new();
    let made = match words.proposal_type.as_slice() {
        b"add" => group.propose_add(message_from(&words.key_package)?, no_data),
        b"remove" => {
            let leaf = leaf_of(&group.roster(), &words.removed_id)?;
            group.propose_remove(leaf, no_data)
        }
        b"externalPSK" => {
            group.propose_external_psk(ExternalPskId::new(words.psk_id.clone()), no_data)
        }
        b"resumptionPSK" => group.propose_resumption_psk(words.epoch_id, no_data),
        b"groupContextExtensions" => {
            group.propose_group_context_extensions(extensions_from(&words.extensions)?, no_data)
        }
        b"reinit" => {
            let version = group.group_context().version();
            group.propose_reinit(
                Some(words.group_id.clone()),
                version,
                suite_of(words.cipher_suite)?,
                extensions_from(&words.extensions)?,
                no_data,
            )
        }
        _ => return refused("no such proposal"),
    };
    encode(&made.explain("proposing")?)
}
