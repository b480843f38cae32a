//! Puts a release live: it has to prove itself before it takes over, and when it does not, what was live is live again.
//!
//! A release whose program differs migrates its data at its start, so it gets a copy. The one before stops for that:
//! what it wrote after the copy was made would be lost. Any other release starts beside the one before, without a gap,
//! unless both need the same port.

use std::sync::Arc;
use std::time::Duration;

use blueprint::ports::DeploymentStatus;
use engine::node::{Context, Failure, LogStream};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::change::Say;
use super::data::Kept;
use super::health::free_port;
use super::place::{Places, Start, Started, log_path};
use super::record::{self, Change, Data, Environment, Record, Source};
use super::{Deployments, by_itself};
use crate::home::{Home, HomeLock};

/// What is to be live.
pub(crate) struct Release {
    pub(crate) application: String,
    pub(crate) source: Source,
    pub(crate) digest: String,
    pub(crate) environment: Environment,
    pub(crate) health_path: String,
    pub(crate) health_timeout: Duration,
    /// A port that has to be this one; otherwise a free one is chosen.
    pub(crate) port: Option<u16>,
    /// Whether it begins with no data, and what there was goes once it is live.
    pub(crate) fresh: bool,
}

pub(crate) struct Released {
    pub(crate) record: Record,
    pub(crate) unchanged: bool,
    /// The number of the release that was live before.
    pub(crate) previous: Option<u64>,
}

/// The run that asks for a release, for as long as it waits.
struct Asker {
    context: Context,
    /// The run has let go of the step, without cancelling it first.
    gone: CancellationToken,
}

/// What is about to change.
struct Plan<'a> {
    /// What the new release is known by.
    id: Uuid,
    current: Option<&'a Record>,
    change: Change,
    data: Data,
    /// Where a copy of the data is taken from.
    from: Option<(Data, Source)>,
}

impl Asker {
    fn say(&self, text: &str) {
        self.context.log.line(LogStream::Info, text);
        self.context.progress(None, text);
    }

    async fn gave_up(&self) {
        tokio::select! {
            () = self.context.cancellation.cancelled() => {}
            () = self.gone.cancelled() => {}
        }
    }

    /// Whether the workspace was deleted. Who deletes it looks for what is live after that, so that one of the two sees the other.
    async fn is_gone(&self) -> bool {
        match self.context.files.is_owner_there(self.context.owner).await {
            Ok(is_there) => !is_there,
            Err(problem) => {
                tracing::warn!(
                    execution.id = %self.context.execution,
                    error = %problem,
                    "it can't be told whether the workspace of a deployment is there still"
                );
                false
            }
        }
    }

    fn check(&self) -> Result<(), Failure> {
        if self.context.cancellation.is_cancelled() || self.gone.is_cancelled() {
            return Err(cancelled());
        }
        Ok(())
    }
}

impl Deployments {
    pub(crate) async fn release(
        &self,
        release: Release,
        context: &Context,
    ) -> Result<Released, Failure> {
        let home = Home::claim(context, &release.application).await?;
        let lock = home.lock(context).await?;
        self.put_live(home, Arc::new(lock), release, context).await
    }

    /// The same for a home that is held already, and by this as long as it goes on.
    pub(super) async fn put_live(
        &self,
        home: Home,
        lock: Arc<HomeLock>,
        release: Release,
        context: &Context,
    ) -> Result<Released, Failure> {
        // A step that does not end in time is dropped wherever it is. What was live has to be put back even then,
        // so that the work goes on by itself and is only told.
        let gone = CancellationToken::new();
        let _tells_when_dropped = gone.clone().drop_guard();
        let asker = Asker {
            context: context.clone(),
            gone,
        };
        let this = self.clone();
        let work = async move {
            let _lock = lock;
            this.release_locked(&home, &release, &asker).await
        };
        by_itself(work).await
    }

    async fn release_locked(
        &self,
        home: &Home,
        release: &Release,
        asker: &Asker,
    ) -> Result<Released, Failure> {
        let say = |text: &str| asker.say(text);
        let current = self.live(home).await?;
        let current = match self.clear_up(home, current.clone(), &say).await {
            Ok(current) => current,
            Err(problem) => {
                say(&format!(
                    "what was live before a broken-off deployment does not start: {}",
                    problem.error.message
                ));
                current
            }
        };
        if let Some(record) = self.unchanged(home, current.as_ref(), release).await? {
            self.tell_standing(home, None).await;
            say(&format!(
                "release {} is live, healthy and the same: nothing to do",
                record.release
            ));
            return Ok(Released {
                previous: Some(record.release),
                record,
                unchanged: true,
            });
        }
        let previous = current.as_ref().map(|record| record.release);
        let id = self
            .tell_begun(
                home,
                release,
                following(current.as_ref()),
                asker.context.execution,
            )
            .await;
        let record = match self
            .take_over(home, current.as_ref(), release, id, asker)
            .await
        {
            Ok(record) if asker.is_gone().await => Err(self.take_down(home, record, &say).await),
            outcome => outcome,
        };
        if let Err(failure) = &record {
            self.tell_failed(home, id, &release.environment, failure)
                .await;
        }
        self.tell_standing(home, None).await;
        let record = record?;
        self.forget_old(home, &record, &say).await;
        Ok(Released {
            record,
            unchanged: false,
            previous,
        })
    }

