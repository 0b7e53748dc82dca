//! `--replay FILE`: vectors in the working group's formats, taken by the library as it would from a peer.

use crate::{refused, Answer, Explain, Refusal};
use serde::{de::Error, Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::fmt::{Display, Formatter};
use std::panic::{catch_unwind, AssertUnwindSafe};

/// Octets, in hexadecimal in the file.
#[derive(Clone, Default)]
pub struct Octets(pub Vec<u8>);

impl<'de> Deserialize<'de> for Octets {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let digits = text
            .chars()
            .map(|digit| digit.to_digit(16).ok_or("not hexadecimal"))
            .collect::<Result<Vec<_>, _>>()
            .map_err(D::Error::custom)?;
        if digits.len() % 2 != 0 {
            return Err(D::Error::custom("half an octet"));
        }
        let octets = digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8);
        Ok(Octets(octets.collect()))
    }
}

/// A key package that others made, and the private keys that the vector has of it.
#[derive(Clone, Deserialize)]
pub struct OwnKeys {
    pub cipher_suite: u32,
    pub key_package: Octets,
    pub init_priv: Octets,
    #[serde(default)]
    pub encryption_priv: Octets,
    #[serde(default)]
    pub signature_priv: Octets,
}

/// A Welcome for one, whose tree nobody has.
#[derive(Deserialize)]
pub struct WelcomeVector {
    #[serde(flatten)]
    pub own: OwnKeys,
    pub welcome: Octets,
}

#[derive(Clone, Deserialize)]
pub struct ExternalPsk {
    pub psk_id: Octets,
    pub psk: Octets,
}

#[derive(Clone, Deserialize)]
pub struct EpochVector {
    proposals: Vec<Octets>,
    pub commit: Octets,
    pub epoch_authenticator: Octets,
}

/// A member that joins and follows, and sends nothing.
#[derive(Clone, Deserialize)]
pub struct PassiveClient {
    #[serde(flatten)]
    pub own: OwnKeys,
    pub external_psks: Vec<ExternalPsk>,
    pub welcome: Octets,
    ratchet_tree: Option<Octets>,
    pub initial_epoch_authenticator: Octets,
    pub epochs: Vec<EpochVector>,
}

impl PassiveClient {
    /// Empty where it is in the Welcome, as in the calls.
    pub fn ratchet_tree(&self) -> &[u8] {
        self.ratchet_tree.as_ref().map_or(&[], |tree| &tree.0)
    }
}

impl EpochVector {
    pub fn proposals(&self) -> Vec<Vec<u8>> {
        self.proposals.iter().map(|one| one.0.clone()).collect()
    }
}

/// A library that is given what vectors hold. What it reads it encodes again.
pub trait Replay {
    fn read_message(&mut self, octets: &[u8]) -> Answer<Vec<u8>>;
    fn read_tree(&mut self, octets: &[u8]) -> Answer<Vec<u8>>;
    /// With its type before it.
    fn read_proposal(&mut self, octets: &[u8]) -> Answer<Vec<u8>>;
    /// As far as the GroupInfo in it.
    fn open_welcome(&mut self, vector: &WelcomeVector) -> Answer<()>;
    /// Joins; answers the epoch's authenticator.
    fn join(&mut self, vector: &PassiveClient) -> Answer<Vec<u8>>;
    /// Of whom joined last; answers the next epoch's authenticator.
    fn follow(&mut self, epoch: &EpochVector) -> Answer<Vec<u8>>;
    /// Any message of the group, taken by whom joined last; answers the authenticator of the epoch
    /// that it is in then, or nothing once it is removed.
    fn receive(&mut self, message: &[u8]) -> Answer<Vec<u8>>;
    /// Nobody has joined.
    fn forget(&mut self);
}

/// What a value of the kind "messages" is.
enum Part {
    Message,
    Tree,
    /// Its body: the type is in the name.
    Proposal(u16),
    /// No library shows it by itself, only inside of a message; it is left out.
    Inner,
}

fn part_named(name: &str) -> Option<Part> {
    Some(match name {
        "mls_welcome" | "mls_group_info" | "mls_key_package" | "private_message" => Part::Message,
        "public_message_application" | "public_message_proposal" | "public_message_commit" => {
            Part::Message
        }
        "ratchet_tree" => Part::Tree,
        "add_proposal" => Part::Proposal(1),
        "update_proposal" => Part::Proposal(2),
        "remove_proposal" => Part::Proposal(3),
        "pre_shared_key_proposal" => Part::Proposal(4),
        "re_init_proposal" => Part::Proposal(5),
        "external_init_proposal" => Part::Proposal(6),
        "group_context_extensions_proposal" => Part::Proposal(7),
        "group_secrets" | "commit" => Part::Inner,
        _ => return None,
    })
}

