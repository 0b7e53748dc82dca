// What each action of a script does. All throw Stopped and BadScript.
#pragma once

#include "interop-runner/stage.h"

namespace thicket::interop {

// The step at hand, its place in the script, and what is going on.
struct Scene {
  Stage& stage;
  const Step& step;
  std::size_t index;
};
using Action = void (*)(const Scene& scene);

// "byValue" and the like: a proposal in words.
mls_client::ProposalDescription described(Stage& stage, const Step& words);
void add_extensions(google::protobuf::RepeatedPtrField<mls_client::Extension>& field,
                    const Step& step);
// The group's first id, or another, as scripts reinitialise it.
std::string next_group_id(const Stage& stage, const Step& step);

// entering.cpp
void create_group(const Scene& scene);
void create_key_package(const Scene& scene);
void join_group(const Scene& scene);
void external_join(const Scene& scene);
void install_external_psk(const Scene& scene);
void group_info(const Scene& scene);
// changing.cpp
void add_proposal(const Scene& scene);
void update_proposal(const Scene& scene);
void remove_proposal(const Scene& scene);
void external_psk_proposal(const Scene& scene);
void resumption_psk_proposal(const Scene& scene);
void group_context_extensions_proposal(const Scene& scene);
void commit(const Scene& scene);
void full_commit(const Scene& scene);
void handle_commit(const Scene& scene);
void handle_pending_commit(const Scene& scene);
void protect(const Scene& scene);
void unprotect(const Scene& scene);
// continuing.cpp
void reinit(const Scene& scene);
void branch(const Scene& scene);
void new_member_add_proposal(const Scene& scene);
void add_external_signer(const Scene& scene);
void external_signer_proposal(const Scene& scene);

}  // namespace thicket::interop