    async fn unchanged(
        &self,
        home: &Home,
        current: Option<&Record>,
        release: &Release,
    ) -> Result<Option<Record>, Failure> {
        let same = |record: &&Record| {
            record.status == DeploymentStatus::Running
                && record.digest == release.digest
                && record.source.target() == release.source.target()
                && record.health_path == release.health_path
                && release.port.is_none_or(|port| port == record.port)
        };
        let Some(record) = current.filter(same) else {
            return Ok(None);
        };
        let same_environment =
            record::read_environment(home, record.release)? == release.environment;
        Ok((same_environment && self.is_healthy(record).await).then(|| record.clone()))
    }

    /// Starts the new release, waits for its health, and makes it the live one; or leaves everything as it was.
    async fn take_over(
        &self,
        home: &Home,
        current: Option<&Record>,
        release: &Release,
        id: Uuid,
        asker: &Asker,
    ) -> Result<Record, Failure> {
        let running = current.filter(|record| record.status == DeploymentStatus::Running);
        if let Some(record) = running {
            self.places.is_within_reach(&record.place).await?;
        }
        let holds_port = running.is_some_and(|record| release.port == Some(record.port));
        if !holds_port {
            free_port(release.port)?;
        }
        let plan = Plan::new(home, current, release, id, holds_port);
        record::write_change(home, &plan.change)?;
        let say = |text: &str| asker.say(text);
        match self.prove(home, &plan, release, asker).await {
            Ok(record) => {
                // It is live now, so that nothing may fail any more.
                if let Err(problem) = self.clear_up(home, Some(record.clone()), &say).await {
                    say(&format!(
                        "what the old release left will be cleared away later: {}",
                        problem.error.message
                    ));
                }
                Ok(record)
            }
            Err(failure) => Err(self.back_out(home, running, failure, &say).await),
        }
    }

    /// Takes a release down again that has just become live, since nobody is there any more whose it could be.
    async fn take_down(&self, home: &Home, record: Record, say: Say<'_>) -> Failure {
        let (place, release) = (record.place.clone(), record.release);
        let stopped = Record {
            status: DeploymentStatus::Stopped,
            ..record
        };
        // Written first: should this be broken off, nobody brings it back.
        let written = record::write(home, &stopped);
        let ended = self.places.stop(&place).await;
        let mut message = format!(
            "the workspace was deleted while release {release} was brought up: it was taken down again"
        );
        if let Err(problem) = written.and(ended) {
            message = format!(
                "the workspace was deleted while release {release} was brought up, and it can't be taken down yet: {}",
                problem.error.message
            );
        }
        say(&message);
        Failure::permanent("workspace_deleted", message)
    }

    /// Puts back what was live, and tells the truth about it besides why the new release failed.
    async fn back_out(
        &self,
        home: &Home,
        before: Option<&Record>,
        mut failure: Failure,
        say: Say<'_>,
    ) -> Failure {
        let cleared = match self.live(home).await {
            Ok(live) => self.clear_up(home, live, say).await,
            Err(problem) => Err(problem),
        };
        let Some(before) = before else {
            if let Err(problem) = cleared {
                say(&problem.error.message);
            }
            return failure;
        };
        let end = match cleared {
            Ok(Some(record)) if record.status == DeploymentStatus::Running => {
                format!(
                    "What was live before, release {}, still is.",
                    record.release
                )
            }
            Ok(_) => format!("Release {} is not live any more.", before.release),
            Err(problem) => format!(
                "Release {} was live before and could not be started again: {} \
                 It is tried again at the next deployment and whenever Lathe starts.",
                before.release, problem.error.message
            ),
        };
        failure.error.message = format!("{}\n{end}", failure.error.message);
        failure
    }

    async fn prove(
        &self,
        home: &Home,
        plan: &Plan<'_>,
        release: &Release,
        asker: &Asker,
    ) -> Result<Record, Failure> {
        let number = plan.change.release;
        self.make_room(home, plan, release, asker).await?;
        asker.check()?;
        let port = free_port(release.port)?;
        if let Some(record) = plan.current {
            record::add_pending(home, [record.place.clone()])?;
        }
        // One that failed under this number left its words there, and may have known other secrets.
        record::remove_file(&log_path(home, number))?;
        let start = Start {
            home,
            source: &release.source,
            environment: &release.environment,
            data: &plan.data,
            release: number,
            port,
        };
        let started = self.start(start).await?;
        let record = Record {
            id: Some(plan.id),
            application: home.name.clone(),
            status: DeploymentStatus::Running,
            url: format!("http://127.0.0.1:{port}/"),
            port,
            release: number,
            digest: release.digest.clone(),
            since: chrono::Utc::now(),
            health_path: release.health_path.clone(),
            execution: asker.context.execution,
            data: Some(plan.data.clone()),
            source: release.source.clone(),
            place: started.place.clone(),
        };
        asker.say(&format!(
            "release {number} starts on port {port}; waiting for its health"
        ));
        let healthy = tokio::select! {
            healthy = self.wait_until_healthy(&record, release.health_timeout) => healthy,
            () = asker.gave_up() => return Err(cancelled()),
        };
        if let Err(problem) = healthy {
            return Err(self.give_up(home, &record, started, problem).await);
        }
        self.settle(home, &record, started, Some(&release.environment))
            .await?;
        if let Err(problem) = record::remember(home, &record) {
            asker.say(&format!(
                "the history was not written: {}",
                problem.error.message
            ));
        }
        asker.say(&format!("release {number} is live at {}", record.url));
        Ok(record)
    }

