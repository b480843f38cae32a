//! Where workflows and applications are kept: the store of a data folder, or a running server.

mod local;
mod remote;

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use uuid::Uuid;

use crate::documents::{DocumentKind, ENDINGS, SourceFile};
use crate::fault::Fault;

pub(crate) use local::LocalLibrary;

/// A workflow as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) version: u32,
}

/// What became of a document that was to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stored {
    Created,
    AlreadyThere,
}

#[async_trait]
pub(crate) trait Library: Send + Sync {
    /// Keeps an application unless one of its name is there.
    async fn add_application(&self, file: &SourceFile) -> anyhow::Result<(String, Stored)>;

    /// Keeps a workflow unless one of its name is there.
    async fn add_workflow(&self, file: &SourceFile) -> anyhow::Result<(String, Stored)>;

    /// Keeps a workflow; one of its name gets a new version when the document differs.
    async fn put_workflow(&self, file: &SourceFile) -> anyhow::Result<Kept>;
}

/// The documents in files and folders, applications first: workflows may refer to them.
pub(crate) fn find_documents(places: &[PathBuf]) -> anyhow::Result<Vec<SourceFile>> {
    let mut files = Vec::new();
    for place in places {
        if !place.is_dir() {
            files.push(SourceFile::read(place)?);
            continue;
        }
        let listed = std::fs::read_dir(place).map_err(|error| {
            Fault::unusable(format!(
                "the folder {} cannot be read: {error}",
                place.display()
            ))
        })?;
        let mut paths: Vec<PathBuf> = listed
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .collect();
        paths.retain(|path| path.is_file() && has_ending(path));
        paths.sort();
        for path in paths {
            files.push(SourceFile::read(&path)?);
        }
    }
    files.sort_by_key(|file| file.kind() == DocumentKind::Workflow);
    Ok(files)
}

fn has_ending(path: &Path) -> bool {
    path.extension()
        .and_then(|ending| ending.to_str())
        .is_some_and(|ending| ENDINGS.contains(&ending))
}
