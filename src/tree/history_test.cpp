// The persistent tree against the naive one, over random histories: hashes, resolutions, paths,
// summaries, lookups, validity, rows and loading.
#include "tree/history_test.h"

#include "crypto/awslc/awslc.h"
#include "tree/tree_access.h"

namespace thicket::tree::history {
namespace {

const crypto::Crypto& suite_one() {
  static const std::unique_ptr<crypto::Provider> provider = crypto::make_awslc();
  static const crypto::Crypto made(*provider, *crypto::suite_of(CipherSuite{1}).value());
  return made;
}

bool long_run() {
  return std::getenv("THICKET_LONG") != nullptr;
}

// One history: a tree in its four forms, and the hand that changes them.
class History final {
 public:
  History(std::uint64_t seed, Coverage& coverage)
      : random_(seed), coverage_(coverage), naive_(suite_one()), tree_(first_tree()), lazy_(tree_) {
    store_.apply(diff(nullptr, tree_).value());
    lazy_ = store_.open(suite_one());
  }

  // `members_max`: how far it grows.
  void play(std::size_t transitions, std::uint32_t members_max) {
    for (std::size_t i = 0; i < transitions; ++i) {
      const std::uint32_t width_before = tree_.leaf_count().value;
      const Transition transition = next_transition(members_max);
      turn(transition);
      const std::uint32_t width = tree_.leaf_count().value;
      coverage_.doublings += width > width_before ? 1 : 0;
      coverage_.deep_truncations += 4 * width <= width_before ? 1 : 0;
      coverage_.widest = std::max<std::uint64_t>(coverage_.widest, tree_.member_count());
      ++coverage_.steps;
      check_questions();
      check_nodes();
      if (is_small() || random_.below(12) == 0) check_validity();
      if (random_.below(6) == 0) check_store();
    }
  }

 private:
  RatchetTree first_tree() {
    const LeafEntry entry = entry_of(random_leaf(random_, lifetime()));
    naive_.put_leaf(0, entry.leaf_node);
    return RatchetTree::of_one(suite_one(), entry, IndexSeed::draw(random_));
  }

  LeafNodeOrigin lifetime() {
    const std::uint64_t start = random_.below(1000);
    return Lifetime{start, start + random_.below(1000)};
  }

  std::vector<std::uint32_t> members() const {
    std::vector<std::uint32_t> out;
    for (std::uint32_t x = 0; x < naive_.width(); x += 2) {
      if (!naive_.blank(x)) out.push_back(x);
    }
    return out;
  }

  // Each change is made to the naive tree as it is drawn, because the next depends on it.
  void add(Transition& out) {
    Change change{Change::Kind::add, {}, entry_of(random_leaf(random_, lifetime())), {}};
    change.leaf = LeafIndex{naive_.add(change.entry.leaf_node)};
    out.push_back(std::move(change));
  }
  void update(Transition& out, std::uint32_t x) {
    Change change{
        Change::Kind::update, LeafIndex{x / 2}, entry_of(random_leaf(random_, UpdateSource{})), {}};
    if (random_.below(2) == 0) {
      change.entry.leaf_node.signature_key = naive_.leaf(x).signature_key;
      change.entry.client_id = client_of(change.entry.leaf_node).value();
    }
    naive_.update(x, change.entry.leaf_node);
    out.push_back(std::move(change));
  }
  void remove(Transition& out, std::uint32_t x) {
    naive_.remove(x);
    out.push_back({Change::Kind::remove, LeafIndex{x / 2}, {}, {}});
  }
  void path(Transition& out, std::uint32_t x) {
    Change change{
        Change::Kind::path, LeafIndex{x / 2}, entry_of(random_leaf(random_, UpdateSource{})), {}};
    const std::size_t size = naive_.filtered_direct_path(x).size();
    for (std::size_t i = 0; i < size; ++i) change.keys.push_back(random_.bytes(32));
    LeafNode leaf = change.entry.leaf_node;
    leaf.leaf_node_source = CommitSource{naive_.put_path(x, change.keys)};
    naive_.put_leaf(x, leaf);
    out.push_back(std::move(change));
  }

  std::uint32_t any(const std::vector<std::uint32_t>& from) {
    return from[random_.below(from.size())];
  }

