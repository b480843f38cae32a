//! What became of releases is told where people look for it. What is true lies in the home: should it not be told now, because the
//! database is away, it is when somebody next looks.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use blueprint::ports::{
    BoxedError, CurrentRelease, DeploymentStatus, NOT_RUNNING, NewRelease, PREVIEW, ReleaseJournal,
    Standing,
};
use engine::node::Failure;
use uuid::{Timestamp, Uuid};

use super::record::{self, Environment, Record};
use super::{Deployments, Release, place, warn};
use crate::environments::Given;
use crate::home::{Home, apps};
use crate::workspace::blocking;

const PATIENCE: Duration = Duration::from_secs(10);

impl Deployments {
    /// Tells of releases here as well.
    pub fn with_journal(self, journal: Option<Arc<dyn ReleaseJournal>>) -> Self {
        Self { journal, ..self }
    }

    /// Tells that a release is on its way, in a home that is held.
    pub(super) async fn tell_begun(
        &self,
        home: &Home,
        release: &Release,
        number: u64,
        execution: Uuid,
    ) -> Uuid {
        let id = Uuid::now_v7();
        let Some(journal) = self.journal_of(home) else {
            return id;
        };
        let begun = async {
            let new = NewRelease {
                id,
                owner: home.owner().unwrap_or_default(),
                home: told_id(home).map_err(super::boxed)?,
                application: home.name.clone(),
                number,
                digest: release.digest.clone(),
                target: release.source.target().to_owned(),
                execution,
                begun_at: chrono::Utc::now(),
            };
            journal.begin(&new).await
        };
        if let Err(problem) = in_time(begun).await {
            warn(home)(&format!("that a release begins was not noted: {problem}"));
        }
        id
    }

    /// Tells that a release did not come up. Its last words may hold anything, so that they are for the run that deployed it.
    pub(super) async fn tell_failed(
        &self,
        home: &Home,
        id: Uuid,
        environment: &Environment,
        failure: &Failure,
    ) {
        let Some(journal) = self.journal_of(home) else {
            return;
        };
        let error = in_short(failure, environment);
        if let Err(problem) = in_time(journal.fail(id, &error)).await {
            warn(home)(&format!("that a release failed was not noted: {problem}"));
        }
    }

    /// Tells how things stand in a home that is held. That it can't be told is no reason to fail.
    pub(super) async fn tell_standing(&self, home: &Home, failure: Option<&Failure>) {
        let Some(journal) = self.journal_of(home) else {
            return;
        };
        let told = async {
            let id = told_id(home).map_err(super::boxed)?;
            let live = self.live(home).await.map_err(super::boxed)?;
            if let Some(record) = &live
                && record.status == DeploymentStatus::Failed
                && !self.has_ended(record).await
            {
                // It does not answer, and whether it runs can't be told from here.
                return Ok(());
            }
            let current = match live {
                Some(record) => Some(current(home, record, failure).map_err(super::boxed)?),
                None => None,
            };
            journal.settle(id, current.as_ref()).await
        };
        if let Err(problem) = in_time(told).await {
            warn(home)(&format!(
                "how things stand with its releases was not noted, and will be later: {problem}"
            ));
        }
    }

    async fn has_ended(&self, record: &Record) -> bool {
        let standing = self.places.standing(&record.place).await;
        matches!(standing, Ok(place::Standing::Ended))
    }

    /// Tells of every home that nobody changes at this moment, and of those that are gone.
    pub(super) async fn tell_all(&self) -> Result<(), Failure> {
        let apps = apps(&self.data);
        // Looked for first, so that one that is made meanwhile is not taken for one that is gone.
        let told = blocking(move || record::told(&apps)).await?;
        let homes = self.homes().await?;
        if let Err(problem) = self.tell_gone(told, &homes).await {
            let message = problem.error.message;
            tracing::warn!(
                "homes of applications that are gone were not noted, and will be later: {message}"
            );
        }
        for home in homes {
            // To lock what was never deployed, or to read what is damaged, helps nobody here.
            let was_deployed = match record::read(&home) {
                Ok(Some(_)) => true,
                // Its record may have been taken away.
                Ok(None) => matches!(record::given_id(&home), Ok(Some(_))),
                Err(_) => false,
            };
            if !was_deployed || self.journal_of(&home).is_none() {
                continue;
            }
            if let Some(_lock) = home.try_lock().await? {
                self.tell_standing(&home, None).await;
            }
        }
        Ok(())
    }

