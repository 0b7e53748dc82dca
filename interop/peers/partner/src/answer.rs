//! How a call can end.

use std::fmt::Debug;
use tonic::Status;

/// Why a call is not answered, in the library's words where it has some.
#[derive(Debug)]
pub enum Refusal {
    /// The library cannot do it at all.
    Lacks(String),
    /// The call names what we do not keep, or a message of another kind.
    Malformed(String),
    /// The library refused it.
    Refused(String),
}

pub type Answer<T> = Result<T, Refusal>;

pub fn lacks<T>(reason: &str) -> Answer<T> {
    Err(Refusal::Lacks(reason.to_string()))
}

pub fn refused<T>(reason: &str) -> Answer<T> {
    Err(Refusal::Refused(reason.to_string()))
}

pub fn unknown(field: &str, number: u32) -> Refusal {
    Refusal::Malformed(format!("{field}: {number} is not known"))
}

/// A library's own error, as a refusal.
pub trait Explain<T> {
    fn explain(self, what: &str) -> Answer<T>;
}

impl<T, E: Debug> Explain<T> for Result<T, E> {
    fn explain(self, what: &str) -> Answer<T> {
        self.map_err(|error| Refusal::Refused(format!("{what}: {error:?}")))
    }
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Status {
        match refusal {
            Refusal::Lacks(why) => Status::unimplemented(why),
            Refusal::Malformed(why) => Status::invalid_argument(why),
            Refusal::Refused(why) => Status::failed_precondition(why),
        }
    }
}
