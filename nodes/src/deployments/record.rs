//! What is remembered of a deployment, in files of the application's home.
//!
//! - `deployment.json`: the live release, replaced as a whole: whoever reads it sees one release or the other.
//! - `environments/<release>.json`: its environment, and no other file: file and folder are for Lathe's user only, since it
//!   may hold secrets.
//! - `pending.json`: what is being started or stopped; whatever of it is not live is swept up next time.
//! - `change.json`: there while one release takes over from another, with what has to be put back if it does not.
//! - `releases.jsonl`: every release there was.
//! - `home-id`: stands for this home where releases of many are kept. Beside the homes, `.homes` has an empty file of that name
//!   for each that was told of, so that one that is gone can be told of once more.

use std::collections::BTreeMap;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use blueprint::ports::{Deployment, DeploymentStatus};
use engine::Time;
use engine::node::Failure;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::home::{Home, failed, replace};

pub(crate) type Environment = BTreeMap<String, String>;

/// A release that is or was live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// What it is known by where releases are kept; left out by a Lathe that kept none.
    #[serde(default)]
    pub(crate) id: Option<Uuid>,
    pub(crate) application: String,
    pub(crate) status: DeploymentStatus,
    pub(crate) url: String,
    pub(crate) port: u16,
    pub(crate) release: u64,
    pub(crate) digest: String,
    pub(crate) since: Time,
    pub(crate) health_path: String,
    /// The run that deployed it.
    pub(crate) execution: Uuid,
    /// Its data; left out by a Lathe whose releases shared one place.
    #[serde(default)]
    pub(crate) data: Option<Data>,
    #[serde(flatten)]
    pub(crate) source: Source,
    #[serde(flatten)]
    pub(crate) place: Place,
}

/// What a release is made of.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "target", rename_all = "snake_case")]
pub(crate) enum Source {
    Process {
        binary: PathBuf,
        /// What it is started with; a release of an application needs nothing.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        arguments: Vec<String>,
    },
    Docker {
        image: String,
        inner_port: u16,
    },
}

/// Where a release keeps its data: a folder of the application's home, or a named volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Data {
    Folder(String),
    Volume(String),
}

/// What runs: enough to find it again, and never to mistake another for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Place {
    Process {
        pid: u32,
        started: u64,
        boot: String,
        /// Process numbers mean something within their namespace only: a container has one of its own.
        #[serde(default)]
        namespace: Option<String>,
    },
    Container {
        container: String,
    },
}

/// A release on its way to be the live one. Written before the old one is touched, and gone when all is settled:
/// whoever finds it after a crash puts things back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Change {
    /// The number of the new release.
    pub(crate) release: u64,
    /// Whether the old one steps back first, and so has to be started again when the new one fails.
    pub(crate) restart: bool,
    /// The copy of the data that the new release is given, if it is.
    pub(crate) copy: Option<Data>,
    /// The data that nobody needs any more once the new release is live.
    pub(crate) original: Option<Data>,
}

impl Source {
    pub(crate) fn target(&self) -> &'static str {
        match self {
            Self::Process { .. } => "process",
            Self::Docker { .. } => "docker",
        }
    }
}

impl Record {
    pub(crate) fn data(&self, home: &Home) -> Data {
        self.data
            .clone()
            .unwrap_or_else(|| Data::first(home, &self.source))
    }

    pub(crate) fn view(&self, owner: Option<Uuid>) -> Deployment {
        Deployment {
            application: self.application.clone(),
            owner: owner.unwrap_or_default(),
            status: self.status,
            url: self.url.clone(),
            port: self.port,
            target: self.source.target().to_owned(),
            release: self.release,
            digest: self.digest.clone(),
            since: self
                .since
                .to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        }
    }
}

pub(crate) fn read(home: &Home) -> Result<Option<Record>, Failure> {
    read_json(&home.path.join("deployment.json"))
}

pub(crate) fn write(home: &Home, record: &Record) -> Result<(), Failure> {
    write_json(&home.path.join("deployment.json"), record)
}

/// What stands for a home that is held, wherever it is spoken of beyond this machine.
pub(crate) fn home_id(home: &Home) -> Result<Uuid, Failure> {
    let path = home.path.join("home-id");
    if let Some(id) = read_json(&path)? {
        return Ok(id);
    }
    let id = Uuid::now_v7();
    write_json(&path, &id)?;
    Ok(id)
}

/// The same, if it has been given one.
pub(super) fn given_id(home: &Home) -> Result<Option<Uuid>, Failure> {
    read_json(&home.path.join("home-id"))
}

/// Notes that a home is told of.
pub(super) fn note_told(home: &Home, id: Uuid) -> Result<(), Failure> {
    let folder = told_folder(home.path.parent().unwrap_or(&home.path));
    let path = folder.join(id.to_string());
    if path.is_file() {
        return Ok(());
    }
    let made = std::fs::create_dir_all(&folder).and_then(|()| std::fs::File::create(&path));
    made.map(drop).map_err(|problem| failed(&path, &problem))
}

