//! Which models an application was generated from: what it is to become is compared with them before it is shipped.

use std::path::{Path, PathBuf};

use blueprint::ports::Generated;
use blueprint::{Allow, Application, DOCUMENT_FILE, Previous};
use engine::node::Failure;
use uuid::Uuid;

use super::Deployments;
use super::record::{self, Source};
use crate::applications::faults;
use crate::generated::Manifest;
use crate::home::{Home, failed, replace};
use crate::workspace::blocking;

impl Deployments {
    /// None for whoever does not own it: what is there is another's.
    pub(super) async fn models_of(
        &self,
        owner: Uuid,
        application: &str,
    ) -> Result<Option<Generated>, Failure> {
        let home = Home::of(&self.data, application)?;
        blocking(move || {
            if home.owner() != Some(owner) {
                return Ok(None);
            }
            let Some(manifest) = Manifest::read(&home)? else {
                return Ok(None);
            };
            let previous = Previous::from_files(&manifest.history, Allow::default())
                .map_err(|invalid| faults(&invalid.problems))?;
            let Some(previous) = previous else {
                return Ok(None);
            };
            let live = match record::read(&home)?.map(|record| record.source) {
                Some(Source::Process { binary, .. }) => read_beside(&binary)?,
                Some(Source::Docker { .. }) | None => None,
            };
            Ok(Some(Generated {
                latest: previous.application,
                live,
            }))
        })
        .await
    }
}

/// Notes beside a binary that was built what it was generated from, unless that is there already. Blocks.
pub(crate) fn note_beside(binary: &Path, home: &Home) -> Result<(), Failure> {
    let path = beside(binary);
    let manifest = Manifest::read(home)?.unwrap_or_default();
    let document = manifest
        .history
        .iter()
        .find(|file| file.path == DOCUMENT_FILE);
    match document {
        Some(document) if !path.exists() => replace(&path, document.contents.as_bytes(), false)
            .map_err(|problem| failed(&path, &problem)),
        _ => Ok(()),
    }
}

/// What was noted so. Binaries of an older Lathe lack it, and one that can't be read tells nothing.
fn read_beside(binary: &Path) -> Result<Option<Application>, Failure> {
    let path = beside(binary);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Application::parse(&text).ok()),
        Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(problem) => Err(failed(&path, &problem)),
    }
}

fn beside(binary: &Path) -> PathBuf {
    binary.with_file_name(DOCUMENT_FILE)
}
