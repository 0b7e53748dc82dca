//! OpenMLS on its RustCrypto provider behind the calls of the interop harness.

mod actor;
mod outsiders;
mod replay;
mod state;
mod wire;

use actor::{suite_of, Actor, Provider};
use openmls::prelude::*;
use openmls_basic_credential::SignatureKeyPair;
use state::State;
use std::process::ExitCode;
use std::sync::Arc;
use thicket_interop_partner::proto::*;
use thicket_interop_partner::{lacks, refused, Answer, Explain, Numbered, Partner};
use wire::*;

const NO_REINIT: &str = "OpenMLS decodes ReInit, and neither proposes, commits nor follows it";
const NO_BRANCH: &str = "OpenMLS neither branches from a group nor joins a branch";

/// A key that proposes from outside.
pub struct Outside {
    pub suite: Ciphersuite,
    pub signer: SignatureKeyPair,
}

struct OpenMls {
    states: Numbered<State>,
    transactions: Numbered<Actor>,
    signers: Numbered<Outside>,
}

fn words(proposal_type: &str) -> ProposalDescription {
    ProposalDescription {
        proposal_type: proposal_type.as_bytes().to_vec(),
        ..Default::default()
    }
}

impl OpenMls {
    fn new() -> Self {
        OpenMls {
            states: Numbered::new("state_id", 0),
            transactions: Numbered::new("transaction_id", 1 << 24),
            signers: Numbered::new("signer_id", 1 << 25),
        }
    }

    /// The library removes the leaf that has the joiner's own key, so the key must be that one.
    fn key_of(&self, identity: &[u8], suite: Ciphersuite) -> Option<Arc<SignatureKeyPair>> {
        self.states
            .values()
            .rev()
            .map(|state| &state.actor)
            .find(|actor| actor.suite == suite && is_named(&actor.credential.credential, identity))
            .map(|actor| actor.signer.clone())
    }

    fn propose(&mut self, state_id: u32, words: ProposalDescription) -> Answer<ProposalResponse> {
        let proposal = self.states.find(state_id)?.propose(&words)?;
        Ok(ProposalResponse { proposal })
    }

    fn handled(&mut self, state_id: u32) -> Answer<HandleCommitResponse> {
        let epoch_authenticator = self.states.find(state_id)?.epoch_authenticator();
        Ok(HandleCommitResponse {
            state_id,
            epoch_authenticator,
        })
    }
}

impl Partner for OpenMls {
    fn name(&mut self, _: NameRequest) -> Answer<NameResponse> {
        let name = "OpenMLS 0.9.2, openmls_rust_crypto 0.6.0".to_string();
        Ok(NameResponse { name })
    }

    fn supported_ciphersuites(
        &mut self,
        _: SupportedCiphersuitesRequest,
    ) -> Answer<SupportedCiphersuitesResponse> {
        let suites = Provider::default().crypto().supported_ciphersuites();
        let ciphersuites = suites
            .iter()
            .map(|suite| u16::from(*suite).into())
            .collect();
        Ok(SupportedCiphersuitesResponse { ciphersuites })
    }

    fn create_group(&mut self, request: CreateGroupRequest) -> Answer<CreateGroupResponse> {
        let actor = Actor::new(request.identity, suite_of(request.cipher_suite)?)?;
        let state = State::create(actor, request.group_id, request.encrypt_handshake)?;
        let state_id = self.states.keep(state);
        Ok(CreateGroupResponse { state_id })
    }

    fn create_key_package(
        &mut self,
        request: CreateKeyPackageRequest,
    ) -> Answer<CreateKeyPackageResponse> {
        let actor = Actor::new(request.identity, suite_of(request.cipher_suite)?)?;
        let bundle = actor.key_package()?;
        let key_package = encode(&MlsMessageOut::from(bundle.key_package().clone()))?;
        let signature_priv = actor.signature_priv()?;
        Ok(CreateKeyPackageResponse {
            transaction_id: self.transactions.keep(actor),
            key_package,
            init_priv: bundle.init_private_key().to_vec(),
            encryption_priv: Vec::new(), // the library shows it to nobody
            signature_priv,
        })
    }

    fn join_group(&mut self, request: JoinGroupRequest) -> Answer<JoinGroupResponse> {
        let tree = tree_from(&request.ratchet_tree)?;
        let welcome = welcome_from(&request.welcome)?;
        let provider = &self.transactions.find(request.transaction_id)?.provider;
        let config = state::join_config(request.encrypt_handshake);
        let group = StagedWelcome::new_from_welcome(provider, &config, welcome, tree)
            .explain("a Welcome")?
            .into_group(provider)
            .explain("a Welcome")?;
        let state = State::new(self.transactions.take(request.transaction_id)?, group);
        let epoch_authenticator = state.epoch_authenticator();
        Ok(JoinGroupResponse {
            state_id: self.states.keep(state),
            epoch_authenticator,
        })
    }

