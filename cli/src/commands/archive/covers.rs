//! What the files of a folder speak of. An export of one kind into a folder that holds others must not make it forget those.

use std::collections::BTreeSet;

use anyhow::Context;
use serde::{Deserialize, Serialize};

/// The one file of an archive that lies in no folder.
pub(super) const COVERAGE: &str = "archive.yaml";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Coverage {
    covers: Vec<Covered>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Covered {
    kind: String,
    /// All of the kind, where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    names: Option<BTreeSet<String>>,
}

/// What is covered by either.
pub(super) fn joined(before: &[u8], new: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut covers = read(before)?.covers;
    for covered in read(new)?.covers {
        let there = covers.iter().position(|there| there.kind == covered.kind);
        let Some(there) = there.and_then(|at| covers.get_mut(at)) else {
            covers.push(covered);
            continue;
        };
        there.names = match (there.names.take(), covered.names) {
            (Some(some), Some(others)) => Some(some.into_iter().chain(others).collect()),
            _ => None,
        };
    }
    written(&Coverage { covers })
}

/// The kinds of which all is covered.
pub(super) fn whole(text: &[u8]) -> anyhow::Result<BTreeSet<String>> {
    let covers = read(text)?.covers.into_iter();
    let whole = covers.filter(|covered| covered.names.is_none());
    Ok(whole.map(|covered| covered.kind).collect())
}

/// What these folders cover where nobody has said: all of their kinds.
pub(super) fn of_folders(kinds: BTreeSet<String>) -> anyhow::Result<Vec<u8>> {
    let all = |kind| Covered { kind, names: None };
    let covers = kinds.into_iter().map(all).collect();
    written(&Coverage { covers })
}

fn written(coverage: &Coverage) -> anyhow::Result<Vec<u8>> {
    let text = serde_saphyr::to_string(coverage);
    let text = text.map_err(|error| anyhow::anyhow!("write {COVERAGE}: {error}"))?;
    Ok(text.into_bytes())
}

fn read(text: &[u8]) -> anyhow::Result<Coverage> {
    let reading = || format!("read {COVERAGE}");
    let text = str::from_utf8(text).with_context(reading)?;
    let read: Result<Coverage, _> = serde_saphyr::from_str(text);
    read.map_err(|error| anyhow::anyhow!("{}: {error}", reading()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_covered_stays_so() {
        let all = b"covers:\n- kind: workflows\n- kind: prompts\n  names: [a]\n";
        let some = b"covers:\n- kind: prompts\n  names: [b]\n- kind: workflows\n  names: [c]\n- kind: models\n";
        let joined = read(&joined(all, some).unwrap()).unwrap();
        let told: Vec<(String, Option<usize>)> = joined
            .covers
            .into_iter()
            .map(|covered| (covered.kind, covered.names.map(|names| names.len())))
            .collect();
        let expected = [("workflows", None), ("prompts", Some(2)), ("models", None)];
        assert_eq!(told, expected.map(|(kind, names)| (kind.to_owned(), names)));
    }
}