  Transition next_transition(std::uint32_t members_max) {
    Transition out;
    const std::vector<std::uint32_t> now = members();
    const std::uint64_t mood = random_.below(16);
    if (mood == 0 && now.size() > 8) {  // many leave at the right end
      const std::size_t stay = 1 + random_.below(now.size() / 4);
      std::vector<std::uint32_t> gone(now.begin() + static_cast<std::ptrdiff_t>(stay), now.end());
      while (!gone.empty()) {
        const std::size_t i = random_.below(gone.size());
        remove(out, gone[i]);
        gone.erase(gone.begin() + static_cast<std::ptrdiff_t>(i));
      }
    } else if (mood == 12 && now.size() >= 24) {
      return crowd(now);
    } else if (mood <= 3) {  // many join
      const std::uint64_t room = members_max - std::min<std::uint64_t>(members_max, now.size());
      for (std::uint64_t i = std::min(room, 1 + random_.below(members_max / 2 + 1)); i > 0; --i)
        add(out);
    } else if (mood <= 5) {  // holes, to be filled later
      for (int i = 0; i < 10 && members().size() > 2; ++i) remove(out, any(members()));
    } else if (mood <= 7) {
      const std::uint32_t x = any(now);
      update(out, x);
      if (now.size() < members_max) add(out);
    } else if (mood <= 9) {
      for (int i = 0; i < 3; ++i) path(out, any(members()));
    } else if (mood <= 11 && now.size() < members_max) {
      for (int i = 0; i < 4; ++i) add(out);
    }
    if (out.empty() || random_.below(4) > 0) path(out, any(members()));
    return out;
  }

  // Holes, then paths that fill the parents above them, then joiners who stay unmerged.
  Transition crowd(const std::vector<std::uint32_t>& now) {
    Transition out;
    const std::size_t holes = std::min<std::size_t>(12, now.size() / 2 - 1);
    for (std::size_t i = 0; i < holes; ++i) remove(out, now[2 * i + 1]);
    for (std::size_t i = 0; i < holes; ++i) path(out, now[2 * i]);
    for (std::size_t i = 0; i < holes; ++i) add(out);
    return out;
  }

  void turn(const Transition& transition) {
    const RatchetTree before = tree_;
    auto after = history::apply(before, transition);
    REQUIRE_MESSAGE(after, describe(after.error()));
    tree_ = *std::move(after);
    const TreeDelta delta = diff(&before, tree_).value();
    // The same on the tree that loads what it needs.
    auto loaded = store_.loading(
        lazy_, [&](const RatchetTree& base) { return history::apply(base, transition); },
        coverage_.loads);
    REQUIRE_MESSAGE(loaded, describe(loaded.error()));
    auto lazy_delta = store_.loading(
        lazy_, [&](const RatchetTree& base) { return diff(&base, *loaded); }, coverage_.loads);
    REQUIRE_MESSAGE(lazy_delta, describe(lazy_delta.error()));
    check_same(delta, *lazy_delta);
    store_.apply(delta);
    lazy_ = *std::move(loaded);
    CHECK(lazy_ == tree_);
    if (random_.below(8) == 0) lazy_ = store_.open(suite_one());
  }

  static void check_same(const TreeDelta& a, const TreeDelta& b) {
    CHECK(a.root == b.root);
    CHECK(a.nodes == b.nodes);
    const auto sorted = [](std::vector<IndexRow> rows) {
      std::sort(rows.begin(), rows.end(), [](const IndexRow& x, const IndexRow& y) {
        return std::tie(x.index, x.fingerprint, x.node) < std::tie(y.index, y.fingerprint, y.node);
      });
      return rows;
    };
    CHECK(sorted(a.entries) == sorted(b.entries));
  }

