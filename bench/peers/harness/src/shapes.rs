//! The group that is measured, as two of its members have it.

use crate::clock::Stopwatch;
use crate::line::Runs;
use crate::options::Options;
use crate::{Change, Peer, Tree};
use std::io::BufRead;

/// Two members of one group who stand far from each other, and the leaf of a third.
pub struct Pair<P: Peer> {
    pub committer: P::Group,
    pub receiver: P::Group,
    /// Neither of theirs, where the group has three members.
    pub third: Option<u32>,
}

/// All members but the creator are added in one commit: every parent is blank.
pub fn fresh<P: Peer>(peer: &P, options: &Options) -> Pair<P> {
    let middle = options.members / 2;
    let mut middle_client = None;
    let mut key_packages = Vec::new();
    for number in 1..options.members {
        let mut client = peer.client(&name_of(number));
        key_packages.push(peer.key_package(&mut client));
        if number == middle {
            middle_client = Some(client);
        }
    }
    let mut committer = peer.create(peer.client(&name_of(0)));
    let commit = peer.commit(&mut committer, Change::Add(&key_packages), Tree::Apart);
    let tree = peer.ratchet_tree(&committer);
    let welcome = commit.welcome.expect("a Welcome for those who were added");
    let receiver = peer.join(
        middle_client.expect("the member in the middle"),
        &welcome,
        Some(&tree),
    );
    pair(peer, options, committer, receiver)
}

/// Two clients enter the warm or churned tree that `thicket bench export-warm` hands out, so that
/// every implementation stands in the same. The first prints its key package and reads from standard
/// input the folder where the Welcome is; it gives the place of the member at a quarter of the
/// leaves to the second, who then updates: on their paths no parent is blank, no leaf unmerged.
pub fn entered<P: Peer>(peer: &P, options: &Options) -> Pair<P> {
    let mut client = peer.client("committer");
    println!("{{\"key_package\": \"{}\"}}", hex(&peer.key_package(&mut client)));
    let mut folder = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut folder)
        .expect("the folder of the Welcome");
    let read = |file: &str| {
        std::fs::read(format!("{}/{file}", folder.trim())).expect("a file of export-warm")
    };
    let (welcome, tree) = (read("welcome.mls"), read("ratchet_tree.mls"));
    let watch = Stopwatch::start();
    let mut committer = peer.join(client, &welcome, Some(&tree));
    Runs::one(watch.spent()).print::<P>(options, "enter");

    let leaves = peer.leaves(&committer);
    let place = leaves[(leaves.len() - 1) / 4];
    peer.commit(&mut committer, Change::Remove(&[place]), Tree::Apart);
    let mut second = peer.client("receiver");
    let key_packages = [peer.key_package(&mut second)];
    let commit = peer.commit(&mut committer, Change::Add(&key_packages), Tree::Apart);
    let tree = peer.ratchet_tree(&committer);
    let welcome = commit.welcome.expect("a Welcome for the second");
    let mut receiver = peer.join(second, &welcome, Some(&tree));
    let update = peer.commit(&mut receiver, Change::Update, Tree::Apart);
    peer.process(&mut committer, &update.message);
    // The first stands at the edge of the tree, where paths may be short: the second is measured.
    pair(peer, options, receiver, committer)
}

pub fn pair<P: Peer>(
    peer: &P,
    options: &Options,
    committer: P::Group,
    receiver: P::Group,
) -> Pair<P> {
    assert_eq!(
        peer.epoch_authenticator(&committer),
        peer.epoch_authenticator(&receiver)
    );
    let leaves = peer.leaves(&committer);
    assert_eq!(leaves.len(), options.members as usize);
    let pair = [peer.own_leaf(&committer), peer.own_leaf(&receiver)];
    let others = leaves.iter().skip(leaves.len() / 3);
    let third = others.copied().find(|leaf| !pair.contains(leaf));
    Pair {
        committer,
        receiver,
        third,
    }
}

/// All of one length, as Thicket's are.
pub fn name_of(number: u32) -> String {
    format!("member{number:08}")
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