    /// Lets the live release step back where it has to, and copies its data for the new one.
    async fn make_room(
        &self,
        home: &Home,
        plan: &Plan<'_>,
        release: &Release,
        asker: &Asker,
    ) -> Result<(), Failure> {
        if let Some(record) = plan.current.filter(|_| plan.change.restart) {
            asker.say(&format!(
                "release {} stops until release {} is live or has failed",
                record.release, plan.change.release
            ));
            self.places.stop(&record.place).await?;
        }
        if let Some((data, source)) = &plan.from {
            let to = Kept {
                data: &plan.data,
                source: &release.source,
            };
            if self.places.copy(home, Kept { data, source }, to).await? {
                asker.say(&format!(
                    "the data was copied from {} to {}",
                    data.describe(home),
                    plan.data.describe(home)
                ));
            }
        } else if keeps_its_own(&release.environment) {
            asker.say(
                "DATABASE_URL is set: that database is not copied, and what a failing release changes there stays changed",
            );
        }
        Ok(())
    }

    /// Starts something that is noted, so that it is found and stopped should nobody get to settle it.
    pub(super) async fn start(&self, start: Start<'_>) -> Result<Started, Failure> {
        let home = start.home;
        if let Some(place) = Places::foreseen(&start) {
            record::add_pending(home, [place])?;
        }
        let started = self.places.start(start).await?;
        record::add_pending(home, [started.place.clone()])?;
        Ok(started)
    }

    /// Makes a healthy release the live one. Whoever drops this half-way leaves either the old release live
    /// and the new one noted as pending, or the new one live: nothing is awaited once the record is written.
    pub(super) async fn settle(
        &self,
        home: &Home,
        record: &Record,
        started: Started,
        environment: Option<&Environment>,
    ) -> Result<(), Failure> {
        self.places.keep(&started.place).await?;
        if let Some(environment) = environment {
            record::write_environment(home, record.release, environment)?;
        }
        record::write(home, record)?;
        started.outlive();
        Ok(())
    }

    pub(super) async fn give_up(
        &self,
        home: &Home,
        record: &Record,
        started: Started,
        problem: String,
    ) -> Failure {
        let last_words = self
            .places
            .last_words(home, record.release, &record.place)
            .await;
        if let Err(failure) = self.places.remove(&record.place).await {
            tracing::warn!(
                application = home.name,
                error = failure.error.message,
                "a failed release is still running"
            );
        }
        drop(started);
        let message = format!(
            "release {} was not healthy: {problem}. It was stopped. Its last words:\n{last_words}",
            record.release
        );
        Failure::permanent("release_unhealthy", message)
    }
}

impl<'a> Plan<'a> {
    fn new(
        home: &Home,
        current: Option<&'a Record>,
        release: &Release,
        id: Uuid,
        holds_port: bool,
    ) -> Self {
        let number = following(current);
        let of_same_target =
            current.filter(|record| record.source.target() == release.source.target());
        let elsewhere = keeps_its_own(&release.environment);
        let shared = of_same_target
            .filter(|record| !release.fresh && (elsewhere || record.digest == release.digest));
        let (data, from) = match (shared, current) {
            (Some(record), _) => (record.data(home), None),
            (None, Some(record)) => (
                Data::own(home, &release.source, number),
                Some((record.data(home), record.source.clone())),
            ),
            (None, None) => (
                Data::own(home, &release.source, number),
                Some((Data::first(home, &release.source), release.source.clone())),
            ),
        };
        let from = from.filter(|_| !elsewhere && !release.fresh);
        let is_running = current.is_some_and(|record| record.status == DeploymentStatus::Running);
        let change = Change {
            release: number,
            restart: is_running && (holds_port || from.is_some()),
            copy: shared.is_none().then(|| data.clone()),
            original: current
                .filter(|_| from.is_some() || release.fresh)
                .map(|record| record.data(home)),
        };
        Self {
            id,
            current,
            change,
            data,
            from,
        }
    }
}

/// The number of the release after this one.
fn following(current: Option<&Record>) -> u64 {
    current.map_or(0, |record| record.release) + 1
}

/// Whether a release keeps its records in a database of its own, about which nothing is known here.
fn keeps_its_own(environment: &Environment) -> bool {
    environment
        .get("DATABASE_URL")
        .is_some_and(|address| !address.is_empty())
}

fn cancelled() -> Failure {
    Failure::permanent("cancelled", "the run was cancelled")
}
