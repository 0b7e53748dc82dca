//! `--judge FILE`: cases of a JSON object a line, each accepted or refused by the library; what it says is a line too.

use crate::proto::ExternalJoinRequest;
use crate::{Answer, Octets, Partner, PassiveClient, Refusal, Replay};
use serde::Deserialize;
use serde_json::json;
use std::collections::HashMap;
use std::io::Write;
use std::panic::{catch_unwind, AssertUnwindSafe};

/// Whose part is played in the cases that name it.
#[derive(Deserialize)]
struct Member {
    member: String,
    #[serde(flatten)]
    vector: PassiveClient,
}

#[derive(Deserialize)]
struct Case {
    case: u64,
    kind: String,
    member: String,
    octets: Octets,
}

fn judged<L: Partner + Replay>(
    library: &mut L,
    members: &HashMap<String, PassiveClient>,
    case: &Case,
) -> Answer<Vec<u8>> {
    let octets = &case.octets.0;
    match case.kind.as_str() {
        "MLSMessage" => return library.read_message(octets),
        "ratchet_tree" => return library.read_tree(octets),
        "proposal" => return library.read_proposal(octets),
        _ => {}
    }
    let Some(vector) = members.get(&case.member) else {
        return Err(Refusal::Malformed("member: not known".to_string()));
    };
    match case.kind.as_str() {
        "message" => {
            library.join(vector)?;
            library.receive(octets)
        }
        "welcome" => {
            let mut vector = vector.clone();
            vector.welcome = case.octets.clone();
            library.join(&vector)
        }
        "group_info" => {
            let request = ExternalJoinRequest {
                group_info: octets.clone(),
                identity: b"gus".to_vec(),
                ..Default::default()
            };
            // What it would have been for us follows from keys that are drawn.
            library.external_join(request).map(|_| Vec::new())
        }
        other => Err(Refusal::Malformed(format!("kind: {other} is not known"))),
    }
}

fn hexadecimal(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// A line for each case, as soon as it is judged: whoever reads sees where the library ended.
pub fn judge<L: Partner + Replay>(library: &mut L, file: &str) -> Result<(), String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    let mut members = HashMap::new();
    let mut out = std::io::stdout().lock();
    for (i, line) in text.lines().enumerate() {
        let wrong = |error: serde_json::Error| format!("{file}:{}: {error}", i + 1);
        let value: serde_json::Value = serde_json::from_str(line).map_err(wrong)?;
        if value.get("case").is_none() {
            let Member { member, vector } = serde_json::from_value(value).map_err(wrong)?;
            members.insert(member, vector);
            continue;
        }
        let case: Case = serde_json::from_value(value).map_err(wrong)?;
        let says = match catch_unwind(AssertUnwindSafe(|| judged(library, &members, &case))) {
            Ok(Ok(outcome)) => json!({
                "case": case.case, "accepted": true, "outcome": hexadecimal(&outcome)
            }),
            Ok(Err(why)) => json!({
                "case": case.case, "accepted": false, "because": format!("{why:?}")
            }),
            Err(_) => json!({ "case": case.case, "accepted": false, "because": "a panic" }),
        };
        library.forget();
        writeln!(out, "{says}")
            .and_then(|()| out.flush())
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}
