//! What an archive speaks of. Only of that does it mean something that a thing is not in it: an archive of one prompt says
//! nothing of workflows, nor of other prompts.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::files::Files;
use super::kinds::Kind;
use crate::error::{ApiError, ApiResult, ErrorDetail};

/// The one file of an archive that lies in no folder.
pub(super) const COVERAGE: &str = "archive.yaml";

/// The kinds that an archive speaks of, and which things of each, where it is not all.
pub(crate) struct Coverage(Vec<(Kind, Option<BTreeSet<String>>)>);

/// The same as it is written down.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    covers: Vec<Covered>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Covered {
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    names: Option<BTreeSet<String>>,
}

impl Coverage {
    /// All of these kinds; with a name, what is called so.
    pub(super) fn of(kinds: impl IntoIterator<Item = Kind>, name: Option<&str>) -> Self {
        let names = name.map(|name| BTreeSet::from([name.to_owned()]));
        Self(
            kinds
                .into_iter()
                .map(|kind| (kind, names.clone()))
                .collect(),
        )
    }

    /// Takes it out of an archive; there was none before archives said what they cover.
    pub(super) fn taken(files: &mut Files) -> ApiResult<Option<Self>> {
        let Some(document) = files.remove(COVERAGE) else {
            return Ok(None);
        };
        let written: Written =
            serde_json::from_value(document).map_err(|error| fault("", error.to_string()))?;
        let mut kinds = Vec::new();
        for (at, covered) in written.covers.into_iter().enumerate() {
            let kind = Kind::of_folder(&covered.kind).ok_or_else(|| {
                let message = format!("there is no kind `{}` of things", covered.kind);
                fault(&format!("#/covers/{at}/kind"), message)
            })?;
            kinds.push((kind, covered.names));
        }
        Ok(Some(Self(kinds)))
    }

    pub(super) fn document(&self) -> Value {
        let covered = |(kind, names): (Kind, Option<Vec<String>>)| Covered {
            kind: kind.folder().to_owned(),
            names: names.map(|names| names.into_iter().collect()),
        };
        let covers: Vec<Covered> = self.told().map(covered).collect();
        json!({ "covers": covers })
    }

    /// The kinds with the names, where it is not all of them.
    pub(crate) fn told(&self) -> impl Iterator<Item = (Kind, Option<Vec<String>>)> {
        self.0.iter().map(|(kind, names)| {
            let names = names.as_ref();
            (*kind, names.map(|names| names.iter().cloned().collect()))
        })
    }

    /// The same without a kind, of which nothing can be said.
    pub(super) fn without(mut self, kind: Kind) -> Self {
        self.0.retain(|(covered, _)| *covered != kind);
        self
    }

    pub(super) fn speaks_of(&self, kind: Kind) -> bool {
        self.0.iter().any(|(covered, _)| *covered == kind)
    }

    pub(super) fn has(&self, kind: Kind, name: &str) -> bool {
        self.0.iter().any(|(covered, names)| {
            *covered == kind && names.as_ref().is_none_or(|names| names.contains(name))
        })
    }
}

fn fault(pointer: &str, message: String) -> ApiError {
    let detail = ErrorDetail {
        path: Some(format!("{COVERAGE}{pointer}")),
        message,
        ..ErrorDetail::default()
    };
    ApiError::listed("the archive is not valid", vec![detail])
}
