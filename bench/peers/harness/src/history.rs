//! A churned group: a history of joins, leaves and updates, the same for every implementation.

use crate::options::Options;
use crate::shapes::{name_of, Pair};
use crate::{Change, Peer, Tree};

/// `history` is a file of lines, made by the driver from a seed:
///   start N A B ...    the first of the members that stay makes a group of N; those at the leaves
///                      A, B, ... (0 first) stay to the end and follow every commit
///   update I           the I-th of them commits an update
///   add I              and adds somebody new
///   remove I LEAF      and removes the member at LEAF
///   third LEAF         last: a leaf that is taken, by none of them
pub fn churned<P: Peer>(peer: &P, options: &Options) -> Pair<P> {
    let text = std::fs::read_to_string(&options.history).expect("a history");
    let mut actors: Vec<P::Group> = Vec::new();
    let mut next_name = 0;
    let mut third = None;
    for line in text.lines() {
        let mut words = line.split(' ');
        let verb = words.next().expect("a verb");
        let numbers: Vec<u32> = words.map(|word| word.parse().expect("a number")).collect();
        match verb {
            "start" => {
                next_name = numbers[0];
                actors = start(peer, numbers[0], &numbers[1..]);
            }
            "update" => step(peer, &mut actors, numbers[0], Change::Update),
            "remove" => step(peer, &mut actors, numbers[0], Change::Remove(&numbers[1..])),
            "add" => {
                let joiner = [peer.key_package(&mut peer.client(&name_of(next_name)))];
                next_name += 1;
                step(peer, &mut actors, numbers[0], Change::Add(&joiner));
            }
            "third" => third = Some(numbers[0]),
            _ => panic!("no step is called {verb}"),
        }
    }
    let receiver = actors.pop().expect("two members that stay");
    let committer = actors.swap_remove(0);
    assert_eq!(
        peer.epoch_authenticator(&committer),
        peer.epoch_authenticator(&receiver)
    );
    assert_eq!(peer.member_count(&committer), options.members);
    Pair {
        committer,
        receiver,
        third,
    }
}

fn start<P: Peer>(peer: &P, members: u32, leaves: &[u32]) -> Vec<P::Group> {
    let mut staying = Vec::new();
    let mut key_packages = Vec::new();
    for leaf in 1..members {
        let mut client = peer.client(&name_of(leaf));
        key_packages.push(peer.key_package(&mut client));
        if leaves.contains(&leaf) {
            staying.push(client);
        }
    }
    let mut creator = peer.create(peer.client(&name_of(0)));
    let commit = peer.commit(&mut creator, Change::Add(&key_packages), Tree::Apart);
    let welcome = commit.welcome.expect("a Welcome for all");
    let tree = peer.ratchet_tree(&creator);
    let joined = staying
        .into_iter()
        .map(|client| peer.join(client, &welcome, Some(&tree)));
    std::iter::once(creator).chain(joined).collect()
}

fn step<P: Peer>(peer: &P, actors: &mut [P::Group], who: u32, change: Change) {
    let message = peer.commit(&mut actors[who as usize], change, Tree::Apart).message;
    for (number, actor) in actors.iter_mut().enumerate() {
        if number != who as usize {
            peer.process(actor, &message);
        }
    }
}
