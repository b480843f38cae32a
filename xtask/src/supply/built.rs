//! Which packages are built, as cargo itself resolves their features. `cargo metadata` knows more packages than are ever
//! compiled, and `Cargo.lock` too.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};

use crate::{process, project::Project};

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Built {
    pub(super) name: String,
    pub(super) version: semver::Version,
    pub(super) licence: String,
    /// Names of what brings it in.
    pub(super) by: BTreeSet<String>,
}

/// Everything that is compiled for this machine, tests and tools included.
pub(super) fn of_workspace(project: &Project) -> Result<Vec<Built>> {
    listed(project, &["--workspace", "--edges", "normal,build,dev"])
}

/// What is in the program, whatever machine it is for.
pub(super) fn of_program(project: &Project) -> Result<Vec<Built>> {
    let program = ["--package", "cli", "--edges", "normal", "--target", "all"];
    listed(project, &program)
}

fn listed(project: &Project, which: &[&str]) -> Result<Vec<Built>> {
    let mut cargo = project.cargo();
    cargo.args([
        "tree",
        "--locked",
        "--prefix",
        "depth",
        "--format",
        "|{p}|{l}|",
    ]);
    read(&process::capture(cargo.args(which))?)
}

/// Lines such as `2|serde v1.0.1 (proc-macro)|MIT| (*)`, each below what needs it.
fn read(text: &str) -> Result<Vec<Built>> {
    let mut found: BTreeMap<(String, semver::Version), Built> = BTreeMap::new();
    let mut above: Vec<String> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        let unknown = || format!("cargo tree says something unexpected: {line}");
        let mut parts = line.split('|');
        let mut part = || parts.next().with_context(unknown);
        let (depth, package, licence) = (part()?, part()?, part()?);
        let depth: usize = depth.parse().with_context(unknown)?;
        let mut words = package.split(' ');
        let (name, version) = words.next().zip(words.next()).with_context(unknown)?;
        let version = version.trim_start_matches('v');
        let version: semver::Version = version.parse().with_context(unknown)?;
        above.truncate(depth);
        let by = above.last().cloned();
        above.push(name.to_owned());
        let key = (name.to_owned(), version.clone());
        let one = found.entry(key).or_insert_with(|| Built {
            name: name.to_owned(),
            version,
            licence: licence.to_owned(),
            by: BTreeSet::new(),
        });
        one.by.extend(by);
    }
    Ok(found.into_values().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_read_with_what_brings_each_in() {
        let text = "0|api v0.1.0 (/lathe/api)|Apache-2.0|\n1|serde v1.0.2|MIT OR Apache-2.0|\n\
            2|serde_derive v1.0.2 (proc-macro)|MIT|\n1|tar v0.4.0|MIT|\n\n0|cli v0.1.0 (/lathe/cli)|Apache-2.0|\n1|serde v1.0.2|MIT OR Apache-2.0| (*)\n";
        let built = read(text).unwrap();
        let shown: Vec<String> = built
            .iter()
            .map(|one| format!("{} {} {:?}", one.name, one.licence, one.by))
            .collect();
        assert_eq!(
            shown,
            [
                r#"api Apache-2.0 {}"#,
                r#"cli Apache-2.0 {}"#,
                r#"serde MIT OR Apache-2.0 {"api", "cli"}"#,
                r#"serde_derive MIT {"serde"}"#,
                r#"tar MIT {"api"}"#,
            ]
        );
        assert!(read("error: no such thing").is_err());
    }
}
