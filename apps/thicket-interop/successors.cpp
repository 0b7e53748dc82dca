// Groups that continue others, and groups that branch from them.  RFC 9420 11.2, 11.3.
#include "group/branch.h"
#include "messages/wire.h"
#include "thicket-interop/client.h"

namespace thicket::interop {
namespace {

// The name of the client that a state is of.
Result<Bytes> own_identity(State& state) {
  const tree::LeafView leaf =
      THICKET_TRY(state.loaded([&] { return state.group().member(state.group().own_leaf()); }));
  return to_bytes(leaf.client_id());
}

Result<std::vector<KeyPackage>> read_key_packages(std::span<const Bytes> messages) {
  std::vector<KeyPackage> out;
  for (const Bytes& message : messages) out.push_back(THICKET_TRY(read_key_package(message)));
  return out;
}

}  // namespace

Result<ReInitResponse> Client::seal(Id state_id) {
  const auto former = THICKET_TRY(state(state_id));
  const std::optional<ReInit> agreed = former->group().reinitialised();
  if (!agreed) return broken(Rule::input_format).at("commit").because("no ReInit was committed");
  const Bytes name = THICKET_TRY(own_identity(*former));
  group::Identity identity = THICKET_TRY(identity_of(name, agreed->cipher_suite));
  auto own = THICKET_TRY(key_package_of(identity, agreed->cipher_suite));
  ReInitResponse response{next_id(),
                          codec::encode(MLSMessage{ProtocolVersion::mls10, own.key_package}),
                          to_bytes(former->group().epoch_authenticator())};
  reinits_.emplace(response.reinit_id, Reinit{former, std::move(identity), std::move(own)});
  return response;
}

Result<ReInitResponse> Client::handle_reinit_commit(const HandleCommitRequest& request) {
  THICKET_TRY(handle_commit(request));
  return seal(request.state_id);
}

Result<ReInitResponse> Client::handle_pending_reinit_commit(Id state_id) {
  THICKET_TRY(handle_pending_commit(state_id));
  return seal(state_id);
}

Result<SubgroupResponse> Client::invite(const Founding& founding, CommitFirst commit_first) {
  State& former = founding.former;
  State& made = *founding.made;
  std::vector<KeyPackage> others = THICKET_TRY(read_key_packages(founding.key_packages));
  const group::ResumeCommit plan{.former = former.group(),
                                 .others = std::move(others),
                                 .force_path = founding.force_path,
                                 .tree_in_welcome = !founding.external_tree};
  // What is missing is of the former group: the new one was made here, whole.
  auto first = THICKET_TRY(former.loaded(
      [&] { return commit_first(made.group(), plan, clock_now(), settings_.random()); }));
  auto taken = THICKET_TRY(made.take_first(std::move(first), founding.external_tree));
  return SubgroupResponse{keep(founding.made), std::move(taken.outgoing.welcome).value_or(Bytes()),
                          std::move(taken.ratchet_tree).value_or(Bytes())};
}

Result<SubgroupResponse> Client::reinit_welcome(const ReInitWelcomeRequest& request) {
  const Reinit* reinit = THICKET_TRY(sealed(request.reinit_id));
  State& former = *reinit->former;
  const auto made =
      std::make_shared<State>(settings_, former.encrypts_handshakes(), former.psks().clone());
  const group::Resume resume{former.group(), reinit->identity, lifetime_now()};
  auto staged = THICKET_TRY(
      group::begin_reinit(made->environment(), resume, clock_now(), settings_.random()));
  THICKET_TRY(made->enter(std::move(staged)));
  SubgroupResponse response = THICKET_TRY(
      invite({former, made, request.key_package, request.force_path, request.external_tree},
             group::commit_reinit));
  reinits_.erase(request.reinit_id);
  return response;
}

Result<StateResponse> Client::handle_reinit_welcome(Id reinit_id, ByteView welcome,
                                                    ByteView ratchet_tree) {
  const Reinit* reinit = THICKET_TRY(sealed(reinit_id));
  State& former = *reinit->former;
  auto joining =
      std::make_shared<State>(settings_, former.encrypts_handshakes(), former.psks().clone());
  StateResponse response =
      THICKET_TRY(enter(std::move(joining), {welcome, ratchet_tree, reinit->own, &former}));
  reinits_.erase(reinit_id);
  return response;
}

Result<SubgroupResponse> Client::create_branch(const CreateBranchRequest& request) {
  const auto former = THICKET_TRY(state(request.state_id));
  const auto made =
      std::make_shared<State>(settings_, former->encrypts_handshakes(), former->psks().clone());
  const Bytes name = THICKET_TRY(own_identity(*former));
  const CipherSuite suite = former->group().context().cipher_suite;
  group::Identity identity = THICKET_TRY(identity_of(name, suite));
  const group::BranchPlan plan{.resume = {former->group(), std::move(identity), lifetime_now()},
                               .group_id = request.group_id,
                               .extensions = request.extensions};
  auto staged =
      THICKET_TRY(group::begin_branch(made->environment(), plan, clock_now(), settings_.random()));
  THICKET_TRY(made->enter(std::move(staged)));
  return invite({*former, made, request.key_packages, request.force_path, request.external_tree},
                group::commit_branch);
}

Result<StateResponse> Client::handle_branch(const HandleBranchRequest& request) {
  const auto former = THICKET_TRY(state(request.state_id));
  const auto found = transactions_.find(request.transaction_id);
  if (found == transactions_.end()) return broken(Rule::input_format).at("transaction_id");
  const Transaction& transaction = found->second;
  auto joining =
      std::make_shared<State>(settings_, former->encrypts_handshakes(), former->psks().clone());
  StateResponse response = THICKET_TRY(enter(
      std::move(joining), {request.welcome, request.ratchet_tree, transaction.own, former.get()}));
  transactions_.erase(found);
  return response;
}

}  // namespace thicket::interop
