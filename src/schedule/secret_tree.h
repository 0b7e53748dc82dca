// The secret tree of an epoch, sparse, and its senders' ratchets.  RFC 9420 9. What is consumed
// is deleted at once (9.2): node secrets above a used leaf, ratchet secrets behind the head, used
// keys. Kept: siblings of used paths, heads, and keys of skipped generations, by RatchetLimits.
#pragma once

#include <array>
#include <map>
#include <span>
#include <variant>
#include <vector>

#include "schedule/ratchet.h"
#include "schedule/secret_row.h"

namespace thicket::schedule {

struct RatchetLimits {
  std::uint32_t forward_max = 1000;    // generations skipped by one message (15.3)
  std::uint32_t kept_per_sender = 64;  // keys of skipped generations; the oldest go first
  std::uint32_t kept_per_group = 1024;
  // 15.2: what this member encrypts in the epoch. Every key seals one message only, shorter than
  // 2^30 octets, so a key never comes near a limit of its own (AES-GCM: 2^36 - 31 octets; sender
  // data: 12 octets under a key that depends on the ciphertext). As if all were one key: AES-GCM
  // stays within an advantage of 2^-60 for 2^34.5 blocks (draft-irtf-cfrg-aead-limits 5.1.1).
  std::uint64_t sealed_blocks_max = 24'296'004'000;
};

// The place of a kept key.
struct KeptKey {
  LeafIndex leaf;
  RatchetKind kind{};
  Generation generation;
  auto operator<=>(const KeptKey&) const = default;
};

struct NodeSecret {
  NodeIndex node;
  TreeNodeSecret secret;
};

// The ratchets of a leaf, at generation 0, made from the nearest node secret above it. That one is
// consumed; the siblings of the path from it to the leaf take its place.
struct OpenedLeaf {
  NodeIndex consumed;
  std::vector<NodeSecret> siblings;
  std::array<Ratchet, 2> ratchets;  // by RatchetKind
};

// The key of one received message, with all that consuming it changes. Nothing has changed until it
// is committed. Move-only; wiped when it ends.
class Candidate final {
 public:
  LeafIndex leaf() const { return place_.leaf; }
  RatchetKind kind() const { return place_.kind; }
  Generation generation() const { return place_.generation; }
  const crypto::AeadKey& key() const { return key_; }

 private:
  friend class SecretTree;
  struct Skipped {
    KeptKey place;
    crypto::AeadKey key;
  };

  KeptKey place_;
  crypto::AeadKey key_;
  std::uint64_t made_at_ = 0;         // the tree's count of changes
  bool was_kept_ = false;             // consuming it erases a kept key, and changes nothing else
  Ratchet head_;                      // the ratchet after this generation
  std::vector<Skipped> skipped_;      // newly kept
  std::vector<KeptKey> evicted_;      // kept until now
  std::optional<OpenedLeaf> opened_;  // at the first message of a leaf
};

class SecretTree final {
 public:
  SecretTree(const crypto::Crypto& crypto, EncryptionSecret encryption_secret, LeafCount leaves,
             const RatchetLimits& limits = {});
  // From all rows of the tree, in any order. Rule::store_row.
  static Result<SecretTree> load(const crypto::Crypto& crypto, std::span<const SecretRow> rows,
                                 const RatchetLimits& limits = {});
  SecretTree(SecretTree&&) noexcept = default;
  SecretTree& operator=(SecretTree&&) noexcept = default;
  SecretTree(const SecretTree&) = delete;
  SecretTree& operator=(const SecretTree&) = delete;

  LeafCount leaves() const { return leaves_; }

  struct SendingKey {
    Generation generation;
    crypto::AeadKey key;
  };
  // The next unused key of the own leaf. The ratchet moves on at once and never back. `octets` is
  // what it will seal, additional data included. Three derivations, and O(log n) at the first call.
  // Rules ratchet_exhausted, aead_limit, leaf_out_of_range; then nothing has changed.
  Result<SendingKey> next_key(const crypto::Crypto& crypto, LeafIndex own, RatchetKind kind,
                              std::uint64_t octets);