  void check_questions() {
    CHECK(to_bytes(tree_.tree_hash()) == naive_.tree_hash(naive_.root()));
    CHECK(tree_.leaf_count().value == naive_.leaves());
    const std::vector<std::uint32_t> now = members();
    CHECK(tree_.member_count() == now.size());
    std::uint32_t free = 0;
    while (free < naive_.width() && !naive_.blank(free)) free += 2;
    CHECK(tree_.next_free_leaf().value == free / 2);
    for (int i = 0; i < 4; ++i) {
      const std::uint32_t x = any(now);
      check_path(x);
      CHECK(tree_.leaf_with_signature_key(naive_.leaf(x).signature_key).value() ==
            LeafIndex{x / 2});
      CHECK(tree_.node_with_encryption_key(naive_.leaf(x).encryption_key).value() == NodeIndex{x});
      CHECK(tree_.leaf_of_client(client_of(naive_.leaf(x)).value()).value() == LeafIndex{x / 2});
      CHECK(tree_.leaf(LeafIndex{x / 2})->leaf_node() == naive_.leaf(x));
    }
    CHECK(!tree_.leaf_with_signature_key(random_.bytes(32)).value());
    CHECK(!tree_.node_with_encryption_key(random_.bytes(32)).value());
    for (const int type : {3, 0x0A0A, 0xF001, 0xF002, 0xF003})
      check_lacking(static_cast<ExtensionType>(type), &Capabilities::extensions);
    for (const int type : {5, 0x1A1A, 0xF101, 0xF102})
      check_lacking(static_cast<ProposalType>(type), &Capabilities::proposals);
    for (const int type : {1, 2, 0xF00D})
      check_lacking(static_cast<CredentialType>(type), &Capabilities::credentials);
    check_in_use();
  }

  void check_path(std::uint32_t x) {
    const auto expected = naive_.filtered_direct_path(x);
    const auto found = tree_.filtered_direct_path(LeafIndex{x / 2}).value();
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      CHECK(found[i].node.value == expected[i].node);
      CHECK(found[i].copath_child.value == expected[i].copath_child);
      CHECK(tree_.node_with_encryption_key(key_at(expected[i].node)).value() ==
            (naive_.blank(expected[i].node) ? std::nullopt : std::optional(found[i].node)));
    }
  }

  Bytes key_at(std::uint32_t x) {
    if (naive_.blank(x)) return random_.bytes(32);
    return x % 2 == 0 ? naive_.leaf(x).encryption_key : naive_.parent_node(x).encryption_key;
  }

  template <class T>
  void check_lacking(T type, std::vector<T> Capabilities::*list) {
    std::optional<LeafIndex> expected;
    for (const std::uint32_t x : members()) {
      const std::vector<T>& listed = naive_.leaf(x).capabilities.*list;
      const bool grease = (static_cast<std::uint16_t>(type) & 0x0F0F) == 0x0A0A;
      const bool has = std::find(listed.begin(), listed.end(), type) != listed.end();
      if ((!has || grease) && !expected) expected = LeafIndex{x / 2};
    }
    const bool by_default =
        !std::is_same_v<T, CredentialType> && static_cast<std::uint16_t>(type) <= 7;
    if (by_default) expected.reset();
    CHECK(tree_.first_lacking(type).value() == expected);
  }

  void check_in_use() {
    std::set<CredentialType> used;
    std::optional<std::uint64_t> earliest;
    std::map<CredentialType, LeafIndex> first;
    std::optional<LeafIndex> expires;
    for (const std::uint32_t x : members()) {
      const CredentialType type = naive_.leaf(x).credential.tag();
      used.insert(type);
      first.emplace(type, LeafIndex{x / 2});
      const Lifetime* lifetime = naive_.leaf(x).leaf_node_source.as<Lifetime>();
      if (lifetime == nullptr || (earliest && *earliest <= lifetime->not_after)) continue;
      earliest = lifetime->not_after;
      expires = LeafIndex{x / 2};
    }
    CHECK(std::vector<CredentialType>(used.begin(), used.end()) == tree_.credential_types_in_use());
    for (const auto& [type, leaf] : first) CHECK(tree_.first_using(type).value() == leaf);
    const auto next = tree_.next_expiry().value();
    CHECK(next.has_value() == expires.has_value());
    if (next) CHECK(next->leaf == *expires);
    if (next) CHECK(next->not_after.seconds == *earliest);
  }

  // Small enough that everything is recomputed at each step.
  bool is_small() const { return naive_.width() < 70; }

