//! What the calls carry, as mls-rs's values and back.

use mls_rs::extension::built_in::RatchetTreeExt;
use mls_rs::extension::ExtensionType;
use mls_rs::group::{ExportedTree, GroupInfo, Roster};
use mls_rs::{Extension, ExtensionList, MlsMessage};
use thicket_interop_partner::{proto, Answer, Explain, Refusal};

pub fn message_from(octets: &[u8]) -> Answer<MlsMessage> {
    MlsMessage::from_bytes(octets).explain("an MLSMessage")
}

pub fn encode(message: &MlsMessage) -> Answer<Vec<u8>> {
    message.to_bytes().explain("encoding")
}

/// None where it is empty: it is in the message.
pub fn tree_from(octets: &[u8]) -> Answer<Option<ExportedTree<'static>>> {
    if octets.is_empty() {
        return Ok(None);
    }
    ExportedTree::from_bytes(octets)
        .map(Some)
        .explain("ratchet_tree")
}

pub fn extensions_from(extensions: &[proto::Extension]) -> Answer<ExtensionList> {
    let mut list = ExtensionList::new();
    for extension in extensions {
        let number = u16::try_from(extension.extension_type).explain("extension_type")?;
        let data = extension.extension_data.clone();
        list.set(Extension::new(ExtensionType::new(number), data));
    }
    Ok(list)
}

pub fn group_info_of(message: &MlsMessage) -> Answer<&GroupInfo> {
    message
        .as_group_info()
        .ok_or_else(|| Refusal::Malformed("group_info: a message of another kind".to_string()))
}

pub fn leaf_of(roster: &Roster, name: &[u8]) -> Answer<u32> {
    roster
        .members_iter()
        .find(|member| {
            let credential = member.signing_identity.credential.as_basic();
            credential.is_some_and(|basic| basic.identifier() == name)
        })
        .map(|member| member.index)
        .ok_or_else(|| Refusal::Malformed("removed_id: no such member".to_string()))
}

/// Of the tree that is beside the GroupInfo, or in it.
pub fn leaf_in(info: &GroupInfo, tree: Option<&ExportedTree>, name: &[u8]) -> Answer<u32> {
    if let Some(tree) = tree {
        return leaf_of(&tree.roster(), name);
    }
    let inside = info
        .extensions()
        .get_as::<RatchetTreeExt>()
        .explain("ratchet_tree")?
        .ok_or_else(|| Refusal::Malformed("ratchet_tree: none".to_string()))?;
    leaf_of(&inside.tree_data().roster(), name)
}
