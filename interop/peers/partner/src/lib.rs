//! What all partners of `./dev interop` have in common, so that each is only its library's calls:
//! the service over gRPC, the numbers of what it keeps, the command line.

mod answer;
mod judge;
mod numbered;
mod replay;
mod server;
mod service;

pub mod proto {
    tonic::include_proto!("mls_client");
}

pub use answer::{lacks, refused, unknown, Answer, Explain, Refusal};
pub use numbered::Numbered;
pub use replay::{EpochVector, Octets, OwnKeys, PassiveClient, Replay, WelcomeVector};
pub use server::run;
pub use service::Partner;