  void check_node(std::uint32_t x) {
    CHECK(tree_.tree_hash_of(NodeIndex{x}).value() == naive_.tree_hash(x));
    const std::vector<std::uint32_t> expected = naive_.resolution(x);
    const auto found = tree_.resolution(NodeIndex{x}).value();
    REQUIRE(found.size() == expected.size());
    for (std::size_t k = 0; k < found.size(); ++k) {
      CHECK(found[k].node.value == expected[k]);
      CHECK(found[k].encryption_key == key_at(expected[k]));
    }
  }

  // Resolutions and hashes, all in a small tree; and every summary.
  void check_nodes() {
    if (is_small()) {
      for (std::uint32_t x = 0; x < naive_.width(); ++x) check_node(x);
    } else {
      for (int i = 0; i < 6; ++i) {
        check_node(static_cast<std::uint32_t>(random_.below(naive_.width())));
      }
    }
    std::set<unsigned> crowded;
    check_summary(*TreeAccess::root(tree_), root(tree_.leaf_count()), crowded);
    coverage_.unmerged_eight += crowded.size() >= 3 ? 1 : 0;
  }

  // Counted, not combined: what as many leaves list as there are members. GREASE is never told, and
  // what everybody supports by default (7.2) is not of extensions and proposals.
  template <class T>
  std::vector<T> listed_by_all(NodeIndex at, std::vector<T> Capabilities::*list) const {
    std::map<T, std::size_t> times;
    std::size_t count = 0;
    for (std::uint32_t i = first_leaf(at).value; i <= last_leaf(at).value; ++i) {
      if (naive_.blank(2 * i)) continue;
      ++count;
      const std::vector<T>& listed = naive_.leaf(2 * i).capabilities.*list;
      for (const T type : std::set<T>(listed.begin(), listed.end())) ++times[type];
    }
    std::vector<T> out;
    for (const auto& [type, listed] : times) {
      const auto value = static_cast<std::uint16_t>(type);
      const bool by_default = !std::is_same_v<T, CredentialType> && value <= 7;
      if (listed == count && !by_default && (value & 0x0F0F) != 0x0A0A) out.push_back(type);
    }
    return out;
  }

  SupportRef support_below(NodeIndex at) const {
    std::set<CredentialType> used;
    for (std::uint32_t i = first_leaf(at).value; i <= last_leaf(at).value; ++i) {
      if (!naive_.blank(2 * i)) used.insert(naive_.leaf(2 * i).credential.tag());
    }
    if (used.empty()) return {};
    SupportRef out = SupportRef::adopt(new Support);
    out->extensions = listed_by_all(at, &Capabilities::extensions);
    out->proposals = listed_by_all(at, &Capabilities::proposals);
    out->credentials = listed_by_all(at, &Capabilities::credentials);
    out->in_use.assign(used.begin(), used.end());
    return out;
  }

  void check_summary(const TreeNode& node, NodeIndex at, std::set<unsigned>& crowded) {
    Summary expected;
    expected.resolution_size = static_cast<std::uint32_t>(naive_.resolution(at.value).size());
    for (std::uint32_t i = first_leaf(at).value; i <= last_leaf(at).value; ++i) {
      if (naive_.blank(2 * i)) {
        expected.first_blank = std::min(expected.first_blank, LeafIndex{i});
        continue;
      }
      ++expected.member_count;
      expected.last_occupied = LeafIndex{i};
      if (const Lifetime* life = naive_.leaf(2 * i).leaf_node_source.as<Lifetime>()) {
        expected.not_after_min = std::min(expected.not_after_min, life->not_after);
        expected.not_before_max = std::max(expected.not_before_max, life->not_before);
      }
    }
    expected.support = support_below(at);
    CHECK((node.summary() == expected));
    CHECK((node.kind() == NodeKind::blank) == (expected.resolution_size == 0));
    if (node.kind() != NodeKind::interior) return;
    if (node.unmerged().size() >= 8) crowded.insert(level(at));
    if (!node.has_content() && expected.member_count > 0) ++coverage_.blank_between;
    check_summary(*node.left(), left(at), crowded);
    check_summary(*node.right(), right(at), crowded);
  }

