//! Where an application lives on this machine: `<data>/apps/<name>`, with its source, builds, data and logs.

use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use blueprint::ports::{PREVIEW, preview_of};
use engine::node::{Context, FIRST_OWNER, Failure, LogStream};
use uuid::Uuid;

use crate::workspace::blocking;

/// Names the owner, in its home.
const OWNER: &str = "owner";

const LOCK_POLL: Duration = Duration::from_millis(200);

/// The folder of an application.
#[derive(Debug, Clone)]
pub(crate) struct Home {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
}

/// Held while something is changed; also keeps out other processes. Ends when dropped.
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

    /// The home of what is live under this name: an application's, or that of a preview.
    pub(crate) fn of_live(data: &Path, name: &str) -> Result<Self, Failure> {
        match name.strip_suffix(PREVIEW) {
            Some(application) => Self::of_preview(data, application),
            None => Self::of(data, name),
        }
    }

    /// The home of an application's preview. No application can be called like it.
    pub(crate) fn of_preview(data: &Path, application: &str) -> Result<Self, Failure> {
        let home = Self::of(data, application)?;
        let name = preview_of(application);
        Ok(Self {
            path: home.path.with_file_name(&name),
            name,
        })
    }

    /// The home of an application for a run: the first owner who asks for a name has it, and nobody else may read or
    /// replace what is there.
    pub(crate) async fn claim(context: &Context, name: &str) -> Result<Self, Failure> {
        Self::of(&context.data, name)?.claimed(context).await
    }

    /// This home for a run, if nobody else had it before.
    pub(crate) async fn claimed(self, context: &Context) -> Result<Self, Failure> {
        let home = self;
        let owner = context.owner;
        blocking(move || {
            if home
                .owner_or(owner)
                .map_err(|problem| failed(&home.path, &problem))?
                == owner
            {
                return Ok(home);
            }
            Err(home.taken())
        })
        .await
    }

    /// Says that the name is another owner's.
    pub(crate) fn taken(&self) -> Failure {
        let message = format!(
            "`{}` is the name of an application of another workspace, at least on this machine: names of live \
             applications are shared, so take another one",
            self.name
        );
        Failure::permanent("name_taken", message)
    }

    /// Gives a home that is held to another owner, who is given all that is in it.
    pub(crate) fn pass_to(&self, owner: Uuid) -> Result<(), Failure> {
        let path = self.path.join(OWNER);
        replace(&path, owner.to_string().as_bytes(), false)
            .map_err(|problem| failed(&path, &problem))
    }

    /// Whose it is. A home from before there were owners is the first one's, and none is nobody's.
    pub(crate) fn owner(&self) -> Option<Uuid> {
        if !self.path.is_dir() {
            return None;
        }
        let text = std::fs::read_to_string(self.path.join(OWNER)).ok();
        Some(text.map_or(FIRST_OWNER, |text| {
            // What can't be read is nobody's to take.
            Uuid::try_parse(text.trim()).unwrap_or_default()
        }))
    }

    /// The same, after it was given to this one if it was nobody's. Of several who come at once, one has it.
    fn owner_or(&self, owner: Uuid) -> std::io::Result<Uuid> {
        if let Some(owner) = self.owner() {
            return Ok(owner);
        }
        let apps = self.path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(apps)?;
        let fresh = tempfile::Builder::new().prefix(".part-").tempdir_in(apps)?;
        std::fs::write(fresh.path().join(OWNER), owner.to_string())?;
        match std::fs::rename(fresh.path(), &self.path) {
            Ok(()) => {
                let _ = fresh.keep();
                Ok(owner)
            }
            Err(problem) => self.owner().ok_or(problem),
        }
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
            if let Some(name) = entry.file_name().to_str().filter(|name| is_live_name(name)) {
                homes.push(Self {
                    name: name.to_owned(),
                    path: entry.path(),
                });
            }
        }
        homes.sort_by(|left, right| left.name.cmp(&right.name));
        Ok(homes)
    }

    /// The home whose source folder this is, given as a real path.
    pub(crate) fn of_source(data: &Path, source: &Path) -> Option<Self> {
        let apps = apps(data).canonicalize().ok()?;
        let name = source.parent()?.file_name()?.to_str()?;
        let home = Self {
            name: name.to_owned(),
            path: apps.join(name),
        };
        (is_name(name) && home.source() == source).then_some(home)
    }

    /// Where its generated code is.
    pub(crate) fn source(&self) -> PathBuf {
        self.path.join("source")
    }

    /// Waits until nobody else changes this home.
    pub(crate) async fn lock(&self, context: &Context) -> Result<HomeLock, Failure> {
        let waiting = "waiting: another run is changing this application";
        lock(&self.path.join("lock"), waiting, context).await
    }

    /// Waits until nobody else generates or compiles its source. That takes minutes at times, in which what is
    /// live has to be stopped and brought back as ever, so this lock is not the home's.
    pub(crate) async fn lock_source(&self, context: &Context) -> Result<HomeLock, Failure> {
        let waiting = "waiting: another run generates or compiles this application";
        lock(&self.path.join("source.lock"), waiting, context).await
    }

    pub(crate) async fn try_lock(&self) -> Result<Option<HomeLock>, Failure> {
        try_lock(&self.path.join("lock")).await
    }
}