    fn external_join(&mut self, request: ExternalJoinRequest) -> Answer<ExternalJoinResponse> {
        let group_info = group_info_from(&request.group_info)?;
        let suite = group_info.ciphersuite();
        let actor = match request.remove_prior {
            false => Actor::new(request.identity, suite)?,
            true => match self.key_of(&request.identity, suite) {
                Some(signer) => Actor::with_signer(request.identity, suite, signer),
                None => {
                    return lacks(
                        "OpenMLS finds a former leaf by its key, and no state here has it",
                    )
                }
            },
        };
        let (state, commit) = outsiders::join(
            actor,
            outsiders::Entrance {
                group_info,
                tree: tree_from(&request.ratchet_tree)?,
                encrypt_handshake: request.encrypt_handshake,
                psks: request.psks,
            },
        )?;
        let epoch_authenticator = state.epoch_authenticator();
        Ok(ExternalJoinResponse {
            state_id: self.states.keep(state),
            commit,
            epoch_authenticator,
        })
    }

    fn group_info(&mut self, request: GroupInfoRequest) -> Answer<GroupInfoResponse> {
        let state = self.states.find(request.state_id)?;
        let message = state
            .group
            .export_group_info(
                state.actor.provider.crypto(),
                state.actor.signer.as_ref(),
                !request.external_tree,
            )
            .explain("a GroupInfo")?;
        let ratchet_tree = match request.external_tree {
            true => encode(&state.group.export_ratchet_tree())?,
            false => Vec::new(),
        };
        Ok(GroupInfoResponse {
            group_info: encode(&message)?,
            ratchet_tree,
        })
    }

    fn state_auth(&mut self, request: StateAuthRequest) -> Answer<StateAuthResponse> {
        let state_auth_secret = self.states.find(request.state_id)?.epoch_authenticator();
        Ok(StateAuthResponse { state_auth_secret })
    }

    fn export(&mut self, request: ExportRequest) -> Answer<ExportResponse> {
        let state = self.states.find(request.state_id)?;
        let exported_secret = state
            .group
            .export_secret(
                state.actor.provider.crypto(),
                &request.label,
                &request.context,
                request.key_length as usize,
            )
            .explain("exporting")?;
        Ok(ExportResponse { exported_secret })
    }

    fn protect(&mut self, request: ProtectRequest) -> Answer<ProtectResponse> {
        let ciphertext = self
            .states
            .find(request.state_id)?
            .protect(request.authenticated_data, &request.plaintext)?;
        Ok(ProtectResponse { ciphertext })
    }

    fn unprotect(&mut self, request: UnprotectRequest) -> Answer<UnprotectResponse> {
        let state = self.states.find(request.state_id)?;
        let (authenticated_data, plaintext) = state.unprotect(&request.ciphertext)?;
        Ok(UnprotectResponse {
            authenticated_data,
            plaintext,
        })
    }

    fn store_psk(&mut self, request: StorePskRequest) -> Answer<StorePskResponse> {
        let number = request.state_or_transaction_id;
        let actor = match self.transactions.find(number) {
            Ok(actor) => actor,
            Err(_) => &mut self.states.find(number)?.actor,
        };
        actor.store_psk(request.psk_id, &request.psk_secret)?;
        Ok(StorePskResponse {})
    }

    fn add_proposal(&mut self, request: AddProposalRequest) -> Answer<ProposalResponse> {
        let key_package = request.key_package;
        self.propose(
            request.state_id,
            ProposalDescription {
                key_package,
                ..words("add")
            },
        )
    }

    fn update_proposal(&mut self, request: UpdateProposalRequest) -> Answer<ProposalResponse> {
        let proposal = self.states.find(request.state_id)?.propose_update()?;
        Ok(ProposalResponse { proposal })
    }

    fn remove_proposal(&mut self, request: RemoveProposalRequest) -> Answer<ProposalResponse> {
        let removed_id = request.removed_id;
        self.propose(
            request.state_id,
            ProposalDescription {
                removed_id,
                ..words("remove")
            },
        )
    }

    fn external_psk_proposal(
        &mut self,
        request: ExternalPskProposalRequest,
    ) -> Answer<ProposalResponse> {
        let psk_id = request.psk_id;
        self.propose(
            request.state_id,
            ProposalDescription {
                psk_id,
                ..words("externalPSK")
            },
        )
    }

    fn resumption_psk_proposal(
        &mut self,
        request: ResumptionPskProposalRequest,
    ) -> Answer<ProposalResponse> {
        let epoch_id = request.epoch_id;
        self.propose(
            request.state_id,
            ProposalDescription {
                epoch_id,
                ..words("resumptionPSK")
            },
        )
    }

    fn group_context_extensions_proposal(
        &mut self,
        request: GroupContextExtensionsProposalRequest,
    ) -> Answer<ProposalResponse> {
        let extensions = request.extensions;
        self.propose(
            request.state_id,
            ProposalDescription {
                extensions,
                ..words("groupContextExtensions")
            },
        )
    }