  void check_validity() {
    const bool valid = naive_.is_valid();
    CHECK(validate_structure(tree_).has_value() == valid);
    CHECK(export_tree(tree_).value() == naive_.encoded());
    check_import(naive_, valid);
    // One thing wrong somewhere, or perhaps nothing: both must agree.
    for (int i = 0; i < 3; ++i) {
      NaiveTree bent = naive_;
      if (!bend(bent)) return;
      check_import(bent, bent.is_valid());
    }
  }

  void check_import(const NaiveTree& given, bool valid) {
    auto imported = import_tree(suite_one(), given.encoded(), client_of, IndexSeed{});
    REQUIRE_MESSAGE(imported, describe(imported.error()));
    CHECK(to_bytes(imported->tree_hash()) == given.tree_hash(given.root()));
    CHECK(validate_structure(*imported).has_value() == valid);
    ++(valid ? coverage_.valid : coverage_.invalid);
  }

  bool bend(NaiveTree& tree) {
    std::vector<std::uint32_t> parents;
    for (std::uint32_t x = 1; x < tree.width(); x += 2) {
      if (!tree.blank(x)) parents.push_back(x);
    }
    if (parents.empty()) return false;
    ParentNode& node = tree.parent_node(any(parents));
    std::vector<LeafIndex>& list = node.unmerged_leaves;
    const LeafIndex leaf{static_cast<std::uint32_t>(random_.below(tree.leaves()))};
    switch (random_.below(5)) {
      case 0:
        node.parent_hash = random_.bytes(32);
        return true;
      case 1:
        node.encryption_key = key_at(any(members()));
        return true;
      case 2:
        if (!list.empty())
          list.erase(list.begin() + static_cast<std::ptrdiff_t>(random_.below(list.size())));
        return true;
      case 3:
        if (std::find(list.begin(), list.end(), leaf) == list.end()) list.push_back(leaf);
        std::sort(list.begin(), list.end());
        return true;
      default:
        node.parent_hash.clear();
        return true;
    }
  }

  // The rows are those of the whole tree, and a tree opened from them is this one.
  void check_store() {
    RowStore whole;
    whole.apply(diff(nullptr, tree_).value());
    CHECK(whole == store_);
    RatchetTree opened = store_.open(suite_one());
    CHECK(opened == tree_);
    const auto loaded = store_.loading(
        opened, [](const RatchetTree& tree) { return export_tree(tree); }, coverage_.loads);
    CHECK(loaded.value() == naive_.encoded());
    ++coverage_.reopened;
  }

  SeededRandom random_;
  Coverage& coverage_;
  NaiveTree naive_;
  RatchetTree tree_;
  RatchetTree lazy_;
  RowStore store_;
};

void play_many(std::uint64_t histories, std::size_t transitions, std::uint32_t members_max,
               Coverage& coverage) {
  for (std::uint64_t seed = 1; seed <= histories; ++seed) {
    INFO("seed " << seed << " of histories up to " << members_max << " members");
    History history(seed * 1000 + members_max, coverage);
    history.play(transitions, members_max);
  }
}

}  // namespace

TEST_CASE(
    "Random histories: the persistent tree, the one loaded from rows and the naive one agree") {
  Coverage coverage;
  const std::uint64_t more = long_run() ? 20 : 1;
  play_many(more * 1300, 8, 6, coverage);
  play_many(more * 600, 12, 20, coverage);
  play_many(more * 120, 14, 70, coverage);
  play_many(more * 12, 10, 300, coverage);
  CHECK(coverage.doublings > 100);
  CHECK(coverage.deep_truncations > 50);
  CHECK(coverage.unmerged_eight > 30);
  CHECK(coverage.blank_between > 1000);
  CHECK(coverage.widest >= 257);
  CHECK(coverage.valid > 1000);
  CHECK(coverage.invalid > 1000);
  CHECK(coverage.reopened > 1000);
  CHECK(coverage.loads > 1000);
  MESSAGE(coverage.steps << " steps, " << coverage.doublings << " doublings, "
                         << coverage.deep_truncations << " deep truncations, "
                         << coverage.unmerged_eight << " crowded, widest " << coverage.widest
                         << ", " << coverage.valid << " valid, " << coverage.invalid << " invalid, "
                         << coverage.reopened << " reopened, " << coverage.loads << " loads");
}

}  // namespace thicket::tree::history
