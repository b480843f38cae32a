//! The bookshop as its owner has it: a copy of the example, whatever is live of it, and a shared build cache.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::Running;
use crate::support::{Said, finish, lathe};

/// Compiling everything from nothing takes minutes, and longer beside other tests.
pub(crate) const BUILD_DEADLINE: std::time::Duration = std::time::Duration::from_secs(15 * 60);

/// A copy of the example with the data of `lathe run` beside it.
pub(crate) struct Shop {
    /// Goes first, while the records that it reads are still there.
    _live: LiveApplications,
    folder: TempDir,
}

impl Shop {
    pub(crate) fn open() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        for name in ["bookshop.yaml", "ship.yaml"] {
            std::fs::copy(example("bookshop").join(name), folder.path().join(name))?;
        }
        let live = LiveApplications::below(&folder.path().join(".lathe"));
        Ok(Self {
            _live: live,
            folder,
        })
    }

    /// One whose builds find what other tests have compiled.
    pub(crate) fn open_with_shared_builds() -> Result<Self> {
        let shop = Self::open()?;
        share_builds(&shop.folder.path().join(".lathe"))?;
        Ok(shop)
    }

    /// Ships it; returns the result, as machines are told it.
    pub(crate) fn ship(&self, inputs: &[&str]) -> Result<Value> {
        let said = self.try_to_ship(&["--json"], inputs, &[])?;
        let last = said
            .stdout
            .lines()
            .last()
            .with_context(|| said.stderr.clone())?;
        let result: Value = serde_json::from_str(last)?;
        ensure!(said.code == 0, "{result:#}");
        Ok(result)
    }

    /// Ships it as someone at a pipe, with these inputs and this environment, however that goes.
    pub(crate) fn try_to_ship(
        &self,
        flags: &[&str],
        inputs: &[&str],
        environment: &[(&str, &str)],
    ) -> Result<Said> {
        let mut command = lathe(self.folder.path());
        command.args(["run", "ship.yaml"]).args(flags);
        command.envs(environment.iter().copied());
        for input in inputs {
            command.args(["--input", input]);
        }
        finish(&mut command)
    }

    pub(crate) fn edit(&self, from: &str, to: &str) -> Result<()> {
        self.edit_file("bookshop.yaml", from, to)
    }

    pub(crate) fn edit_file(&self, name: &str, from: &str, to: &str) -> Result<()> {
        let path = self.folder.path().join(name);
        let text = std::fs::read_to_string(&path)?;
        ensure!(text.contains(from), "the example no longer has {from}");
        Ok(std::fs::write(path, text.replacen(from, to, 1))?)
    }

    /// Gives its workspace a secret and a variable, as the interface of a server does.
    pub(crate) async fn keep_values(&self, secret: &str, variable: &str) -> Result<()> {
        let server = Running::serve(self.folder.path(), &[])?;
        let api = server.api()?;
        let secret = json!({ "name": "shop", "value": secret });
        api.post("/api/secrets", &secret).await?;
        let variable = json!({ "name": "region", "value": variable });
        api.post("/api/variables", &variable).await?;
        Ok(())
    }

    fn home(&self) -> PathBuf {
        self.folder.path().join(".lathe/apps/bookshop")
    }

    /// What is remembered of the release that is live.
    pub(crate) fn deployment(&self) -> Result<Value> {
        let text = std::fs::read_to_string(self.home().join("deployment.json"))?;
        Ok(serde_json::from_str(&text)?)
    }

    /// All that is remembered of releases: the live one, those before it, and those in the making.
    pub(crate) fn records(&self) -> Result<BTreeMap<&'static str, String>> {
        let mut records = BTreeMap::new();
        for name in ["deployment.json", "releases.jsonl", "pending.json"] {
            match std::fs::read_to_string(self.home().join(name)) {
                Ok(text) => records.insert(name, text),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
                Err(error) => return Err(error).context(name),
            };
        }
        Ok(records)
    }
}

/// Ends what runs were told to leave running. Without it, every test would leave an application on the machine.
pub(crate) struct LiveApplications {
    apps: PathBuf,
}

impl LiveApplications {
    pub(crate) fn below(data: &Path) -> Self {
        Self {
            apps: data.join("apps"),
        }
    }
}

impl Drop for LiveApplications {
    fn drop(&mut self) {
        for home in std::fs::read_dir(&self.apps)
            .into_iter()
            .flatten()
            .flatten()
        {
            let record = std::fs::read_to_string(home.path().join("deployment.json"));
            let record: Value =
                serde_json::from_str(&record.unwrap_or_default()).unwrap_or_default();
            if let Some(process) = record["pid"].as_u64() {
                let _ = Command::new("kill")
                    .args(["-KILL", &process.to_string()])
                    .status();
            }
            if let Some(container) = record["container"].as_str() {
                let _ = Command::new("docker")
                    .args(["rm", "--force", container])
                    .output();
            }
        }
    }
}

/// Where an example lies in the checkout.
pub(crate) fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../examples")
        .join(name)
}

/// Lets builds in this data folder use the cache that the tests of generated projects fill, instead of one of
/// their own: the crates of others are then compiled once for all tests. The application itself always is
/// compiled anew, for its sources are younger than anything in the cache.
pub(crate) fn share_builds(data: &Path) -> Result<()> {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let shared = variable("LATHE_BUILD_CACHE")
        .or_else(|| variable("CARGO_TARGET_DIR").map(|folder| folder.join("generated")))
        .unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/generated"));
    std::fs::create_dir_all(&shared)?;
    std::fs::create_dir_all(data.join("cache"))?;
    Ok(std::os::unix::fs::symlink(
        shared.canonicalize()?,
        data.join("cache/cargo"),
    )?)
}

/// The step of a result or an execution.
pub(crate) fn step<'a>(run: &'a Value, path: &str) -> Result<&'a Value> {
    let mut steps = run["steps"].as_array().context("steps")?.iter();
    steps
        .find(|step| step["path"] == path)
        .with_context(|| format!("no step {path} in {run:#}"))
}

/// The base address of the application that a run put live.
pub(crate) fn url(run: &Value) -> Result<&str> {
    Ok(run["output"]["url"]
        .as_str()
        .with_context(|| format!("{run:#}"))?
        .trim_end_matches('/'))
}

pub(crate) async fn create_publisher(base: &str) -> Result<()> {
    let made = reqwest::Client::new()
        .post(format!("{base}/api/publishers"))
        .json(&json!({ "name": "Lathe Press" }))
        .send()
        .await?;
    ensure!(made.status() == 201, "{}", made.text().await?);
    Ok(())
}

pub(crate) async fn publishers(base: &str) -> Result<Value> {
    let answer = reqwest::get(format!("{base}/api/publishers")).await?;
    Ok(answer.error_for_status()?.json().await?)
}
