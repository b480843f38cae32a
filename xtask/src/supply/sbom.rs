//! What the program is made of, as CycloneDX: everything in `Cargo.lock`, and whether it is in the program or only needed
//! to build and test it. The same lock file gives the same list, so that two of them can be compared.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json};

use super::built;
use crate::project::Project;

/// A name and a version.
type Known = (String, String);

#[derive(Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    source: Option<String>,
    checksum: Option<String>,
    #[serde(default)]
    dependencies: Vec<String>,
}

impl Locked {
    fn known(&self) -> Known {
        (self.name.clone(), self.version.clone())
    }

    /// An address of the package; our own have none beside their name.
    fn purl(&self) -> String {
        format!("pkg:cargo/{}@{}", self.name, self.version)
    }
}

/// The list for the program of this checkout.
pub(crate) fn of_program(project: &Project) -> Result<Value> {
    let lock = std::fs::read_to_string(project.root().join("Cargo.lock"))
        .context("Cargo.lock can't be read")?;
    let mut shipped = BTreeSet::new();
    let mut licences = BTreeMap::new();
    for one in built::of_program(project)? {
        shipped.insert((one.name.clone(), one.version.to_string()));
        licences.insert((one.name, one.version.to_string()), one.licence);
    }
    for one in built::of_workspace(project)? {
        licences.insert((one.name, one.version.to_string()), one.licence);
    }
    of_lock(&lock, &shipped, &licences)
}

fn of_lock(
    lock: &str,
    shipped: &BTreeSet<Known>,
    licences: &BTreeMap<Known, String>,
) -> Result<Value> {
    let Lock { package } = toml::from_str(lock).context("Cargo.lock is not what it was")?;
    let mut components = Vec::new();
    let mut dependencies = Vec::new();
    for one in &package {
        let mut needs = Vec::new();
        for text in &one.dependencies {
            needs.push(find(&package, text)?.purl());
        }
        dependencies.push(json!({"ref": one.purl(), "dependsOn": needs}));
        if one.name != "cli" {
            components.push(component(one, shipped, licences));
        }
    }
    let cli = find(&package, "cli")?;
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application", "bom-ref": cli.purl(), "name": "lathe", "version": cli.version,
                "licenses": [{"expression": "Apache-2.0"}],
            },
        },
        "components": components,
        "dependencies": dependencies,
    }))
}

fn component(one: &Locked, shipped: &BTreeSet<Known>, licences: &BTreeMap<Known, String>) -> Value {
    let scope = match shipped.contains(&one.known()) {
        true => "required",
        false => "excluded",
    };
    let mut shown = json!({
        "type": "library", "bom-ref": one.purl(), "name": one.name, "version": one.version,
        "scope": scope, "purl": one.purl(),
    });
    if let Some(checksum) = &one.checksum {
        shown["hashes"] = json!([{"alg": "SHA-256", "content": checksum}]);
    }
    // What cargo never has to look at, it does not know the licence of.
    if let Some(licence) = licences.get(&one.known()) {
        let proper = spdx::Expression::canonicalize(licence).ok().flatten();
        let proper = proper.unwrap_or_else(|| licence.clone());
        shown["licenses"] = json!([{"expression": proper}]);
    }
    if one.source.is_none() {
        shown["type"] = json!("application");
    }
    shown
}

/// A dependency in the lock file has its version with it where its name alone would not do.
fn find<'a>(package: &'a [Locked], text: &str) -> Result<&'a Locked> {
    let mut words = text.split(' ');
    let (name, version) = (words.next().unwrap_or_default(), words.next());
    let mut fitting = package
        .iter()
        .filter(|one| one.name == name && version.is_none_or(|version| version == one.version));
    fitting
        .next()
        .with_context(|| format!("Cargo.lock names `{text}`, and has it not"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S26: nothing of the lock file is left out, and what is said about it is what it says.
    #[test]
    fn s26_the_list_is_complete() {
        let project = Project::locate().unwrap();
        let lock = std::fs::read_to_string(project.root().join("Cargo.lock")).unwrap();
        let built = built::of_workspace(&project).unwrap();
        let known = |one: &built::Built| (one.name.clone(), one.version.to_string());
        let licences = built.iter().map(|one| (known(one), one.licence.clone()));
        let shipped = BTreeSet::from([("tokio".to_owned(), version_of(&lock, "tokio"))]);
        let list = of_lock(&lock, &shipped, &licences.collect()).unwrap();
        let components = list["components"].as_array().unwrap();
        let packages = lock.matches("[[package]]").count();
        assert_eq!(
            components.len() + 1,
            packages,
            "all of them, and the program"
        );
        let hashed = components.iter().filter(|one| one["hashes"].is_array());
        assert_eq!(hashed.count(), lock.matches("\nchecksum = ").count());
        let mut refs: Vec<&str> = components.iter().map(|one| text(&one["bom-ref"])).collect();
        refs.push(text(&list["metadata"]["component"]["bom-ref"]));
        let unique: BTreeSet<&str> = refs.iter().copied().collect();
        assert_eq!(unique.len(), packages, "each is named once");
        for one in list["dependencies"].as_array().unwrap() {
            assert!(unique.contains(text(&one["ref"])), "{one}");
            for needed in one["dependsOn"].as_array().unwrap() {
                assert!(unique.contains(text(needed)), "{one}");
            }
        }
        for one in &built {
            let place = format!("pkg:cargo/{}@{}", one.name, one.version);
            let found = components
                .iter()
                .find(|shown| shown["bom-ref"] == place.as_str());
            let licence = found.map_or(&Value::Null, |found| &found["licenses"][0]["expression"]);
            assert!(
                one.name == "cli" || licence.is_string(),
                "{place} has a licence: {found:?}"
            );
        }
        let required = components.iter().filter(|one| one["scope"] == "required");
        assert_eq!(required.count(), 1);
    }

    fn text(value: &Value) -> &str {
        value.as_str().unwrap()
    }

    fn version_of(lock: &str, name: &str) -> String {
        let lock: Lock = toml::from_str(lock).unwrap();
        find(&lock.package, name).unwrap().version.clone()
    }
}
