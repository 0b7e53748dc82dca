// A group whose members stand in a warm or a fresh tree, any of which can be had as a Group: the
// fixture of benchmarks, and of tests that need a large group. Epoch, context and secrets are of a
// real key schedule.
#pragma once

#include "group/basic_authenticator.h"
#include "group/group.h"
#include "group/identity.h"
#include "schedule/epoch_secrets.h"
#include "tree/warm_tree.h"

namespace thicket::group {

enum class TreeShape : std::uint8_t { warm, fresh };

struct WarmGroupPlan {
  std::uint32_t members = 0;
  TreeShape shape = TreeShape::warm;
  std::uint64_t seed = 1;
  // Key packages of any lifetime, whether or not they list the suite, are added.
  bool any_key_package = false;
  Lifetime lifetime{1'799'990'000, 1'800'000'000 + 90UL * 24 * 3600};  // of leaves of key packages
};
// Beyond it fixtures do not fit the machines that we have.
inline constexpr std::uint32_t warm_members_max = 1U << 20;

class WarmGroup final {
 public:
  // Throws MachineFailure if no ratchet_tree can hold so many members of the suite.
  WarmGroup(const crypto::Provider& provider, const crypto::Suite& suite,
            const WarmGroupPlan& plan);
  WarmGroup(const WarmGroup&) = delete;
  WarmGroup& operator=(const WarmGroup&) = delete;

  const crypto::Crypto& crypto() const { return crypto_; }
  const tree::RatchetTree& tree() const { return *tree_; }
  const GroupContext& context() const { return context_; }
  const Bytes& encoded_tree() const { return encoded_tree_; }
  std::uint32_t members() const { return plan_.members; }
  std::size_t depth() const;

  // The group as the member at `leaf` holds it, working on `provider`. Its tree is read anew from
  // the encoded one if `own_tree`, so that it shares nothing with anybody; else it shares nodes.
  std::unique_ptr<Group> member(LeafIndex leaf, const crypto::Provider& provider,
                                bool own_tree = false) const;
  // The member at `leaf` in the epoch that `there`, another member, is in. It can commit and send
  // as long as `there` has read nothing of it; of the path's private keys it has its first leaf key
  // alone. Not for a leaf that has rotated its signature key.
  std::unique_ptr<Group> member_beside(const Group& there, LeafIndex leaf) const;
  // The same member a second time, working on `provider`; `own_tree` as above.
  std::unique_ptr<Group> member_again(const Group& there, const crypto::Provider& provider,
                                      bool own_tree = false) const;
  // All rows of such a member, as if it had just joined. O(n).
  static Delta all_rows(const Group& member);
  // The identity of a client that is not in the group; `number` tells them apart.
  Identity outsider(std::uint32_t number) const;
  const Environment environment(const crypto::Provider& provider) const {
    return {provider, authenticator_, psks_, policy_};
  }

 private:
  crypto::SignaturePrivateKey signer(LeafIndex leaf) const;
  tree::PrivatePath private_path(LeafIndex leaf) const;
  void build_fresh();

  crypto::Crypto crypto_;
  WarmGroupPlan plan_;
  BasicAuthenticator authenticator_;
  mutable NoPsks psks_;
  Policy policy_;
  std::unique_ptr<tree::WarmTree> warm_;
  std::optional<tree::RatchetTree> tree_;
  Bytes encoded_tree_;
  GroupContext context_;
  schedule::EpochSecrets secrets_;
  MAC confirmation_tag_;
};

// Every member says so: suite 1 and 2, basic and X.509 credentials.
Capabilities warm_capabilities(const crypto::Suite& suite);
// now() of such a group: lifetimes are checked against it.
inline constexpr Instant warm_now{1'800'000'000};
inline constexpr Lifetime warm_lifetime = WarmGroupPlan{}.lifetime;

}  // namespace thicket::group
