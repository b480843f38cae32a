//! What changes between two versions of an application, and the numbered migration that carries it out.

mod compare;
mod diff;
mod emit;
pub(crate) mod schema;

pub use compare::{Action, Change, Comparison, Decision, Detail, Part, Property, Sql, compare};
pub use diff::Allow;

use serde::{Deserialize, Serialize};

use crate::generate::{DOCUMENT_FILE, File};
use crate::validate::{Resolved, resolve};
use crate::{Application, Invalid, Problem};
use schema::Schema;

/// The application as it was last generated, and the migrations that led there.
#[derive(Clone, Debug)]
pub struct Previous {
    pub application: Application,
    /// The files under `migrations/`; they are kept as they are.
    pub migrations: Vec<File>,
    pub allow: Allow,
}

impl Previous {
    /// Reads the last version out of the files of a generated tree; `None` when there was none.
    pub fn from_files(files: &[File], allow: Allow) -> Result<Option<Self>, Invalid> {
        let Some(document) = files.iter().find(|file| file.path == DOCUMENT_FILE) else {
            return Ok(None);
        };
        let application = Application::parse(&document.contents)?;
        let migrations = files
            .iter()
            .filter(|file| file.path.starts_with("migrations/"))
            .cloned()
            .collect();
        Ok(Some(Self {
            application,
            migrations,
            allow,
        }))
    }
}

/// One folder under `migrations/`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Migration {
    pub number: u32,
    pub name: String,
    pub sqlite: String,
    pub postgres: String,
}

impl Migration {
    pub(crate) fn folder(&self) -> String {
        format!("{:04}_{}", self.number, self.name)
    }

    /// The files that stand for it in a generated tree.
    pub(crate) fn files(&self) -> [File; 2] {
        let folder = format!("migrations/{}", self.folder());
        [
            File::new(format!("{folder}/sqlite.sql"), &*self.sqlite),
            File::new(format!("{folder}/postgres.sql"), &*self.postgres),
        ]
    }
}

/// Every migration from the first on: the recorded ones, and a new one when the models have changed.
pub(crate) fn plan(
    resolved: &Resolved,
    previous: Option<&Previous>,
) -> Result<Vec<Migration>, Vec<Problem>> {
    let next = Schema::of(resolved);
    let Some(previous) = previous else {
        return Ok(vec![emit::initial(&next)]);
    };
    let before = Schema::of(&resolve(&previous.application)?);
    let mut migrations = read_recorded(&previous.migrations)?;
    let changes = diff::diff(&before, &next, previous.allow)?;
    if let Some(name) = changes.describe() {
        let number = migrations.last().map_or(1, |last| last.number + 1);
        migrations.push(emit::change(number, name, &changes));
    }
    Ok(migrations)
}

fn read_recorded(files: &[File]) -> Result<Vec<Migration>, Vec<Problem>> {
    let contents = |folder: &str, file: &str| {
        let path = format!("migrations/{folder}/{file}");
        let found = files
            .iter()
            .find(|known| known.path == path)
            .map(|known| known.contents.clone());
        found.ok_or_else(|| {
            vec![Problem::new(
                "",
                format!("{path} is missing; restore it from the last version"),
            )]
        })
    };
    let mut folders: Vec<&str> = files
        .iter()
        .filter_map(|file| file.path.strip_prefix("migrations/")?.split_once('/'))
        .map(|(folder, _)| folder)
        .collect();
    folders.sort_unstable();
    folders.dedup();
    let mut migrations = Vec::new();
    for folder in folders {
        let parts = folder
            .split_once('_')
            .and_then(|(number, name)| Some((number.parse().ok()?, name.to_owned())));
        let sound = |name: &str| {
            name.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        let Some((number, name)) = parts.filter(|(_, name)| sound(name)) else {
            let message = format!(
                "migrations/{folder} is not a folder of ours; its name begins with a number"
            );
            return Err(vec![Problem::new("", message)]);
        };
        let (sqlite, postgres) = (
            contents(folder, "sqlite.sql")?,
            contents(folder, "postgres.sql")?,
        );
        migrations.push(Migration {
            number,
            name,
            sqlite,
            postgres,
        });
    }
    migrations.sort();
    Ok(migrations)
}