    /// Nobody else tells of a home that is gone: what was live in it would be taken for live for ever.
    async fn tell_gone(&self, told: Vec<Uuid>, homes: &[Home]) -> Result<(), Failure> {
        let Some(journal) = &self.journal else {
            return Ok(());
        };
        let mut there = HashSet::new();
        for home in homes.iter().filter(|home| home.path.is_dir()) {
            match record::given_id(home) {
                Ok(id) => there.extend(id),
                // As long as one can't be read, it may be any of them.
                Err(problem) => {
                    let message = problem.error.message;
                    warn(home)(&format!(
                        "which homes are gone can't be told before its id can be read: {message}"
                    ));
                    return Ok(());
                }
            }
        }
        for id in told.into_iter().filter(|id| !there.contains(id)) {
            match in_time(journal.lose(id)).await {
                Ok(()) => {
                    let apps = apps(&self.data);
                    blocking(move || record::forget_told(&apps, id)).await?;
                }
                Err(problem) => {
                    tracing::warn!(home.id = %id, "that the home of an application is gone was not noted, and will be later: {problem}");
                }
            }
        }
        Ok(())
    }

    /// Previews come and go with what is tried; they are no releases.
    fn journal_of(&self, home: &Home) -> Option<&Arc<dyn ReleaseJournal>> {
        let journal = self.journal.as_ref();
        journal.filter(|_| !home.name.ends_with(PREVIEW))
    }
}

/// What stands for a home that is told of.
fn told_id(home: &Home) -> Result<Uuid, Failure> {
    let id = record::home_id(home)?;
    record::note_told(home, id)?;
    Ok(id)
}

/// Nobody waits for a database that does not answer: it is told later.
async fn in_time(telling: impl Future<Output = Result<(), BoxedError>>) -> Result<(), BoxedError> {
    let told = tokio::time::timeout(PATIENCE, telling).await;
    told.unwrap_or_else(|_| Err("the database did not answer in time".into()))
}

/// How it is with the release that took over last. One that an older Lathe put live is given its id here.
fn current(
    home: &Home,
    mut record: Record,
    failure: Option<&Failure>,
) -> Result<CurrentRelease, Failure> {
    let id = match record.id {
        Some(id) => id,
        None => {
            let id = id_of(&record);
            if let Some(kept) = record::read(home)? {
                let known = Record {
                    id: Some(id),
                    ..kept
                };
                record::write(home, &known)?;
            }
            record.id = Some(id);
            id
        }
    };
    let standing = match (record.status, failure) {
        (DeploymentStatus::Running, _) => Standing::Live,
        (DeploymentStatus::Stopped, _) => Standing::Stopped,
        (DeploymentStatus::Failed, None) => Standing::Failed(NOT_RUNNING.to_owned()),
        (DeploymentStatus::Failed, Some(failure)) => {
            let environment = record::read_environment(home, record.release)?;
            Standing::Failed(in_short(failure, &environment))
        }
    };
    let release = NewRelease {
        id,
        owner: home.owner().unwrap_or_default(),
        home: record::home_id(home)?,
        application: home.name.clone(),
        number: record.release,
        digest: record.digest,
        target: record.source.target().to_owned(),
        execution: record.execution,
        begun_at: record.since,
    };
    Ok(CurrentRelease {
        release,
        standing,
        url: record.url,
        since: record.since,
    })
}

/// Ids rise with the time at which releases began.
fn id_of(record: &Record) -> Uuid {
    let since = &record.since;
    let seconds = u64::try_from(since.timestamp()).unwrap_or_default();
    Uuid::new_v7(Timestamp::from_unix_time(
        seconds,
        since.timestamp_subsec_nanos(),
        0,
        0,
    ))
}

/// The first line of why something failed, without anything that its environment holds.
fn in_short(failure: &Failure, environment: &Environment) -> String {
    let line = failure.error.message.lines().next().unwrap_or_default();
    let line = line.strip_suffix(" Its last words:").unwrap_or(line);
    Given::of_release(environment).hide(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_part_of_a_value_is_left_where_another_is_within_it() {
        let values = [("A", "abcd"), ("B", "abcdefgh"), ("C", "no")];
        let environment = values.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let failure = Failure::permanent("x", "no: abcdefgh and abcd. Its last words:\nabcdefgh");
        let line = in_short(&failure, &environment.into());
        assert_eq!(line, "no: *** and ***.");
    }
}