    fn commit(&mut self, request: CommitRequest) -> Answer<CommitResponse> {
        let made = self.states.find(request.state_id)?.commit(
            &request.by_reference,
            &request.by_value,
            request.force_path,
            request.external_tree,
        )?;
        Ok(CommitResponse {
            commit: made.commit,
            welcome: made.welcome,
            ratchet_tree: made.ratchet_tree,
        })
    }

    fn handle_commit(&mut self, request: HandleCommitRequest) -> Answer<HandleCommitResponse> {
        self.states
            .find(request.state_id)?
            .handle_commit(&request.proposal, &request.commit)?;
        self.handled(request.state_id)
    }

    fn handle_pending_commit(
        &mut self,
        request: HandlePendingCommitRequest,
    ) -> Answer<HandleCommitResponse> {
        self.states
            .find(request.state_id)?
            .handle_pending_commit()?;
        self.handled(request.state_id)
    }

    fn re_init_proposal(&mut self, _: ReInitProposalRequest) -> Answer<ProposalResponse> {
        lacks(NO_REINIT)
    }
    fn re_init_commit(&mut self, _: CommitRequest) -> Answer<CommitResponse> {
        lacks(NO_REINIT)
    }
    fn handle_pending_re_init_commit(
        &mut self,
        _: HandlePendingCommitRequest,
    ) -> Answer<HandleReInitCommitResponse> {
        lacks(NO_REINIT)
    }
    fn handle_re_init_commit(
        &mut self,
        _: HandleCommitRequest,
    ) -> Answer<HandleReInitCommitResponse> {
        lacks(NO_REINIT)
    }
    fn re_init_welcome(&mut self, _: ReInitWelcomeRequest) -> Answer<CreateSubgroupResponse> {
        lacks(NO_REINIT)
    }
    fn handle_re_init_welcome(
        &mut self,
        _: HandleReInitWelcomeRequest,
    ) -> Answer<JoinGroupResponse> {
        lacks(NO_REINIT)
    }
    fn create_branch(&mut self, _: CreateBranchRequest) -> Answer<CreateSubgroupResponse> {
        lacks(NO_BRANCH)
    }
    fn handle_branch(&mut self, _: HandleBranchRequest) -> Answer<HandleBranchResponse> {
        lacks(NO_BRANCH)
    }

    fn new_member_add_proposal(
        &mut self,
        request: NewMemberAddProposalRequest,
    ) -> Answer<NewMemberAddProposalResponse> {
        let group_info = group_info_from(&request.group_info)?;
        let actor = Actor::new(request.identity, group_info.ciphersuite())?;
        let bundle = actor.key_package()?;
        let proposal = outsiders::join_proposal(&actor, &group_info, bundle.key_package())?;
        let signature_priv = actor.signature_priv()?;
        Ok(NewMemberAddProposalResponse {
            transaction_id: self.transactions.keep(actor),
            proposal,
            init_priv: bundle.init_private_key().to_vec(),
            encryption_priv: Vec::new(), // the library shows it to nobody
            signature_priv,
        })
    }

    fn create_external_signer(
        &mut self,
        request: CreateExternalSignerRequest,
    ) -> Answer<CreateExternalSignerResponse> {
        let suite = suite_of(request.cipher_suite)?;
        let signer = SignatureKeyPair::new(suite.signature_algorithm()).explain("a key pair")?;
        let credential = BasicCredential::new(request.identity).into();
        let sender = ExternalSender::new(signer.to_public_vec().into(), credential);
        Ok(CreateExternalSignerResponse {
            external_sender: encode(&sender)?,
            signer_id: self.signers.keep(Outside { suite, signer }),
        })
    }

    fn add_external_signer(
        &mut self,
        request: AddExternalSignerRequest,
    ) -> Answer<ProposalResponse> {
        let sender = external_sender_from(&request.external_sender)?;
        let proposal = self
            .states
            .find(request.state_id)?
            .add_external_sender(sender)?;
        Ok(ProposalResponse { proposal })
    }

    fn external_signer_proposal(
        &mut self,
        request: ExternalSignerProposalRequest,
    ) -> Answer<ProposalResponse> {
        let signer = self.signers.find(request.signer_id)?;
        let Some(description) = request.description else {
            return refused("no description");
        };
        let proposal = outsiders::signer_proposal(
            signer,
            group_info_from(&request.group_info)?,
            tree_from(&request.ratchet_tree)?,
            &description,
        )?;
        Ok(ProposalResponse { proposal })
    }

    fn free(&mut self, request: FreeRequest) -> Answer<FreeResponse> {
        self.states.take(request.state_id)?;
        Ok(FreeResponse {})
    }
}

fn main() -> ExitCode {
    thicket_interop_partner::run("openmls-peer", OpenMls::new())
}