/// Forgets that a home was told of.
pub(super) fn forget_told(apps: &Path, id: Uuid) -> Result<(), Failure> {
    remove_file(&told_folder(apps).join(id.to_string()))
}

/// The homes that were told of, also those that are gone since.
pub(super) fn told(apps: &Path) -> Result<Vec<Uuid>, Failure> {
    let folder = told_folder(apps);
    let entries = match std::fs::read_dir(&folder) {
        Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|problem| failed(&folder, &problem))?,
    };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    Ok(names
        .filter_map(|name| Uuid::try_parse(&name).ok())
        .collect())
}

fn told_folder(apps: &Path) -> PathBuf {
    apps.join(".homes")
}

pub(crate) fn read_environment(home: &Home, release: u64) -> Result<Environment, Failure> {
    Ok(read_json(&environment_path(home, release))?.unwrap_or_default())
}

pub(crate) fn write_environment(
    home: &Home,
    release: u64,
    environment: &Environment,
) -> Result<(), Failure> {
    let path = environment_path(home, release);
    let folder = path.parent().unwrap_or(&home.path);
    keep_private(folder).map_err(|problem| failed(folder, &problem))?;
    write_json(&path, environment)
}

/// A folder for Lathe's user only, one that an older version left open as well.
fn keep_private(folder: &Path) -> std::io::Result<()> {
    let mut maker = std::fs::DirBuilder::new();
    maker.recursive(true).mode(0o700).create(folder)?;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}

fn environment_path(home: &Home, release: u64) -> PathBuf {
    home.path
        .join("environments")
        .join(format!("{release}.json"))
}

pub(crate) fn read_pending(home: &Home) -> Result<Vec<Place>, Failure> {
    Ok(read_json(&home.path.join("pending.json"))?.unwrap_or_default())
}

/// Notes places as pending, besides those that are.
pub(crate) fn add_pending(
    home: &Home,
    places: impl IntoIterator<Item = Place>,
) -> Result<(), Failure> {
    let mut pending = read_pending(home)?;
    for place in places {
        if !pending.contains(&place) {
            pending.push(place);
        }
    }
    write_pending(home, &pending)
}

pub(crate) fn write_pending(home: &Home, places: &[Place]) -> Result<(), Failure> {
    write_json(&home.path.join("pending.json"), &places)
}

pub(crate) fn read_change(home: &Home) -> Result<Option<Change>, Failure> {
    read_json(&change_path(home))
}

pub(crate) fn write_change(home: &Home, change: &Change) -> Result<(), Failure> {
    write_json(&change_path(home), change)
}

pub(crate) fn remove_change(home: &Home) -> Result<(), Failure> {
    remove_file(&change_path(home))
}

fn change_path(home: &Home) -> PathBuf {
    home.path.join("change.json")
}

pub(crate) fn has_environment(home: &Home, release: u64) -> bool {
    environment_path(home, release).is_file()
}

pub(crate) fn remove_environment(home: &Home, release: u64) -> Result<(), Failure> {
    remove_file(&environment_path(home, release))
}

/// The releases there were, oldest first. A line that a crash cut short is passed over.
pub(crate) fn history(home: &Home) -> Result<Vec<Record>, Failure> {
    let path = home.path.join("releases.jsonl");
    let text = match std::fs::read_to_string(&path) {
        Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => String::new(),
        text => text.map_err(|problem| failed(&path, &problem))?,
    };
    Ok(text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect())
}

/// Adds a release to the history.
pub(crate) fn remember(home: &Home, record: &Record) -> Result<(), Failure> {
    let path = home.path.join("releases.jsonl");
    let line = serde_json::to_string(record)
        .map_err(|problem| Failure::permanent("internal", problem.to_string()))?;
    let append = || {
        std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(&path)?
            .write_all(format!("{line}\n").as_bytes())
    };
    append().map_err(|problem| failed(&path, &problem))
}

pub(crate) fn remove_file(path: &Path) -> Result<(), Failure> {
    match std::fs::remove_file(path) {
        Err(problem) if problem.kind() != std::io::ErrorKind::NotFound => {
            Err(failed(path, &problem))
        }
        _ => Ok(()),
    }
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, Failure> {
    let bytes = match std::fs::read(path) {
        Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        bytes => bytes.map_err(|problem| failed(path, &problem))?,
    };
    serde_json::from_slice(&bytes).map(Some).map_err(|problem| {
        let message = format!(
            "{} is damaged ({problem}): restore it from a backup",
            path.display()
        );
        Failure::permanent("record_damaged", message)
    })
}

fn write_json(path: &Path, value: &impl Serialize) -> Result<(), Failure> {
    let bytes = serde_json::to_vec_pretty(value)
        .map_err(|problem| Failure::permanent("internal", problem.to_string()))?;
    replace(path, &bytes, true).map_err(|problem| failed(path, &problem))
}
