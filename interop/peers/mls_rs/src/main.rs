//! mls-rs on AWS-LC behind the calls of the interop harness.

mod actor;
mod outsiders;
mod replay;
mod rules;
mod state;
mod successors;
mod wire;

use actor::{provider, suite_of, Actor, Keys};
use mls_rs::identity::SigningIdentity;
use mls_rs::mls_rs_codec::{MlsDecode, MlsEncode};
use mls_rs::CryptoProvider;
use outsiders::Outside;
use state::State;
use std::process::ExitCode;
use successors::Reinit;
use thicket_interop_partner::proto::*;
use thicket_interop_partner::{refused, Answer, Explain, Numbered, Partner};
use wire::*;

pub struct MlsRs {
    keys: Keys,
    states: Numbered<State>,
    transactions: Numbered<Actor>,
    signers: Numbered<Outside>,
    reinits: Numbered<Reinit>,
}

fn words(proposal_type: &str) -> ProposalDescription {
    ProposalDescription {
        proposal_type: proposal_type.as_bytes().to_vec(),
        ..Default::default()
    }
}

impl MlsRs {
    fn new() -> Self {
        MlsRs {
            keys: Keys::default(),
            states: Numbered::new("state_id", 0),
            transactions: Numbered::new("transaction_id", 1 << 24),
            signers: Numbered::new("signer_id", 1 << 25),
            reinits: Numbered::new("reinit_id", 1 << 26),
        }
    }

    fn propose(&mut self, state_id: u32, words: ProposalDescription) -> Answer<ProposalResponse> {
        let proposal = self.states.find(state_id)?.propose(&words)?;
        Ok(ProposalResponse { proposal })
    }

    fn handled(&mut self, state_id: u32) -> Answer<HandleCommitResponse> {
        let epoch_authenticator = self.states.find(state_id)?.epoch_authenticator()?;
        Ok(HandleCommitResponse {
            state_id,
            epoch_authenticator,
        })
    }
}

impl Partner for MlsRs {
    fn name(&mut self, _: NameRequest) -> Answer<NameResponse> {
        let name = "mls-rs 0.57.0, mls-rs-crypto-awslc 0.27.0".to_string();
        Ok(NameResponse { name })
    }

    fn supported_ciphersuites(
        &mut self,
        _: SupportedCiphersuitesRequest,
    ) -> Answer<SupportedCiphersuitesResponse> {
        let suites = provider().supported_cipher_suites();
        let ciphersuites = suites
            .iter()
            .map(|suite| u16::from(*suite).into())
            .collect();
        Ok(SupportedCiphersuitesResponse { ciphersuites })
    }

    fn create_group(&mut self, request: CreateGroupRequest) -> Answer<CreateGroupResponse> {
        let suite = suite_of(request.cipher_suite)?;
        let actor = self.keys.actor(&request.identity, suite)?;
        actor.rules.said().encrypt_handshake = request.encrypt_handshake;
        let group = actor
            .client
            .create_group_with_id(
                request.group_id,
                Default::default(),
                Default::default(),
                None,
            )
            .explain("creating a group")?;
        let state_id = self.states.keep(State::new(actor, group));
        Ok(CreateGroupResponse { state_id })
    }

    fn create_key_package(
        &mut self,
        request: CreateKeyPackageRequest,
    ) -> Answer<CreateKeyPackageResponse> {
        let suite = suite_of(request.cipher_suite)?;
        let actor = self.keys.actor(&request.identity, suite)?;
        let (message, own) = actor.making(|client| {
            client
                .generate_key_package_message(Default::default(), Default::default(), None)
                .explain("a key package")
        })?;
        Ok(CreateKeyPackageResponse {
            transaction_id: self.transactions.keep(actor),
            key_package: encode(&message)?,
            init_priv: own.init_priv,
            encryption_priv: own.encryption_priv,
            signature_priv: own.signature_priv,
        })
    }

    fn join_group(&mut self, request: JoinGroupRequest) -> Answer<JoinGroupResponse> {
        let tree = tree_from(&request.ratchet_tree)?;
        let welcome = message_from(&request.welcome)?;
        let actor = self.transactions.find(request.transaction_id)?;
        let joined = actor.client.join_group(tree, &welcome, None);
        let (group, _) = joined.explain("a Welcome")?;
        let actor = self.transactions.take(request.transaction_id)?;
        actor.rules.said().encrypt_handshake = request.encrypt_handshake;
        let state = State::new(actor, group);
        let epoch_authenticator = state.epoch_authenticator()?;
        Ok(JoinGroupResponse {
            state_id: self.states.keep(state),
            epoch_authenticator,
        })
    }