fn same(what: &str, wanted: &[u8], found: &[u8]) -> Answer<()> {
    if wanted == found {
        return Ok(());
    }
    refused(&format!("{what}: another one"))
}

fn messages(library: &mut dyn Replay, vector: BTreeMap<String, Octets>) -> Answer<()> {
    for (name, Octets(octets)) in &vector {
        let Some(part) = part_named(name) else {
            return Err(Refusal::Malformed(format!("{name} is not known")));
        };
        let (octets, again) = match part {
            Part::Inner => continue,
            Part::Message => (octets.clone(), library.read_message(octets)),
            Part::Tree => (octets.clone(), library.read_tree(octets)),
            Part::Proposal(number) => {
                let whole = [&number.to_be_bytes()[..], octets].concat();
                let again = library.read_proposal(&whole);
                (whole, again)
            }
        };
        let again = again.map_err(|why| at(name, why))?;
        same(name, &octets, &again)?;
    }
    Ok(())
}

fn passive_client(library: &mut dyn Replay, vector: PassiveClient) -> Answer<()> {
    let joined = library.join(&vector)?;
    let wanted = &vector.initial_epoch_authenticator.0;
    same("initial_epoch_authenticator", wanted, &joined)?;
    for (i, epoch) in vector.epochs.iter().enumerate() {
        let authenticator = library
            .follow(epoch)
            .map_err(|why| at(&format!("epochs[{i}]"), why))?;
        same(
            &format!("epochs[{i}]"),
            &epoch.epoch_authenticator.0,
            &authenticator,
        )?;
    }
    Ok(())
}

fn one(library: &mut dyn Replay, vector: serde_json::Value) -> Answer<()> {
    if vector.get("mls_welcome").is_some() {
        messages(library, serde_json::from_value(vector).explain("messages")?)
    } else if vector.get("epochs").is_some() {
        passive_client(
            library,
            serde_json::from_value(vector).explain("passive-client")?,
        )
    } else if vector.get("signer_pub").is_some() {
        library.open_welcome(&serde_json::from_value(vector).explain("welcome")?)
    } else {
        refused("neither messages, welcome nor passive-client")
    }
}

#[derive(Default)]
pub struct Replayed {
    pub passed: usize,
    pub failed: usize,
    /// What the library cannot do at all, and does not claim to.
    pub outside: usize,
}

impl Replayed {
    pub fn add(&mut self, more: &Replayed) {
        self.passed += more.passed;
        self.failed += more.failed;
        self.outside += more.outside;
    }
}

impl Display for Replayed {
    fn fmt(&self, to: &mut Formatter<'_>) -> std::fmt::Result {
        write!(to, "{} passed, {} failed", self.passed, self.failed)?;
        if self.outside > 0 {
            write!(to, ", {} outside", self.outside)?;
        }
        Ok(())
    }
}

/// Where something is wrong, without changing what it is.
fn at(place: &str, why: Refusal) -> Refusal {
    match why {
        Refusal::Lacks(why) => Refusal::Lacks(format!("{place}: {why}")),
        Refusal::Malformed(why) => Refusal::Malformed(format!("{place}: {why}")),
        Refusal::Refused(why) => Refusal::Refused(format!("{place}: {why}")),
    }
}

/// All vectors of one file; a line on standard output for each that does not pass.
pub fn replay(library: &mut dyn Replay, file: &str) -> Result<Replayed, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    let vectors: Vec<serde_json::Value> =
        serde_json::from_str(&text).map_err(|error| format!("{file}: {error}"))?;
    let mut out = Replayed::default();
    for (i, vector) in vectors.into_iter().enumerate() {
        match catch_unwind(AssertUnwindSafe(|| one(&mut *library, vector))) {
            Ok(Ok(())) => out.passed += 1,
            Ok(Err(Refusal::Lacks(why))) => {
                out.outside += 1;
                println!("{file}[{i}]: outside: {why}");
            }
            Ok(Err(why)) => {
                out.failed += 1;
                println!("{file}[{i}]: failed: {why:?}");
            }
            Err(_) => {
                out.failed += 1;
                println!("{file}[{i}]: failed: the library panicked");
            }
        }
    }
    Ok(out)
}
