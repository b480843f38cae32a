//! Which releases are kept: the last few, to look at or to go back to. What is older makes room.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use engine::node::Failure;

use super::Deployments;
use super::change::Say;
use super::place::log_path;
use super::record::{self, Record, Source};
use crate::home::{Home, failed};
use crate::workspace::blocking;

/// How many releases of an application are kept, the live one among them.
const KEPT: usize = 5;

impl Deployments {
    /// Removes programs, images, logs and environments of old releases. It is no reason to fail: a rest is tried again.
    pub(super) async fn forget_old(&self, home: &Home, live: &Record, say: Say<'_>) {
        if let Err(problem) = self.try_to_forget_old(home, live, say).await {
            say(&format!(
                "not all old releases could be removed, and it will be tried again: {}",
                problem.error.message
            ));
        }
    }

    async fn try_to_forget_old(
        &self,
        home: &Home,
        live: &Record,
        say: Say<'_>,
    ) -> Result<(), Failure> {
        let of = home.clone();
        let mut history = blocking(move || record::history(&of)).await?;
        history.sort_by_key(|record| std::cmp::Reverse(record.release));
        let old = history.split_off(history.len().min(KEPT));
        let Some(oldest) = history.last().filter(|_| !old.is_empty()) else {
            return Ok(());
        };
        let since = SystemTime::from(oldest.since);
        let needed: HashSet<Source> = history
            .into_iter()
            .chain([live.clone()])
            .map(|record| record.source)
            .collect();
        for record in old {
            // The environment goes last, and so tells what is left to be done.
            if record.release == live.release || !record::has_environment(home, record.release) {
                continue;
            }
            let what = self.forget(home, &record, &needed).await?;
            say(&format!("release {} was removed: {what}", record.release));
        }
        let builds = home.path.join("builds");
        let removed = blocking(move || {
            forget_builds(&builds, &needed, since).map_err(|problem| failed(&builds, &problem))
        })
        .await?;
        for build in removed {
            say(&format!(
                "{} was removed: it was never live, or long ago",
                build.display()
            ));
        }
        Ok(())
    }

    async fn forget(
        &self,
        home: &Home,
        record: &Record,
        needed: &HashSet<Source>,
    ) -> Result<String, Failure> {
        let mut what = "its log and environment".to_owned();
        if let Source::Docker { image, .. } = &record.source
            && !needed.iter().any(|source| source.is_image(image))
        {
            if self.places.docker.remove_image(image, &home.name).await? {
                what = format!("{what}, and the image {image}");
            } else {
                what = format!("{what}; the image {image} stays, because others use it");
            }
        }
        let (home, release) = (home.clone(), record.release);
        blocking(move || {
            record::remove_file(&log_path(&home, release))?;
            record::remove_environment(&home, release)
        })
        .await?;
        Ok(what)
    }
}

/// Removes the programs that no kept release runs. Younger ones may be about to be deployed.
fn forget_builds(
    builds: &Path,
    needed: &HashSet<Source>,
    since: SystemTime,
) -> std::io::Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(builds) {
        Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut removed = Vec::new();
    for entry in entries {
        let entry = entry?;
        let metadata = entry.metadata()?;
        if !metadata.is_dir() || metadata.modified()? >= since {
            continue;
        }
        let folder = entry.path().canonicalize()?;
        if !needed.iter().any(|source| source.runs_from(&folder)) {
            std::fs::remove_dir_all(&folder)?;
            removed.push(folder);
        }
    }
    Ok(removed)
}

impl Source {
    fn is_image(&self, id: &str) -> bool {
        matches!(self, Self::Docker { image, .. } if image == id)
    }

    fn runs_from(&self, folder: &Path) -> bool {
        matches!(self, Self::Process { binary, .. } if binary.starts_with(folder))
    }
}
