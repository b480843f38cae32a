//! A run's own folder. Paths come from workflows, and never lead out of it.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use engine::node::{Context, Failure};

/// An open workspace. Every path is resolved beneath it, symbolic links included.
#[derive(Clone)]
pub(crate) struct Workspace {
    root: Arc<Dir>,
    path: Arc<Path>,
}

impl Workspace {
    /// Opens the run's workspace, which the first node that needs it makes.
    pub(crate) async fn open(context: &Context) -> Result<Self, Failure> {
        let path = context.workspace.clone();
        blocking(move || {
            let opened = std::fs::create_dir_all(&path)
                .and_then(|()| Dir::open_ambient_dir(&path, ambient_authority()));
            let root = opened.map_err(|problem| {
                Failure::transient(
                    "workspace_unavailable",
                    format!("the workspace {}: {problem}", path.display()),
                )
            })?;
            Ok(Self {
                root: Arc::new(root),
                path,
            })
        })
        .await
    }

    /// The place of a folder inside, made if need be.
    pub(crate) async fn folder(&self, path: &str) -> Result<PathBuf, Failure> {
        let (this, path) = (self.clone(), path.to_owned());
        blocking(move || {
            this.root
                .create_dir_all(&path)
                .map_err(|problem| refused(&path, &problem))?;
            let canonical = this
                .root
                .canonicalize(&path)
                .map_err(|problem| refused(&path, &problem))?;
            Ok(this.path.join(canonical))
        })
        .await
    }

    /// Writes a file as a whole: whoever reads it meanwhile sees the old one or the new one.
    pub(crate) async fn write(
        &self,
        path: &str,
        bytes: Vec<u8>,
        append: bool,
    ) -> Result<u64, Failure> {
        let (this, path) = (self.clone(), path.to_owned());
        blocking(move || {
            let wrote = if append {
                this.append(&path, &bytes)
            } else {
                this.replace(&path, &bytes)
            };
            wrote.map_err(|problem| refused(&path, &problem))
        })
        .await
    }

    /// Reads a file of at most so many bytes.
    pub(crate) async fn read(&self, path: &str, max_bytes: u64) -> Result<Vec<u8>, Failure> {
        let (this, path) = (self.clone(), path.to_owned());
        blocking(move || {
            let about = this
                .root
                .metadata(&path)
                .map_err(|problem| refused(&path, &problem))?;
            // Opening a pipe that a container left there would wait for somebody to write into it.
            if !about.is_file() {
                let message = format!("`{path}` in the run's workspace is no file");
                return Err(Failure::permanent("path_refused", message));
            }
            let file = this
                .root
                .open(&path)
                .map_err(|problem| refused(&path, &problem))?;
            let mut bytes = Vec::new();
            file.take(max_bytes + 1)
                .read_to_end(&mut bytes)
                .map_err(|problem| refused(&path, &problem))?;
            if bytes.len() as u64 > max_bytes {
                let message = format!(
                    "`{path}` is longer than the {max_bytes} bytes that `max_bytes` allows"
                );
                return Err(Failure::permanent("file_too_long", message));
            }
            Ok(bytes)
        })
        .await
    }

    fn make_parent(&self, path: &str) -> std::io::Result<()> {
        match Path::new(path).parent() {
            Some(parent) if !parent.as_os_str().is_empty() => self.root.create_dir_all(parent),
            _ => Ok(()),
        }
    }

    fn append(&self, path: &str, bytes: &[u8]) -> std::io::Result<u64> {
        self.make_parent(path)?;
        let mut options = cap_std::fs::OpenOptions::new();
        let mut file = self
            .root
            .open_with(path, options.append(true).create(true))?;
        file.write_all(bytes)?;
        Ok(file.metadata()?.len())
    }

    fn replace(&self, path: &str, bytes: &[u8]) -> std::io::Result<u64> {
        self.make_parent(path)?;
        let beside = format!("{path}.{}.part", uuid::Uuid::now_v7());
        self.root.write(&beside, bytes)?;
        self.root
            .rename(&beside, &self.root, path)
            .inspect_err(|_| drop(self.root.remove_file(&beside)))?;
        Ok(bytes.len() as u64)
    }
}

fn refused(path: &str, problem: &std::io::Error) -> Failure {
    use std::io::ErrorKind::{
        AlreadyExists, InvalidFilename, InvalidInput, IsADirectory, NotADirectory, NotFound,
        PermissionDenied, ResourceBusy,
    };
    let message = format!("`{path}` in the run's workspace: {problem}");
    match problem.kind() {
        NotFound => Failure::permanent("file_not_found", message),
        // What leads out of the folder is answered like this, too.
        PermissionDenied | IsADirectory | NotADirectory | AlreadyExists | InvalidInput
        | InvalidFilename | ResourceBusy => Failure::permanent("path_refused", message),
        _ => Failure::transient("file_failed", message),
    }
}

/// Work on files may block, so it is done where that holds nobody up.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|problem| {
            Err(Failure::transient(
                "internal",
                format!("work on files was broken off: {problem}"),
            ))
        })
}
