//! A run's own folder. Paths come from workflows, and never lead out of it.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use engine::node::{Context, Failure};
use engine::ports::blobs::ByteStream;
use futures::StreamExt;
use tokio::sync::mpsc;

use crate::reference::unread;

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

    /// Writes a file as a whole from bytes that come part by part.
    pub(crate) async fn write_stream(
        &self,
        path: &str,
        mut bytes: ByteStream,
    ) -> Result<u64, Failure> {
        let (this, path) = (self.clone(), path.to_owned());
        let (sender, parts) = mpsc::channel(PARTS);
        let writing = tokio::spawn(blocking(move || {
            let wrote = this.replace_with(&path, |file| write_parts(file, parts));
            wrote.map_err(|problem| refused(&path, &problem))
        }));
        let mut broken = None;
        loop {
            match bytes.next().await.transpose() {
                Ok(part) => {
                    let ended = part.is_none();
                    if sender.send(part).await.is_err() || ended {
                        break;
                    }
                }
                Err(error) => {
                    broken = Some(unread(error));
                    break;
                }
            }
        }
        drop(sender);
        let written = writing.await;
        match broken {
            Some(failure) => Err(failure),
            None => written.unwrap_or_else(|problem| {
                let message = format!("work on files was broken off: {problem}");
                Err(Failure::transient("internal", message))
            }),
        }
    }

    /// Reads a file of at most so many bytes.
    pub(crate) async fn read(&self, path: &str, max_bytes: u64) -> Result<Vec<u8>, Failure> {
        let (this, path) = (self.clone(), path.to_owned());
        blocking(move || {
            let file = this.regular(&path)?;
            let mut bytes = Vec::new();
            file.take(max_bytes + 1)
                .read_to_end(&mut bytes)
                .map_err(|problem| refused(&path, &problem))?;
            if bytes.len() as u64 > max_bytes {
                return Err(too_long(&path, max_bytes));
            }
            Ok(bytes)
        })
        .await
    }

    /// Opens a file of at most so many bytes.
    pub(crate) async fn open_file(
        &self,
        path: &str,
        max_bytes: u64,
    ) -> Result<std::fs::File, Failure> {
        let (this, path) = (self.clone(), path.to_owned());
        blocking(move || {
            let file = this.regular(&path)?.into_std();
            let about = file.metadata();
            match about.map_err(|problem| refused(&path, &problem))?.len() {
                size if size > max_bytes => Err(too_long(&path, max_bytes)),
                _ => Ok(file),
            }
        })
        .await
    }

    fn regular(&self, path: &str) -> Result<cap_std::fs::File, Failure> {
        let about = self.root.metadata(path);
        // Opening a pipe that a container left there would wait for somebody to write into it.
        if !about.map_err(|problem| refused(path, &problem))?.is_file() {
            let message = format!("`{path}` in the run's workspace is no file");
            return Err(Failure::permanent("path_refused", message));
        }
        let opened = self.root.open(path);
        opened.map_err(|problem| refused(path, &problem))
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
        self.replace_with(path, |file| {
            file.write_all(bytes)?;
            Ok(bytes.len() as u64)
        })
    }

    fn replace_with(
        &self,
        path: &str,
        write: impl FnOnce(&mut cap_std::fs::File) -> std::io::Result<u64>,
    ) -> std::io::Result<u64> {
        self.make_parent(path)?;
        let beside = format!("{path}.{}.part", uuid::Uuid::now_v7());
        let mut file = self.root.create(&beside)?;
        let written = write(&mut file).and_then(|size| {
            self.root.rename(&beside, &self.root, path)?;
            Ok(size)
        });
        written.inspect_err(|_| drop(self.root.remove_file(&beside)))
    }
}

/// Parts of a stream on their way to the disk.
const PARTS: usize = 4;

/// Writes what comes until the end is told; without that, the stream broke off.
fn write_parts(
    file: &mut cap_std::fs::File,
    mut parts: mpsc::Receiver<Option<Bytes>>,
) -> std::io::Result<u64> {
    let mut size = 0;
    loop {
        match parts.blocking_recv() {
            Some(Some(part)) => {
                file.write_all(&part)?;
                size += part.len() as u64;
            }
            Some(None) => return Ok(size),
            None => return Err(std::io::ErrorKind::Interrupted.into()),
        }
    }
}

pub(crate) fn too_long(path: &str, max_bytes: u64) -> Failure {
    let message = format!("`{path}` is longer than the {max_bytes} bytes that `max_bytes` allows");
    Failure::permanent("file_too_long", message)
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
