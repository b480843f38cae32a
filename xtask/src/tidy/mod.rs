//! `cargo xtask tidy`: the rules of the house that a machine can check. It also runs as a test.
//!
//! The rules are written down in `docs/architecture.md`; each file here checks one kind of them.

mod arrows;
mod rust_text;
mod sources;

use std::{fmt, fs, path::Path, process::ExitCode};

use anyhow::Result;
use serde_json::Value;

use crate::{console, files, project::Project};

pub(crate) fn run(project: &Project) -> Result<ExitCode> {
    let findings = inspect(project.root(), project.metadata())?;
    for finding in &findings {
        console::plain(&finding.to_string());
    }
    console::line(&match findings.len() {
        0 => "tidy: the house is in order".to_owned(),
        1 => "tidy: 1 finding".to_owned(),
        many => format!("tidy: {many} findings"),
    });
    Ok(if findings.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// A broken rule: where, and how to mend it.
#[derive(Debug, PartialEq)]
struct Finding {
    place: String,
    message: String,
}

impl Finding {
    fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            message: message.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place, self.message)
    }
}

fn inspect(root: &Path, metadata: &Value) -> Result<Vec<Finding>> {
    let mut findings = arrows::check(metadata);
    for file in files::walk(root)? {
        let place = file
            .strip_prefix(root)
            .unwrap_or(&file)
            .to_string_lossy()
            .replace('\\', "/");
        if sources::is_checked(&place) {
            findings.extend(sources::check(&place, &fs::read_to_string(&file)?));
        }
    }
    findings.extend(architecture_is_short(root));
    Ok(findings)
}

/// A description of the whole that takes more than ten minutes to read is not read.
fn architecture_is_short(root: &Path) -> Option<Finding> {
    const PLACE: &str = "docs/architecture.md";
    let words = fs::read_to_string(root.join(PLACE))
        .ok()?
        .split_whitespace()
        .count();
    (words >= 2000)
        .then(|| Finding::new(PLACE, format!("has {words} words; it must stay under 2000")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_workspace_is_tidy() {
        let project = Project::locate().unwrap();
        let findings = inspect(project.root(), project.metadata()).unwrap();
        let shown: Vec<String> = findings.iter().map(Finding::to_string).collect();
        assert!(findings.is_empty(), "\n{}", shown.join("\n"));
    }

    #[test]
    fn a_folder_is_inspected_with_its_documents() {
        let folder = tempfile::tempdir().unwrap();
        let write = |place: &str, text: &str| {
            let file = folder.path().join(place);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        write("engine/src/lib.rs", "fn nameless() {}\n");
        write("target/debug/out.rs", "not ours");
        write("docs/architecture.md", &"word ".repeat(2000));
        let findings = inspect(folder.path(), &serde_json::json!({ "packages": [] })).unwrap();
        let places: Vec<&str> = findings
            .iter()
            .map(|finding| finding.place.as_str())
            .collect();
        assert_eq!(places, ["engine/src/lib.rs:1", "docs/architecture.md"]);
    }
}
