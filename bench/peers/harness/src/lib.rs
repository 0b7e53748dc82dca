//! Drives one implementation of MLS for `./dev bench`: builds a group of a shape, times operations on
//! copies of its members, and prints a JSON line for each. What the implementation must offer is
//! [`Peer`]; its program calls [`main`].

mod clock;
mod line;
mod operations;
mod options;
mod shapes;

use options::Options;

/// What a commit does. Key packages and messages are encoded MLSMessages throughout.
pub enum Change<'a> {
    /// The committer's own keys, by an UpdatePath.
    Update,
    /// No UpdatePath; a Welcome for all of them.
    Add(&'a [Vec<u8>]),
    /// The members at these leaves, with an UpdatePath.
    Remove(&'a [u32]),
}

pub struct Committed {
    pub message: Vec<u8>,
    pub welcome: Option<Vec<u8>>,
}

/// Whether the ratchet tree travels inside Welcomes and GroupInfos, or beside them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tree {
    Inside,
    Apart,
}

/// Opens a group from what was stored.
pub type Opening<'a> = Box<dyn Fn() -> Box<dyn std::any::Any> + 'a>;

/// An implementation. It panics where it fails: a measurement of a failure is of no use.
pub trait Peer {
    const NAME: &'static str;
    const VERSION: &'static str;
    /// Keys, credential and key packages of one device.
    type Client;
    /// A group as one member has it, with all that it needs to go on.
    type Group;

    fn new(suite: &str) -> Self;
    fn client(&self, name: &str) -> Self::Client;
    /// Another client with the same content that shares nothing that changes.
    fn copy_client(&self, client: &Self::Client) -> Self::Client;
    /// The private part stays with the client.
    fn key_package(&self, client: &mut Self::Client) -> Vec<u8>;
    fn create(&self, client: Self::Client) -> Self::Group;
    /// Made and taken as accepted. `Tree` says how the Welcome is made, if there is one.
    fn commit(&self, group: &mut Self::Group, change: Change, tree: Tree) -> Committed;
    /// A handshake message of another member, verified and taken.
    fn process(&self, group: &mut Self::Group, message: &[u8]);
    fn join(&self, client: Self::Client, welcome: &[u8], tree: Option<&[u8]>) -> Self::Group;
    /// With the tree in it, fit for an external commit.
    fn group_info(&self, group: &Self::Group) -> Vec<u8>;
    fn join_outside(&self, client: Self::Client, group_info: &[u8]) -> (Self::Group, Vec<u8>);
    fn send(&self, group: &mut Self::Group, data: &[u8]) -> Vec<u8>;
    fn receive(&self, group: &mut Self::Group, message: &[u8]) -> Vec<u8>;
    /// Another group object with the same content that shares nothing that changes.
    fn copy(&self, group: &Self::Group) -> Self::Group;
    /// Written to the implementation's own store in memory, and what opens it again; None where it
    /// keeps no state. What is returned shares nothing with `group`.
    fn stored(&self, group: &Self::Group) -> Option<Opening<'_>>;
    /// Drops what only the group object itself holds, and keeps the rest (a store) alive until the
    /// value that is returned is dropped.
    fn drop_group(&self, group: Self::Group) -> Box<dyn std::any::Any>;
    fn ratchet_tree(&self, group: &Self::Group) -> Vec<u8>;
    fn own_leaf(&self, group: &Self::Group) -> u32;
    /// Those that are taken, ascending.
    fn leaves(&self, group: &Self::Group) -> Vec<u32>;
    fn epoch_authenticator(&self, group: &Self::Group) -> Vec<u8>;
}

/// The whole program of a peer.
pub fn main<P: Peer>() {
    let options = Options::of_process();
    let peer = P::new(&options.suite);
    if options.operations == "create" {
        return operations::create(&peer, &options);
    }
    let pair = match options.shape.as_str() {
        "fresh" => shapes::fresh(&peer, &options),
        _ => shapes::entered(&peer, &options),
    };
    if options.operations == "join" {
        return operations::join(&peer, &options, &pair);
    }
    operations::all(&peer, &options, &pair);
}
