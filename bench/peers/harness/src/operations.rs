//! The operations that are timed, each on a fresh copy of a member: nothing is cached, and the group
//! stays as it was.

use crate::clock::live_heap;
use crate::line::Runs;
use crate::options::Options;
use crate::shapes::{name_of, Pair};
use crate::{Change, Peer, Tree};

/// As many as one commit adds where it adds many.
const MANY: u32 = 100;
const TEXT: [u8; 100] = [b'x'; 100];

/// A client creates a group and adds all others in one commit.
pub fn create<P: Peer>(peer: &P, options: &Options) {
    let key_packages = joiners(peer, options.members - 1);
    for (tree, name) in [(Tree::Apart, "create_apart"), (Tree::Inside, "create")] {
        let mut sizes = (0, 0);
        let mut runs = Runs::of(
            options,
            || Some(peer.client(&name_of(0))),
            |client| {
                let mut group = peer.create(client.take().expect("a client for each run"));
                let commit = peer.commit(&mut group, Change::Add(&key_packages), tree);
                sizes = sizes_of(&commit);
                group
            },
        );
        (runs.bytes, runs.welcome_bytes) = sizes;
        runs.print::<P>(options, name);
    }
}

pub fn all<P: Peer>(peer: &P, options: &Options, pair: &Pair<P>) {
    key_package(peer, options);
    let update = || Change::Update;
    commit_and_process(peer, options, pair, ["commit", "process"], update, Tree::Apart);
    for (count, add, apart, process) in [
        (1, "add", "add_apart", "process_add"),
        (MANY, "add_100", "add_100_apart", "process_add_100"),
    ] {
        let key_packages = joiners(peer, count);
        let change = || Change::Add(&key_packages);
        commit_and_process(peer, options, pair, [apart, process], change, Tree::Apart);
        commit(peer, options, pair, add, change, Tree::Inside);
    }
    if let Some(third) = pair.third {
        let leaves = [third];
        let change = || Change::Remove(&leaves);
        commit_and_process(peer, options, pair, ["remove", "process_remove"], change, Tree::Apart);
    }
    messages(peer, options, pair);
    heap(peer, options, pair);
    open(peer, options, pair);
    join(peer, options, pair);
    join_outside(peer, options, pair);
}

fn joiners<P: Peer>(peer: &P, count: u32) -> Vec<Vec<u8>> {
    (0..count)
        .map(|number| peer.key_package(&mut peer.client(&name_of(10_000_000 + number))))
        .collect()
}

fn sizes_of(commit: &crate::Committed) -> (usize, usize) {
    let welcome = commit.welcome.as_ref().map_or(0, Vec::len);
    (commit.message.len() + welcome, welcome)
}

fn key_package<P: Peer>(peer: &P, options: &Options) {
    let mut bytes = 0;
    let runs = Runs::of(
        options,
        || peer.client(&name_of(1)),
        |client| bytes = peer.key_package(client).len(),
    );
    runs.bytes(bytes).print::<P>(options, "keypackage");
}

/// The last commit that was made.
fn commit<'a, P: Peer>(
    peer: &P,
    options: &Options,
    pair: &Pair<P>,
    name: &str,
    change: impl Fn() -> Change<'a>,
    tree: Tree,
) -> Vec<u8> {
    let mut made = None;
    let mut runs = Runs::of(
        options,
        || peer.copy(&pair.committer),
        |group| made = Some(peer.commit(group, change(), tree)),
    );
    let made = made.expect("at least one run");
    (runs.bytes, runs.welcome_bytes) = sizes_of(&made);
    runs.print::<P>(options, name);
    made.message
}

fn commit_and_process<'a, P: Peer>(
    peer: &P,
    options: &Options,
    pair: &Pair<P>,
    names: [&str; 2],
    change: impl Fn() -> Change<'a>,
    tree: Tree,
) {
    let message = commit(peer, options, pair, names[0], change, tree);
    process(peer, options, pair, names[1], &message);
}

fn process<P: Peer>(peer: &P, options: &Options, pair: &Pair<P>, name: &str, message: &[u8]) {
    let runs = Runs::of(
        options,
        || peer.copy(&pair.receiver),
        |group| peer.process(group, message),
    );
    runs.bytes(message.len()).print::<P>(options, name);
}

/// Not the first of the epoch: that one opens the secret tree.
fn messages<P: Peer>(peer: &P, options: &Options, pair: &Pair<P>) {
    let mut sender = peer.copy(&pair.committer);
    let mut receiver = peer.copy(&pair.receiver);
    let mut sent = vec![peer.send(&mut sender, &TEXT)];
    let runs = Runs::of(
        options,
        || (),
        |()| sent.push(peer.send(&mut sender, &TEXT)),
    );
    let bytes = sent[0].len();
    runs.bytes(bytes).print::<P>(options, "send");

    let mut messages = sent.iter();
    peer.receive(&mut receiver, messages.next().expect("the first"));
    let runs = Runs::of(
        options,
        || messages.next().expect("as many as were sent"),
        |message| assert_eq!(peer.receive(&mut receiver, message), TEXT),
    );
    runs.bytes(bytes).print::<P>(options, "receive");
}

/// What one member's group holds that nobody else does; no store with it.
fn heap<P: Peer>(peer: &P, options: &Options, pair: &Pair<P>) {
    let group = peer.copy(&pair.receiver);
    let before = live_heap();
    let rest = peer.drop_group(group);
    let mut runs = Runs::default();
    runs.heap_bytes = before.saturating_sub(live_heap());
    drop(rest);
    runs.bytes = peer.ratchet_tree(&pair.receiver).len();
    runs.print::<P>(options, "heap");
}

/// As a client does when it starts: from what the implementation has stored.
fn open<P: Peer>(peer: &P, options: &Options, pair: &Pair<P>) {
    if let Some(stored) = peer.stored(&pair.receiver) {
        Runs::of(options, || (), |()| stored()).print::<P>(options, "open");
    }
}

/// By a Welcome with the tree in it.
pub fn join<P: Peer>(peer: &P, options: &Options, pair: &Pair<P>) {
    let mut joiner = peer.client(&name_of(20_000_000));
    let key_packages = [peer.key_package(&mut joiner)];
    let mut inviter = peer.copy(&pair.committer);
    let commit = peer.commit(&mut inviter, Change::Add(&key_packages), Tree::Inside);
    let welcome = commit.welcome.expect("a Welcome for the joiner");
    let runs = Runs::of(
        options,
        || Some(peer.copy_client(&joiner)),
        |client| {
            let client = client.take().expect("a client for each run");
            peer.join(client, &welcome, None)
        },
    );
    runs.bytes(welcome.len()).print::<P>(options, "join");
}

/// By an external commit on a GroupInfo with the tree in it.
fn join_outside<P: Peer>(peer: &P, options: &Options, pair: &Pair<P>) {
    let joiner = peer.client(&name_of(30_000_000));
    let group_info = peer.group_info(&pair.committer);
    let mut message = Vec::new();
    let runs = Runs::of(
        options,
        || Some(peer.copy_client(&joiner)),
        |client| {
            let client = client.take().expect("a client for each run");
            let (group, sent) = peer.join_outside(client, &group_info);
            message = sent;
            group
        },
    );
    runs.bytes(message.len()).print::<P>(options, "join_outside");
    process(peer, options, pair, "process_join_outside", &message);
}
