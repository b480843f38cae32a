//! The generated tree on disk: planned as a whole, then carried out, and remembered in a manifest.
//!
//! The manifest is the one thing that is replaced last and at once. A generation that is broken off before
//! leaves the old manifest, so that the next one starts from the same models and writes the same files.

use std::path::PathBuf;

use blueprint::{Allow, File, Previous};
use engine::node::Failure;

use crate::applications::faults;
use crate::digest::digest_bytes;
use crate::generated::Manifest;
use crate::home::{Home, failed, replace};

pub(super) struct Tree {
    home: Home,
    folder: PathBuf,
    manifest: Manifest,
}

/// What a generation will do.
pub(super) struct Plan {
    pub(super) changed: Vec<String>,
    pub(super) removed: Vec<String>,
    /// Changed files that hold neither what was generated last nor what is generated now.
    pub(super) edited: Vec<String>,
}

impl Tree {
    pub(super) fn of(home: &Home) -> Result<Self, Failure> {
        Ok(Self {
            home: home.clone(),
            folder: home.source(),
            manifest: Manifest::read(home)?.unwrap_or_default(),
        })
    }

    pub(super) fn folder(&self) -> &PathBuf {
        &self.folder
    }

    /// The application as it was generated last, with its migrations.
    pub(super) fn previous(&self, allow: Allow) -> Result<Option<Previous>, Failure> {
        Previous::from_files(&self.manifest.history, allow)
            .map_err(|invalid| faults(&invalid.problems))
    }

    pub(super) fn plan(&self, files: &[File]) -> Result<Plan, Failure> {
        let mut plan = Plan {
            changed: Vec::new(),
            removed: Vec::new(),
            edited: Vec::new(),
        };
        for file in files {
            let path = self.folder.join(&file.path);
            let present = match std::fs::read(&path) {
                Ok(bytes) => Some(bytes),
                Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => None,
                Err(problem) => return Err(failed(&path, &problem)),
            };
            if present.as_deref() == Some(file.contents.as_bytes()) {
                continue;
            }
            plan.changed.push(file.path.clone());
            let generated = self.manifest.files.get(&file.path);
            if present.is_some_and(|bytes| generated != Some(&digest_bytes(&bytes))) {
                plan.edited.push(file.path.clone());
            }
        }
        let is_generated = |path: &String| files.iter().any(|file| file.path == *path);
        plan.removed = self
            .manifest
            .files
            .keys()
            .filter(|path| !is_generated(path))
            .cloned()
            .collect();
        Ok(plan)
    }

    pub(super) fn carry_out(&self, plan: &Plan, files: &[File]) -> Result<(), Failure> {
        for file in files
            .iter()
            .filter(|file| plan.changed.contains(&file.path))
        {
            let path = self.folder.join(&file.path);
            replace(&path, file.contents.as_bytes(), false)
                .map_err(|problem| failed(&path, &problem))?;
        }
        for path in &plan.removed {
            let path = self.folder.join(path);
            match std::fs::remove_file(&path) {
                Err(problem) if problem.kind() != std::io::ErrorKind::NotFound => {
                    return Err(failed(&path, &problem));
                }
                _ => {}
            }
            self.remove_empty_folders(path);
        }
        let history = |file: &&File| {
            file.path == blueprint::DOCUMENT_FILE || file.path.starts_with("migrations/")
        };
        let manifest = Manifest {
            files: files
                .iter()
                .map(|file| (file.path.clone(), digest_bytes(file.contents.as_bytes())))
                .collect(),
            history: files.iter().filter(history).cloned().collect(),
        };
        manifest.write(&self.home)
    }

    /// A folder that held only generated files goes with the last of them.
    fn remove_empty_folders(&self, mut path: PathBuf) {
        while path.pop() && path != self.folder && std::fs::remove_dir(&path).is_ok() {}
    }
}
