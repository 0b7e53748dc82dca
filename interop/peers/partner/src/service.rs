//! One method for each call, from the wire to the partner and back.

use crate::proto::*;
use crate::Answer;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::Mutex;
use tonic::{async_trait, Request, Response, Status};

pub(crate) struct Service<P> {
    partner: Mutex<P>,
}

impl<P> Service<P> {
    pub(crate) fn new(partner: P) -> Self {
        Service {
            partner: Mutex::new(partner),
        }
    }

    /// A panic of the library is an answer too: the runner counts it as a refusal and shows it.
    fn answer<T>(&self, call: impl FnOnce(&mut P) -> Answer<T>) -> Result<Response<T>, Status> {
        let mut partner = self.partner.lock().unwrap_or_else(|held| held.into_inner());
        match catch_unwind(AssertUnwindSafe(|| call(&mut partner))) {
            Ok(answer) => Ok(Response::new(answer?)),
            Err(panic) => {
                let text = panic
                    .downcast_ref::<String>()
                    .map(String::as_str)
                    .or_else(|| panic.downcast_ref::<&str>().copied())
                    .unwrap_or("without a word");
                Err(Status::internal(format!("the library panicked: {text}")))
            }
        }
    }
}

/// The calls of MLSClient, as the RPCs of the .proto are named.
macro_rules! calls {
    ($($(#[$note:meta])* $call:ident($request:ident) -> $response:ident;)*) => {
        /// An implementation behind the calls. The names of requests and fields are the .proto's.
        pub trait Partner: Send + 'static {
            $($(#[$note])* fn $call(&mut self, request: $request) -> Answer<$response>;)*
        }

        #[async_trait]
        impl<P: Partner> mls_client_server::MlsClient for Service<P> {
            $(async fn $call(
                &self,
                request: Request<$request>,
            ) -> Result<Response<$response>, Status> {
                self.answer(|partner| partner.$call(request.into_inner()))
            })*
        }
    };
}

calls! {
    name(NameRequest) -> NameResponse;
    supported_ciphersuites(SupportedCiphersuitesRequest) -> SupportedCiphersuitesResponse;

    create_group(CreateGroupRequest) -> CreateGroupResponse;
    create_key_package(CreateKeyPackageRequest) -> CreateKeyPackageResponse;
    join_group(JoinGroupRequest) -> JoinGroupResponse;
    external_join(ExternalJoinRequest) -> ExternalJoinResponse;

    group_info(GroupInfoRequest) -> GroupInfoResponse;
    state_auth(StateAuthRequest) -> StateAuthResponse;
    export(ExportRequest) -> ExportResponse;
    protect(ProtectRequest) -> ProtectResponse;
    unprotect(UnprotectRequest) -> UnprotectResponse;
    store_psk(StorePskRequest) -> StorePskResponse;

    add_proposal(AddProposalRequest) -> ProposalResponse;
    update_proposal(UpdateProposalRequest) -> ProposalResponse;
    remove_proposal(RemoveProposalRequest) -> ProposalResponse;
    external_psk_proposal(ExternalPskProposalRequest) -> ProposalResponse;
    resumption_psk_proposal(ResumptionPskProposalRequest) -> ProposalResponse;
    group_context_extensions_proposal(GroupContextExtensionsProposalRequest) -> ProposalResponse;

    commit(CommitRequest) -> CommitResponse;
    handle_commit(HandleCommitRequest) -> HandleCommitResponse;
    handle_pending_commit(HandlePendingCommitRequest) -> HandleCommitResponse;

    re_init_proposal(ReInitProposalRequest) -> ProposalResponse;
    re_init_commit(CommitRequest) -> CommitResponse;
    handle_pending_re_init_commit(HandlePendingCommitRequest) -> HandleReInitCommitResponse;
    handle_re_init_commit(HandleCommitRequest) -> HandleReInitCommitResponse;
    re_init_welcome(ReInitWelcomeRequest) -> CreateSubgroupResponse;
    handle_re_init_welcome(HandleReInitWelcomeRequest) -> JoinGroupResponse;

    create_branch(CreateBranchRequest) -> CreateSubgroupResponse;
    handle_branch(HandleBranchRequest) -> HandleBranchResponse;

    new_member_add_proposal(NewMemberAddProposalRequest) -> NewMemberAddProposalResponse;
    create_external_signer(CreateExternalSignerRequest) -> CreateExternalSignerResponse;
    add_external_signer(AddExternalSignerRequest) -> ProposalResponse;
    external_signer_proposal(ExternalSignerProposalRequest) -> ProposalResponse;

    free(FreeRequest) -> FreeResponse;
}
