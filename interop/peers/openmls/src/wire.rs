//! What the calls carry, as the library's values and back.

use openmls::messages::group_info::VerifiableGroupInfo;
use openmls::prelude::tls_codec::{Deserialize, Serialize, VLBytes};
use openmls::prelude::*;
use thicket_interop_partner::{proto, Answer, Explain, Refusal};

pub fn encode(message: &impl Serialize) -> Answer<Vec<u8>> {
    message.tls_serialize_detached().explain("encoding")
}

pub fn decode(octets: &[u8]) -> Answer<MlsMessageBodyIn> {
    let message = MlsMessageIn::tls_deserialize_exact(octets).explain("an MLSMessage")?;
    Ok(message.extract())
}

fn another_kind(field: &str) -> Refusal {
    Refusal::Malformed(format!("{field}: a message of another kind"))
}

pub fn key_package_from(octets: &[u8], crypto: &impl OpenMlsCrypto) -> Answer<KeyPackage> {
    match decode(octets)? {
        MlsMessageBodyIn::KeyPackage(key_package) => key_package
            .validate(crypto, ProtocolVersion::Mls10)
            .explain("key_package"),
        _ => Err(another_kind("key_package")),
    }
}

pub fn group_info_from(octets: &[u8]) -> Answer<VerifiableGroupInfo> {
    match decode(octets)? {
        MlsMessageBodyIn::GroupInfo(group_info) => Ok(group_info),
        _ => Err(another_kind("group_info")),
    }
}

pub fn welcome_from(octets: &[u8]) -> Answer<Welcome> {
    match decode(octets)? {
        MlsMessageBodyIn::Welcome(welcome) => Ok(welcome),
        _ => Err(another_kind("welcome")),
    }
}

pub fn protocol_message_from(octets: &[u8]) -> Answer<ProtocolMessage> {
    match decode(octets)? {
        MlsMessageBodyIn::PublicMessage(message) => Ok(message.into()),
        MlsMessageBodyIn::PrivateMessage(message) => Ok(message.into()),
        _ => Err(another_kind("message")),
    }
}

/// None where it is empty: it is in the message.
pub fn tree_from(octets: &[u8]) -> Answer<Option<RatchetTreeIn>> {
    if octets.is_empty() {
        return Ok(None);
    }
    RatchetTreeIn::tls_deserialize_exact(octets)
        .map(Some)
        .explain("ratchet_tree")
}

pub fn extensions_from(extensions: &[proto::Extension]) -> Answer<Extensions<GroupContext>> {
    let mut octets = Vec::new();
    for extension in extensions {
        let number = u16::try_from(extension.extension_type).explain("extension_type")?;
        octets.extend_from_slice(&number.to_be_bytes());
        octets.extend(encode(&VLBytes::from(extension.extension_data.clone()))?);
    }
    let vector = encode(&VLBytes::from(octets))?;
    Extensions::tls_deserialize_exact(vector).explain("extensions")
}

pub fn external_sender_from(octets: &[u8]) -> Answer<ExternalSender> {
    ExternalSender::tls_deserialize_exact(octets).explain("external_sender")
}

pub fn is_named(credential: &Credential, identity: &[u8]) -> bool {
    BasicCredential::try_from(credential.clone()).is_ok_and(|basic| basic.identity() == identity)
}
