//! Groups that continue others, and groups that branch from them.  RFC 9420 11.2, 11.3.

use crate::actor::{signing_identity, Actor, Config};
use crate::state::State;
use crate::wire::*;
use crate::MlsRs;
use mls_rs::group::ReinitClient;
use mls_rs::{Group, MlsMessage};
use thicket_interop_partner::proto::*;
use thicket_interop_partner::{lacks, refused, Answer, Explain};

/// Of a group whose ReInit is committed: what continues it, and who.
pub struct Reinit {
    client: ReinitClient<Config>,
    actor: Actor,
}

impl Reinit {
    pub fn actor(&mut self) -> &mut Actor {
        &mut self.actor
    }
}

fn messages_from(octets: &[Vec<u8>]) -> Answer<Vec<MlsMessage>> {
    octets.iter().map(|message| message_from(message)).collect()
}

/// One Welcome, as the rules ask for, and the tree if it is not in there.
struct Founded {
    welcome: Vec<u8>,
    ratchet_tree: Vec<u8>,
}

fn founded(group: &Group<Config>, welcomes: &[MlsMessage], tree_apart: bool) -> Answer<Founded> {
    Ok(Founded {
        welcome: match welcomes {
            [] => Vec::new(),
            [welcome] => encode(welcome)?,
            _ => return refused("several Welcomes"),
        },
        ratchet_tree: match tree_apart {
            true => group.export_tree().to_bytes().explain("a tree")?,
            false => Vec::new(),
        },
    })
}

/// The same actor: what it knows, it knows in the other group too.
fn same(actor: &Actor) -> Actor {
    Actor {
        client: actor.client.clone(),
        rules: actor.rules.clone(),
        name: actor.name.clone(),
        key: actor.key.clone(),
    }
}

impl MlsRs {
    /// The state stays, for what is asked of it still; the library would have it go.
    pub fn seal(&mut self, state_id: u32) -> Answer<HandleReInitCommitResponse> {
        let state = self.states.find(state_id)?;
        let epoch_authenticator = state.epoch_authenticator()?;
        let actor = same(&state.actor);
        let group = state.group.clone();
        let (signer, identity) = match state.next_suite {
            Some(suite) if suite != group.cipher_suite() => {
                let (identity, signer) = signing_identity(&actor.name, suite)?;
                (Some(signer), Some(identity))
            }
            _ => (None, None),
        };
        let client = group
            .get_reinit_client(signer, identity)
            .explain("a ReInit")?;
        let key_package = client.generate_key_package(None).explain("a key package")?;
        Ok(HandleReInitCommitResponse {
            key_package: encode(&key_package)?,
            reinit_id: self.reinits.keep(Reinit { client, actor }),
            epoch_authenticator,
        })
    }

    pub fn begin_successor(
        &mut self,
        request: ReInitWelcomeRequest,
    ) -> Answer<CreateSubgroupResponse> {
        let others = messages_from(&request.key_package)?;
        let Reinit { client, actor } = self.reinits.take(request.reinit_id)?;
        {
            let mut said = actor.rules.said();
            said.force_path = request.force_path;
            said.tree_apart = request.external_tree;
        }
        let (group, welcomes) = client
            .commit(others, Default::default(), None)
            .explain("the first commit")?;
        let founded = founded(&group, &welcomes, request.external_tree)?;
        self.keep_subgroup(State::new(actor, group), founded)
    }

    pub fn join_successor(
        &mut self,
        request: HandleReInitWelcomeRequest,
    ) -> Answer<JoinGroupResponse> {
        let welcome = message_from(&request.welcome)?;
        let tree = tree_from(&request.ratchet_tree)?;
        let Reinit { client, actor } = self.reinits.take(request.reinit_id)?;
        let (group, _) = client.join(&welcome, tree, None).explain("a Welcome")?;
        let state = State::new(actor, group);
        let epoch_authenticator = state.epoch_authenticator()?;
        Ok(JoinGroupResponse {
            state_id: self.states.keep(state),
            epoch_authenticator,
        })
    }

    pub fn begin_branch(&mut self, request: CreateBranchRequest) -> Answer<CreateSubgroupResponse> {
        let others = messages_from(&request.key_packages)?;
        let extensions = extensions_from(&request.extensions)?;
        let former = self.states.find(request.state_id)?;
        if &extensions != former.group.context().extensions() {
            return lacks("mls-rs branches with the extensions of the former group, and no others");
        }
        let actor = same(&former.actor);
        {
            let mut said = actor.rules.said();
            said.force_path = request.force_path;
            said.tree_apart = request.external_tree;
        }
        let (group, welcomes) = former
            .group
            .branch(request.group_id, others, None)
            .explain("the first commit")?;
        let founded = founded(&group, &welcomes, request.external_tree)?;
        self.keep_subgroup(State::new(actor, group), founded)
    }

    pub fn join_branch(&mut self, request: HandleBranchRequest) -> Answer<HandleBranchResponse> {
        let welcome = message_from(&request.welcome)?;
        let tree = tree_from(&request.ratchet_tree)?;
        self.transactions.find(request.transaction_id)?;
        let former = self.states.find(request.state_id)?;
        let joined = former.group.join_subgroup(&welcome, tree, None);
        let (group, _) = joined.explain("a Welcome")?;
        let state = State::new(same(&former.actor), group);
        self.transactions.take(request.transaction_id)?;
        let epoch_authenticator = state.epoch_authenticator()?;
        Ok(HandleBranchResponse {
            state_id: self.states.keep(state),
            epoch_authenticator,
        })
    }

    fn keep_subgroup(&mut self, state: State, founded: Founded) -> Answer<CreateSubgroupResponse> {
        let epoch_authenticator = state.epoch_authenticator()?;
        Ok(CreateSubgroupResponse {
            state_id: self.states.keep(state),
            welcome: founded.welcome,
            ratchet_tree: founded.ratchet_tree,
            epoch_authenticator,
        })
    }
}
