//! Where an application lives on this machine: `<data>/apps/<name>`, with its source, builds, data and logs.

use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use engine::node::{Context, Failure, LogStream};

use crate::workspace::blocking;

const LOCK_POLL: Duration = Duration::from_millis(200);

/// The folder of an application.
#[derive(Debug, Clone)]
pub(crate) struct Home {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
}

/// Held while an application's folder is changed; also keeps out other processes. Ends when dropped.
pub(crate) struct HomeLock {
    _file: File,
}

impl Home {
    /// The home of an application; its name becomes a path, a host name and a container's name, so it is checked.
    pub(crate) fn of(data: &Path, name: &str) -> Result<Self, Failure> {
        if !is_name(name) {
            let message = format!(
                "`{name}` is no application's name: a to z first, then also 0 to 9 and _, at most 48"
            );
            return Err(Failure::permanent("invalid_parameters", message));
        }
        Ok(Self {
            name: name.to_owned(),
            path: apps(data).join(name),
        })
    }

    /// The homes of all applications that have one.
    pub(crate) fn all(data: &Path) -> std::io::Result<Vec<Self>> {
        let entries = match std::fs::read_dir(apps(data)) {
            Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut homes = Vec::new();
        for entry in entries {
            let entry = entry?;
            if let Some(name) = entry.file_name().to_str().filter(|name| is_name(name)) {
                homes.push(Self {
                    name: name.to_owned(),
                    path: entry.path(),
                });
            }
        }
        homes.sort_by(|left, right| left.name.cmp(&right.name));
        Ok(homes)
    }

    /// Waits until nobody else changes this home.
    pub(crate) async fn lock(&self, context: &Context) -> Result<HomeLock, Failure> {
        let mut told = false;
        loop {
            if let Some(lock) = self.try_lock().await? {
                return Ok(lock);
            }
            if !told {
                context.log.line(
                    LogStream::Info,
                    "waiting: another run is changing this application",
                );
                told = true;
            }
            tokio::select! {
                () = tokio::time::sleep(LOCK_POLL) => {}
                () = context.cancellation.cancelled() => {
                    return Err(Failure::permanent("cancelled", "the run was cancelled"));
                }
            }
        }
    }

    pub(crate) async fn try_lock(&self) -> Result<Option<HomeLock>, Failure> {
        let path = self.path.clone();
        blocking(move || {
            let opened =
                std::fs::create_dir_all(&path).and_then(|()| File::create(path.join("lock")));
            let file = opened.map_err(|problem| failed(&path, &problem))?;
            match file.try_lock() {
                Ok(()) => Ok(Some(HomeLock { _file: file })),
                Err(TryLockError::WouldBlock) => Ok(None),
                Err(TryLockError::Error(problem)) => Err(failed(&path, &problem)),
            }
        })
        .await
    }
}

/// A file or folder that a workflow names, which has to lie in the installation's data or the run's workspace:
/// otherwise a workflow could put any file of this machine into an image or a release.
pub(crate) async fn inside(context: &Context, field: &str, path: &str) -> Result<PathBuf, Failure> {
    let (data, workspace) = (context.data.clone(), context.workspace.clone());
    let (field, path) = (field.to_owned(), PathBuf::from(path));
    blocking(move || {
        let real = path.canonicalize().map_err(|problem| {
            Failure::permanent(
                "file_not_found",
                format!("with.{field}: {}: {problem}", path.display()),
            )
        })?;
        let allowed = [data, workspace]
            .iter()
            .filter_map(|root| root.canonicalize().ok())
            .any(|root| real.starts_with(root));
        if allowed {
            return Ok(real);
        }
        let message = format!(
            "with.{field}: {} lies outside Lathe's data and the run's workspace",
            path.display()
        );
        Err(Failure::permanent("path_refused", message))
    })
    .await
}

/// Replaces a file as a whole, so that a reader or a crash sees the old one or the new one.
pub(crate) fn replace(path: &Path, bytes: &[u8], private: bool) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new()
        .prefix(".part-")
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    if !private {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
        file.as_file().set_permissions(mode)?;
    }
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// A disk that is full or failing may be better later.
pub(crate) fn failed(path: &Path, problem: &std::io::Error) -> Failure {
    Failure::transient("file_failed", format!("{}: {problem}", path.display()))
}

fn apps(data: &Path) -> PathBuf {
    data.join("apps")
}

fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    name.len() <= 48
        && bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