    fn external_join(&mut self, request: ExternalJoinRequest) -> Answer<ExternalJoinResponse> {
        let (state, commit) = outsiders::join(&mut self.keys, request)?;
        let epoch_authenticator = state.epoch_authenticator()?;
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
            .group_info_message_allowing_ext_commit(!request.external_tree)
            .explain("a GroupInfo")?;
        let ratchet_tree = match request.external_tree {
            true => state.group.export_tree().to_bytes().explain("a tree")?,
            false => Vec::new(),
        };
        Ok(GroupInfoResponse {
            group_info: encode(&message)?,
            ratchet_tree,
        })
    }

    fn state_auth(&mut self, request: StateAuthRequest) -> Answer<StateAuthResponse> {
        let state_auth_secret = self.states.find(request.state_id)?.epoch_authenticator()?;
        Ok(StateAuthResponse { state_auth_secret })
    }

    fn export(&mut self, request: ExportRequest) -> Answer<ExportResponse> {
        let state = self.states.find(request.state_id)?;
        let length = request.key_length as usize;
        let secret = state
            .group
            .export_secret(request.label.as_bytes(), &request.context, length)
            .explain("exporting")?;
        Ok(ExportResponse {
            exported_secret: secret.as_bytes().to_vec(),
        })
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
            Err(_) => match self.states.find(number) {
                Ok(state) => &mut state.actor,
                Err(_) => self.reinits.find(number)?.actor(),
            },
        };
        actor.store_psk(request.psk_id, request.psk_secret);
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
        self.propose(request.state_id, words("update"))
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

    fn re_init_proposal(&mut self, request: ReInitProposalRequest) -> Answer<ProposalResponse> {
        self.propose(
            request.state_id,
            ProposalDescription {
                cipher_suite: request.cipher_suite,
                group_id: request.group_id,
                extensions: request.extensions,
                ..words("reinit")
            },
        )
    }

    fn re_init_commit(&mut self, request: CommitRequest) -> Answer<CommitResponse> {
        self.commit(request)
    }

    fn handle_pending_re_init_commit(
        &mut self,
        request: HandlePendingCommitRequest,
    ) -> Answer<HandleReInitCommitResponse> {
        self.states
            .find(request.state_id)?
            .handle_pending_commit()?;
        self.seal(request.state_id)
    }

    fn handle_re_init_commit(
        &mut self,
        request: HandleCommitRequest,
    ) -> Answer<HandleReInitCommitResponse> {
        self.states
            .find(request.state_id)?
            .handle_commit(&request.proposal, &request.commit)?;
        self.seal(request.state_id)
    }

    fn re_init_welcome(&mut self, request: ReInitWelcomeRequest) -> Answer<CreateSubgroupResponse> {
        self.begin_successor(request)
    }

    fn handle_re_init_welcome(
        &mut self,
        request: HandleReInitWelcomeRequest,
    ) -> Answer<JoinGroupResponse> {
        self.join_successor(request)
    }

    fn create_branch(&mut self, request: CreateBranchRequest) -> Answer<CreateSubgroupResponse> {
        self.begin_branch(request)
    }

    fn handle_branch(&mut self, request: HandleBranchRequest) -> Answer<HandleBranchResponse> {
        self.join_branch(request)
    }

    fn new_member_add_proposal(
        &mut self,
        request: NewMemberAddProposalRequest,
    ) -> Answer<NewMemberAddProposalResponse> {
        let (actor, proposal, own) = outsiders::join_proposal(&mut self.keys, request)?;
        Ok(NewMemberAddProposalResponse {
            transaction_id: self.transactions.keep(actor),
            proposal,
            init_priv: own.init_priv,
            encryption_priv: own.encryption_priv,
            signature_priv: own.signature_priv,
        })
    }

    fn create_external_signer(
        &mut self,
        request: CreateExternalSignerRequest,
    ) -> Answer<CreateExternalSignerResponse> {
        let suite = suite_of(request.cipher_suite)?;
        let (identity, signer) = actor::signing_identity(&request.identity, suite)?;
        let external_sender = identity.mls_encode_to_vec().explain("encoding")?;
        Ok(CreateExternalSignerResponse {
            signer_id: self.signers.keep(Outside { identity, signer }),
            external_sender,
        })
    }

    fn add_external_signer(
        &mut self,
        request: AddExternalSignerRequest,
    ) -> Answer<ProposalResponse> {
        let sender = SigningIdentity::mls_decode(&mut request.external_sender.as_slice())
            .explain("external_sender")?;
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
        let Some(description) = &request.description else {
            return refused("no description");
        };
        let proposal = outsiders::signer_proposal(
            signer,
            message_from(&request.group_info)?,
            tree_from(&request.ratchet_tree)?,
            description,
        )?;
        Ok(ProposalResponse { proposal })
    }

    fn free(&mut self, request: FreeRequest) -> Answer<FreeResponse> {
        self.states.take(request.state_id)?;
        Ok(FreeResponse {})
    }
}

fn main() -> ExitCode {
    thicket_interop_partner::run("mls_rs-peer", MlsRs::new())
}
