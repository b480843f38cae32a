//! Document files: which kind of document a file holds, and its faults shown in place.

mod show;

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::fault::Fault;

pub(crate) use show::{Place, show};

/// The endings of files that may hold a document.
pub(crate) const ENDINGS: [&str; 3] = ["yaml", "yml", "json"];

/// What a document describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DocumentKind {
    Workflow,
    Application,
}

/// A file with a document in it, as text.
#[derive(Debug, Clone)]
pub(crate) struct SourceFile {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

impl SourceFile {
    pub(crate) fn read(path: &Path) -> Result<Self, Fault> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            let sentence = format!("{} cannot be read: {error}", path.display());
            Fault::unusable(sentence)
                .mend("Give the path of a YAML or JSON file with a document in it.")
        })?;
        Ok(Self {
            path: path.to_owned(),
            text,
        })
    }

    /// An application has models, a workflow has nodes; what has neither is taken for a workflow, whose
    /// reader then says what is missing.
    pub(crate) fn kind(&self) -> DocumentKind {
        let (has_models, has_nodes) = match serde_json::from_str::<Value>(&self.text) {
            Ok(value) => (value.get("models").is_some(), value.get("nodes").is_some()),
            Err(_) => (
                has_key(&self.text, "models"),
                has_key(&self.text, "nodes") || has_key(&self.text, "lathe"),
            ),
        };
        if has_models && !has_nodes {
            DocumentKind::Application
        } else {
            DocumentKind::Workflow
        }
    }
}

/// Whether YAML text has this key at its left edge, which holds for broken text too.
fn has_key(text: &str, key: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start_matches(['"', '\'']);
        line.strip_prefix(key).is_some_and(|rest| {
            rest.trim_start_matches(['"', '\''])
                .trim_start()
                .starts_with(':')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> DocumentKind {
        SourceFile {
            path: PathBuf::new(),
            text: text.to_owned(),
        }
        .kind()
    }

    #[test]
    fn applications_are_told_from_workflows() {
        assert_eq!(
            kind("name: bookshop\nmodels:\n  - name: books\n"),
            DocumentKind::Application
        );
        assert_eq!(
            kind(r#"{"name": "bookshop", "models": []}"#),
            DocumentKind::Application
        );
        assert_eq!(
            kind("lathe: 1\nname: x\nnodes: []\n"),
            DocumentKind::Workflow
        );
        assert_eq!(
            kind("lathe: 1\nnodes:\n  - with:\n      models: 1\n"),
            DocumentKind::Workflow
        );
        assert_eq!(kind("models: [\nname: broken"), DocumentKind::Application);
        assert_eq!(kind("hello"), DocumentKind::Workflow);
    }
}