  // The key of a received message's generation. Changes nothing. O(log n) derivations for the first
  // message of a leaf, three after it, and one more a generation skipped.
  // Rules leaf_out_of_range, generation_used, generation_forgotten (skipped, and not kept any
  // more), generation_too_far (without a derivation).
  Result<Candidate> peek(const crypto::Crypto& crypto, LeafIndex leaf, RatchetKind kind,
                         Generation generation) const;
  // True while nothing has changed since the candidate was made.
  bool is_current(const Candidate& candidate) const { return candidate.made_at_ == changes_; }
  // Makes a candidate that is not current anew: the rules of peek().
  Result<void> refresh(const crypto::Crypto& crypto, Candidate& candidate) const;
  // The rows that commit() will change, each once. The candidate is current.
  std::vector<SecretRow> rows_of(const Candidate& candidate) const;
  // Consumes the key, after it opened its message. Refreshes first: with an error of that, nothing
  // has changed.
  Result<void> commit(const crypto::Crypto& crypto, Candidate&& candidate);

  // The rows that changed since the last call (at first: all). O(changed).
  std::vector<SecretRow> take_changes();
  // For who has them in another way.
  void forget_changes();
  // Every row. O(rows).
  std::vector<SecretRow> all_rows() const;

 private:
  struct Kept {
    KeptKey place;
    std::uint64_t age = 0;  // ascending in the order of keeping
    crypto::AeadKey key;
  };
  struct Sender {
    std::array<Ratchet, 2> ratchets;  // by RatchetKind
    std::vector<Kept> kept;           // ascending in age, at most kept_per_sender
    Ratchet& of(RatchetKind kind) { return ratchets[static_cast<std::size_t>(kind)]; }
    const Ratchet& of(RatchetKind kind) const { return ratchets[static_cast<std::size_t>(kind)]; }
  };
  // A row, by what it holds: the size of the tree; a node's secret; a ratchet's head; a kept key.
  struct SizeRow {
    auto operator<=>(const SizeRow&) const = default;
  };
  struct HeadRow {
    LeafIndex leaf;
    RatchetKind kind{};
    auto operator<=>(const HeadRow&) const = default;
  };
  using RowId = std::variant<SizeRow, NodeIndex, HeadRow, KeptKey>;

  explicit SecretTree(const RatchetLimits& limits) : limits_(limits) {}
  Result<OpenedLeaf> open_leaf(const crypto::Crypto& crypto, LeafIndex leaf) const;
  Result<Candidate> peek_kept(const Sender& sender, const KeptKey& place) const;
  std::uint32_t kept_per_sender() const;
  void skip(const crypto::Crypto& crypto, Candidate& candidate) const;
  void plan_evictions(const Sender* sender, Candidate& candidate) const;
  void adopt(LeafIndex leaf, OpenedLeaf&& opened);
  void apply(Candidate&& candidate);
  void keep(Candidate::Skipped&& skipped);
  void erase_kept(const KeptKey& place);
  void changed(RowId row);

  Bytes key_of_row(const RowId& row) const;
  SecretRow row_of(const RowId& row) const;
  Result<void> load_row(const crypto::Crypto& crypto, const SecretRow& row);
  Result<void> check_loaded(const crypto::Crypto& crypto);

  RatchetLimits limits_;
  LeafCount leaves_;
  std::map<NodeIndex, TreeNodeSecret> nodes_;
  std::map<LeafIndex, Sender> senders_;
  std::map<std::uint64_t, KeptKey> by_age_;  // the kept keys of all senders
  std::uint64_t changes_ = 0;
  std::uint64_t next_age_ = 0;
  std::vector<RowId> changed_;
  std::size_t changed_compact_at_ = 64;
};

}  // namespace thicket::schedule
