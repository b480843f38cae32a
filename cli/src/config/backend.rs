//! Where data is kept and how work is delivered: embedded, or Postgres with Redis.

use std::fmt;
use std::path::PathBuf;

use clap::Args;

use store::{BlobPlace, KeySource};

use super::blobs;
use super::files::{FileArgs, Files};
use super::layers::Layers;
use super::secret::SecretUrl;

#[derive(Args, Debug, Default)]
pub(crate) struct DataArgs {
    /// The data folder [default: .lathe]
    #[arg(long, env = "LATHE_DATA", value_name = "DIR")]
    data: Option<String>,
    /// Where large values of runs are kept [default: a folder in the data folder]; the same for all processes
    #[arg(long, env = "LATHE_BLOBS", value_name = "s3://BUCKET/FOLDER")]
    blobs: Option<String>,
    /// What opens sealed texts in the database: 64 hexadecimal digits, several for a change of keys [default: a file]
    #[arg(
        long,
        env = "LATHE_MASTER_KEY",
        hide_env_values = true,
        value_name = "KEY"
    )]
    master_key: Option<String>,
    /// The file that it is read from [default: master.key in the data folder, made on first use]
    #[arg(long, env = "LATHE_MASTER_KEY_FILE", value_name = "FILE")]
    master_key_file: Option<String>,
    #[command(flatten)]
    files: FileArgs,
}

#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Database and queue")]
pub(crate) struct BackendArgs {
    /// Postgres in place of the embedded SQLite: postgres://user:password@host/name [env: DATABASE_URL too]
    #[arg(
        long,
        env = "LATHE_DATABASE_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    database_url: Option<String>,
    /// Redis in place of the queue in memory: redis://host:6379/0 [env: REDIS_URL too]
    #[arg(
        long,
        env = "LATHE_REDIS_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    redis_url: Option<String>,
    /// Before every key in Redis, so that installations can share one [default: lathe]
    #[arg(long, env = "LATHE_REDIS_PREFIX", value_name = "PREFIX")]
    redis_prefix: Option<String>,
    /// Connections to Postgres that this process keeps at most [default: 16]
    #[arg(long, env = "LATHE_DATABASE_MAX_CONNECTIONS", value_name = "COUNT")]
    database_max_connections: Option<String>,
}

/// The data folder, and where large values go.
#[derive(Debug, Clone)]
pub(crate) struct DataFolder {
    /// An absolute path.
    pub(crate) path: PathBuf,
    pub(crate) blobs: BlobPlace,
    pub(crate) keys: KeySource,
    pub(crate) files: Files,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Backend {
    /// SQLite in the data folder, and a queue in memory: one process.
    Embedded,
    /// Any number of processes.
    Servers {
        database: SecretUrl,
        redis: SecretUrl,
        redis_prefix: String,
        max_connections: u32,
    },
}

impl DataArgs {
    /// The one that was named, with everything else from the environment: for commands that take no more of these.
    pub(crate) fn of_folder(data: Option<String>) -> Self {
        Self {
            data,
            blobs: from_environment("LATHE_BLOBS"),
            master_key: from_environment("LATHE_MASTER_KEY"),
            master_key_file: from_environment("LATHE_MASTER_KEY_FILE"),
            files: FileArgs::from_environment(),
        }
    }

    pub(crate) fn give(&self, layers: &mut Layers) {
        layers.give("data.folder", self.data.as_ref());
        layers.give("data.blobs", self.blobs.as_ref());
        layers.give("data.master_key", self.master_key.as_ref());
        layers.give("data.master_key_file", self.master_key_file.as_ref());
        self.files.give(layers);
    }
}

impl DataFolder {
    pub(crate) fn read(layers: &mut Layers) -> Option<Self> {
        let path = layers.read_with("data.folder", |text| {
            std::path::absolute(text).map_err(|error| format!("is no usable path: {error}"))
        });
        let path = path.unwrap_or_default();
        let blobs = layers.read_with("data.blobs", |text| blobs::place(text, &path))?;
        let file = layers.read_with("data.master_key_file", |text| match text.trim() {
            "" => Ok(path.join("master.key")),
            text => Ok(PathBuf::from(text)),
        })?;
        let keys = layers.read_with("data.master_key", |text| match text.trim() {
            "" => Ok(KeySource::File(file.clone())),
            text => Ok(KeySource::Given(text.to_owned().into())),
        })?;
        let files = Files::read(layers)?;
        // An empty path was complained about.
        (!path.as_os_str().is_empty()).then_some(Self {
            path,
            blobs,
            keys,
            files,
        })
    }
}

impl BackendArgs {
    pub(crate) fn give(&self, layers: &mut Layers) {
        let database = self
            .database_url
            .clone()
            .or_else(|| from_environment("DATABASE_URL"));
        let redis = self
            .redis_url
            .clone()
            .or_else(|| from_environment("REDIS_URL"));
        layers.give("database.url", database.as_ref());
        layers.give("redis.url", redis.as_ref());
        layers.give("redis.prefix", self.redis_prefix.as_ref());
        layers.give(
            "database.max_connections",
            self.database_max_connections.as_ref(),
        );
    }
}

/// The names that hosting services use.
pub(super) fn from_environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

impl Backend {
    pub(crate) fn read(layers: &mut Layers) -> Option<Self> {
        let database = layers.read_with("database.url", |text| {
            url(text, &["postgres", "postgresql"])
        });
        let redis = layers.read_with("redis.url", |text| url(text, &["redis", "rediss"]));
        let redis_prefix = layers.read_with("redis.prefix", prefix);
        let max_connections = layers.read("database.max_connections", "a whole number");
        match (database?, redis?) {
            (None, None) => Some(Self::Embedded),
            (Some(database), Some(redis)) => {
                let (redis_prefix, max_connections) = (redis_prefix?, max_connections?);
                Some(Self::Servers {
                    database,
                    redis,
                    redis_prefix,
                    max_connections,
                })
            }
            (Some(_), None) => {
                layers.complain(one_missing(
                    "a Postgres address but no Redis address (--redis-url)",
                ));
                None
            }
            (None, Some(_)) => {
                layers.complain(one_missing(
                    "a Redis address but no Postgres address (--database-url)",
                ));
                None
            }
        }
    }
}

fn one_missing(what: &str) -> String {
    format!(
        "there is {what}: Postgres and Redis go together; give both, or neither for SQLite in the data folder"
    )
}

/// Braces mean something to a Redis cluster, and blanks are slips.
fn prefix(text: &str) -> Result<String, String> {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "-_:.".contains(letter);
    if text.is_empty() || !text.chars().all(allowed) {
        return Err(format!(
            "has to consist of letters, digits and -_:. and not be empty, unlike `{text}`"
        ));
    }
    Ok(text.to_owned())
}

fn url(text: &str, schemes: &[&str]) -> Result<Option<SecretUrl>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    SecretUrl::parse(text.trim(), schemes).map(Some)
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Embedded => f.write_str("SQLite in the data folder, queue in memory"),
            Self::Servers {
                database, redis, ..
            } => write!(f, "{database}, {redis}"),
        }
    }
}
