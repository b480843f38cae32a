//! What `code.generate` wrote into an application's source folder, and whether that folder still holds just that.
//!
//! To compile code is to run it: build scripts and cargo's own settings do whatever Lathe's user can. So what was
//! generated has to be told from what somebody else put there.

use std::collections::BTreeMap;
use std::path::Path;

use blueprint::File;
use engine::node::Failure;
use serde::{Deserialize, Serialize};

use crate::digest::digest_bytes;
use crate::home::{Home, failed, replace};

/// What cargo acts on without being told to. Other files beside the generated ones change nothing.
const ACTED_ON: [&str; 5] = [
    "build.rs",
    ".cargo/config",
    ".cargo/config.toml",
    "rust-toolchain",
    "rust-toolchain.toml",
];

/// What was generated last: the digest of each file, and the files that tell what came before.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) history: Vec<File>,
}

/// A source folder as it is now.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct OnDisk {
    /// The digest that `code.generate` hands out, over the generated files as they are now.
    pub(crate) digest: String,
    /// Generated files that are gone or were edited, and files that cargo acts on and nobody generated.
    pub(crate) strange: Vec<String>,
}

impl Manifest {
    pub(crate) fn read(home: &Home) -> Result<Option<Self>, Failure> {
        let path = home.path.join(NAME);
        match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|problem| {
                let message = format!(
                    "{} is damaged ({problem}): restore it from a backup",
                    path.display()
                );
                Failure::permanent("manifest_damaged", message)
            }),
            Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(problem) => Err(failed(&path, &problem)),
        }
    }

    pub(crate) fn write(&self, home: &Home) -> Result<(), Failure> {
        let path = home.path.join(NAME);
        let text = serde_json::to_vec(self)
            .map_err(|problem| Failure::permanent("internal", problem.to_string()))?;
        replace(&path, &text, false).map_err(|problem| failed(&path, &problem))
    }

    /// Compares the source folder with what was generated. Blocks.
    pub(crate) fn compare(&self, source: &Path) -> Result<OnDisk, Failure> {
        let mut files = Vec::new();
        let mut strange = Vec::new();
        for (name, generated) in &self.files {
            let path = source.join(name);
            let bytes = match std::fs::read(&path) {
                Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => Vec::new(),
                bytes => bytes.map_err(|problem| failed(&path, &problem))?,
            };
            if digest_bytes(&bytes) != *generated {
                strange.push(name.clone());
            }
            files.push(File {
                path: name.clone(),
                contents: String::from_utf8_lossy(&bytes).into_owned(),
            });
        }
        let added = ACTED_ON
            .iter()
            .filter(|name| !self.files.contains_key(**name) && source.join(name).exists());
        strange.extend(added.map(|name| (*name).to_owned()));
        Ok(OnDisk {
            digest: blueprint::digest(&files),
            strange,
        })
    }
}

const NAME: &str = "generated.json";
