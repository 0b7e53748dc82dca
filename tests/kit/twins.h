// The proof of a rule: a message that breaks it is refused by exactly this rule and changes
// nothing; its twin that keeps it is accepted, before the same eyes.
#pragma once

#include "group/public_group.h"
#include "kit/forger.h"

namespace thicket::kit {

struct Refusal {
  Rule rule{};
  std::string_view path;
  std::optional<LeafIndex> leaf{};
};
void check_refusal(const Error& error, const Refusal& refusal);

// broken: refused; unbroken: accepted. Encoded MLSMessages.
struct Twins {
  ByteView broken;
  ByteView unbroken;
};

// Six people, alice (leaf 0) to frank (leaf 5), in a tree of eight leaves: dave has committed with
// a path, so that frank, who came later, is unmerged at the root.
class Stage final {
 public:
  explicit Stage(const std::vector<Extension>& extensions = {},
                 const std::function<void(World&)>& prepare = {});
  // Nobody is in a group yet.
  struct Empty {};
  explicit Stage(Empty) {}

  World world;
  Forger forger(const std::string& name) { return Forger(world, name); }

  // A proposal that everybody has received; its reference.
  ProposalRef propose(ByteView message);
  ProposalRef propose(const std::string& name, const Proposal& proposal);

  // Before the eyes of `member`; and of a service where the rule is one that it can see.
  void refuses(const std::string& member, const Twins& twins, const Refusal& refusal);
  // A Welcome before who joins by it.
  void welcome_refused(const std::string& joiner, const Twins& twins, const Refusal& refusal);

  // Adds `joiner` by a commit of alice; its Welcome. Without a path, frank and the joiner are
  // unmerged, so that no parent hash covers their leaves.
  enum class Path { with, without };
  Bytes welcome_for(const std::string& joiner, Path path = Path::with);
  Result<group::StagedGroup> join(const std::string& joiner, ByteView welcome);

  // The public half of the group as it stands, with the proposals of this epoch.
  std::unique_ptr<group::PublicGroup> service();
  group::PublicEnvironment public_environment() {
    return {world.provider, *world.authority, world.policy};
  }

 private:
  void service_refuses(const Twins& twins, const Refusal& refusal);
  struct Sent {
    Epoch epoch;
    Bytes message;
  };
  std::vector<Sent> proposals_;
};

inline ProposalOrRef by_value(Proposal proposal) {
  return ProposalOrRef(std::move(proposal));
}
inline ProposalOrRef by_reference(ProposalRef reference) {
  return ProposalOrRef(std::move(reference));
}

}  // namespace thicket::kit