/// Waits until nobody else holds the lock of this file, which is made if need be.
pub(crate) async fn lock(
    path: &Path,
    waiting: &str,
    context: &Context,
) -> Result<HomeLock, Failure> {
    let mut told = false;
    loop {
        if let Some(lock) = try_lock(path).await? {
            return Ok(lock);
        }
        if !told {
            context.log.line(LogStream::Info, waiting);
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

async fn try_lock(path: &Path) -> Result<Option<HomeLock>, Failure> {
    let path = path.to_owned();
    blocking(move || {
        let folder = path.parent().unwrap_or(Path::new("."));
        let opened = std::fs::create_dir_all(folder).and_then(|()| File::create(&path));
        let file = opened.map_err(|problem| failed(&path, &problem))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(HomeLock { _file: file })),
            Err(TryLockError::WouldBlock) => {
                #[cfg(test)]
                taken::note(&path);
                Ok(None)
            }
            Err(TryLockError::Error(problem)) => Err(failed(&path, &problem)),
        }
    })
    .await
}

/// A file or folder that a workflow names, which has to lie where workflows make things: otherwise one could put
/// any file of this machine into an image or a release, and the database and secrets of Lathe's data first of all.
pub(crate) async fn inside(context: &Context, field: &str, path: &str) -> Result<PathBuf, Failure> {
    let (data, workspace) = (context.data.clone(), context.workspace.clone());
    let owner = context.owner;
    let (field, path) = (field.to_owned(), PathBuf::from(path));
    blocking(move || {
        let real = path.canonicalize().map_err(|problem| {
            Failure::permanent(
                "file_not_found",
                format!("with.{field}: {}: {problem}", path.display()),
            )
        })?;
        if is_made_by_workflows(&real, &data, &workspace, owner) {
            return Ok(real);
        }
        let message = format!(
            "with.{field}: {} lies outside of what a workflow may take: give a path in the run's workspace, the \
             `path` that code.generate hands out, or the `binary` that cargo.build does",
            path.display()
        );
        Err(Failure::permanent("path_refused", message))
    })
    .await
}

/// Whether a real path is in the run's workspace, where any step may have written it.
pub(crate) async fn is_in_workspace(context: &Context, real: &Path) -> Result<bool, Failure> {
    let (workspace, real) = (context.workspace.clone(), real.to_owned());
    blocking(move || {
        let workspace = workspace.canonicalize();
        Ok(workspace.is_ok_and(|workspace| real.starts_with(workspace)))
    })
    .await
}

/// Whether a real path is in the run's workspace, or is the source or a build of an application of its owner, or in one.
fn is_made_by_workflows(real: &Path, data: &Path, workspace: &Path, owner: Uuid) -> bool {
    let below = |root: PathBuf| real.strip_prefix(root.canonicalize().ok()?).ok();
    let in_application = below(apps(data)).is_some_and(|rest| {
        let mut parts = rest.components().map(|part| part.as_os_str().to_str());
        let name = parts.next().flatten();
        let home = name.and_then(|name| Home::of(data, name).ok());
        home.is_some_and(|home| home.owner() == Some(owner))
            && matches!(parts.next().flatten(), Some("source" | "builds"))
    });
    in_application || below(workspace.to_owned()).is_some() || below(data.join("builds")).is_some()
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

/// Where all homes are.
pub(crate) fn apps(data: &Path) -> PathBuf {
    data.join("apps")
}

fn is_live_name(name: &str) -> bool {
    is_name(name.strip_suffix(PREVIEW).unwrap_or(name))
}

fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    name.len() <= 48
        && bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Who found a lock taken, for tests that hold one until then.
#[cfg(test)]
pub(crate) mod taken {
    use std::collections::HashSet;
    use std::path::{Path, PathBuf};
    use std::sync::LazyLock;

    use tokio::sync::watch;

    use super::Home;

    static FOUND: LazyLock<watch::Sender<HashSet<PathBuf>>> = LazyLock::new(watch::Sender::default);

    pub(super) fn note(path: &Path) {
        FOUND.send_modify(|found| {
            found.insert(path.to_owned());
        });
    }

    /// Ends once somebody has found the lock of this home taken.
    pub(crate) async fn by_somebody(home: &Home) {
        let path = home.path.join("lock");
        let mut found = FOUND.subscribe();
        let found = found.wait_for(|found| found.contains(&path)).await;
        drop(found.unwrap());
    }
}
