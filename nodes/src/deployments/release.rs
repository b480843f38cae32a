//! Puts a release live without a gap: the new one proves itself before the old one goes.

use std::net::TcpListener;
use std::time::Duration;

use blueprint::ports::DeploymentStatus;
use engine::node::{Context, Failure, LogStream};
use tokio::time::Instant;

use super::Deployments;
use super::place::{Start, Started};
use super::record::{self, Environment, Record, Source};
use crate::clients::http::Request;
use crate::home::Home;

const HEALTH_POLL: Duration = Duration::from_millis(100);
const HEALTH_ANSWER: Duration = Duration::from_secs(2);

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
}

pub(crate) struct Released {
    pub(crate) record: Record,
    pub(crate) unchanged: bool,
    /// The number of the release that was live before.
    pub(crate) previous: Option<u64>,
}

impl Deployments {
    pub(crate) async fn release(
        &self,
        release: Release,
        context: &Context,
    ) -> Result<Released, Failure> {
        let home = Home::of(&self.data, &release.application)?;
        let _lock = home.lock(context).await?;
        let current = self.live(&home).await?;
        self.tidy(&home, current.as_ref(), context).await;
        if let Some(record) = self.unchanged(&home, current.as_ref(), &release).await? {
            let message = format!(
                "release {} is live, healthy and the same: nothing to do",
                record.release
            );
            context.log.line(LogStream::Info, &message);
            return Ok(Released {
                previous: Some(record.release),
                record,
                unchanged: true,
            });
        }
        let previous = current.as_ref().map(|record| record.release);
        let record = self
            .take_over(&home, current.as_ref(), &release, context)
            .await?;
        self.tidy(&home, Some(&record), context).await;
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

    /// Starts the new release, waits for its health, and makes it the live one.
    async fn take_over(
        &self,
        home: &Home,
        current: Option<&Record>,
        release: &Release,
        context: &Context,
    ) -> Result<Record, Failure> {
        let number = current.map_or(0, |record| record.release) + 1;
        // Two releases cannot listen on one port, so the old one has to step back first.
        let in_the_way = current.filter(|record| {
            record.status == DeploymentStatus::Running
                && release.port.is_some_and(|port| port == record.port)
        });
        if let Some(record) = in_the_way {
            context.log.line(
                LogStream::Info,
                &format!("release {} gives up port {}", record.release, record.port),
            );
            self.places.stop(&record.place).await?;
        }
        let proved = self.prove(home, current, release, number, context).await;
        if proved.is_err() {
            self.tidy(home, current, context).await;
            if let Some(record) = in_the_way {
                self.start_again(home, record).await?;
            }
        }
        proved
    }

    async fn prove(
        &self,
        home: &Home,
        current: Option<&Record>,
        release: &Release,
        number: u64,
        context: &Context,
    ) -> Result<Record, Failure> {
        let port = free_port(release.port)?;
        let start = Start {
            home,
            source: &release.source,
            environment: &release.environment,
            release: number,
            port,
        };
        let started = self.places.start(start).await?;
        let concerned = current.map(|record| record.place.clone());
        record::add_pending(home, concerned.into_iter().chain([started.place.clone()]))?;
        let record = Record {
            application: home.name.clone(),
            status: DeploymentStatus::Running,
            url: format!("http://127.0.0.1:{port}/"),
            port,
            release: number,
            digest: release.digest.clone(),
            since: chrono::Utc::now(),
            health_path: release.health_path.clone(),
            execution: context.execution,
            source: release.source.clone(),
            place: started.place.clone(),
        };
        context.log.line(
            LogStream::Info,
            &format!("release {number} starts on port {port}; waiting for its health"),
        );
        let healthy = tokio::select! {
            healthy = self.wait_until_healthy(&record, release.health_timeout) => healthy,
            () = context.cancellation.cancelled() => {
                return Err(Failure::permanent("cancelled", "the run was cancelled; what was live before still is"));
            }
        };
        if let Err(problem) = healthy {
            return Err(self.give_up(home, &record, started, problem).await);
        }
        self.settle(home, &record, started, Some(&release.environment))
            .await?;
        // It is live now, so that nothing may fail any more.
        if let Err(problem) = record::remember(home, &record) {
            context.log.line(
                LogStream::Info,
                &format!("the history was not written: {}", problem.error.message),
            );
        }
        context.log.line(
            LogStream::Info,
            &format!("release {number} is live at {}", record.url),
        );
        Ok(record)
    }

    /// Makes a healthy release the live one. Whoever drops this half-way leaves either the old release live
    /// and the new one noted as pending, or the new one live: nothing is awaited once the record is written.
    async fn settle(
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

    async fn give_up(
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
            "release {} was not healthy: {problem}. It was stopped; what was live before still is. Its last words:\n{last_words}",
            record.release
        );
        Failure::permanent("release_unhealthy", message)
    }

    /// Stops what is pending and not live. What cannot be stopped now stays noted, and holds nobody up.
    async fn tidy(&self, home: &Home, live: Option<&Record>, context: &Context) {
        if let Err(problem) = self.sweep(home, live).await {
            let message = format!(
                "something of an earlier release could not be stopped, and will be tried again: {}",
                problem.error.message
            );
            context.log.line(LogStream::Info, &message);
        }
    }

    pub(super) async fn sweep(&self, home: &Home, live: Option<&Record>) -> Result<(), Failure> {
        let mut left = Vec::new();
        let mut outcome = Ok(());
        let pending = record::read_pending(home)?;
        for place in &pending {
            if live.is_some_and(|record| record.place == *place) {
                continue;
            }
            if let Err(failure) = self.places.remove(place).await {
                left.push(place.clone());
                outcome = Err(failure);
            }
        }
        if left != pending {
            record::write_pending(home, &left)?;
        }
        outcome
    }

    /// Starts what a record names once more, under the same number.
    pub(super) async fn start_again(
        &self,
        home: &Home,
        record: &Record,
    ) -> Result<Record, Failure> {
        let environment = record::read_environment(home, record.release)?;
        let port = free_port(Some(record.port)).or_else(|_| free_port(None))?;
        let start = Start {
            home,
            source: &record.source,
            environment: &environment,
            release: record.release,
            port,
        };
        let started = self.places.start(start).await?;
        let again = Record {
            port,
            url: format!("http://127.0.0.1:{port}/"),
            status: DeploymentStatus::Running,
            place: started.place.clone(),
            ..record.clone()
        };
        record::add_pending(home, [again.place.clone()])?;
        if let Err(problem) = self.wait_until_healthy(&again, super::REVIVAL).await {
            return Err(self.give_up(home, &again, started, problem).await);
        }
        self.settle(home, &again, started, None).await?;
        self.sweep(home, Some(&again)).await?;
        Ok(again)
    }

    async fn wait_until_healthy(&self, record: &Record, limit: Duration) -> Result<(), String> {
        let deadline = Instant::now() + limit;
        loop {
            if self.is_healthy(record).await {
                return Ok(());
            }
            if !self.places.is_running(&record.place).await.unwrap_or(true) {
                return Err("it ended".to_owned());
            }
            if Instant::now() >= deadline {
                let path = &record.health_path;
                return Err(format!(
                    "{path} did not answer 200 within {} s",
                    limit.as_secs_f64()
                ));
            }
            tokio::time::sleep(HEALTH_POLL).await;
        }
    }

    pub(super) async fn is_healthy(&self, record: &Record) -> bool {
        let address = format!(
            "{}{}",
            record.url,
            record.health_path.trim_start_matches('/')
        );
        let Ok(url) = address.parse() else {
            return false;
        };
        let request = Request {
            method: reqwest::Method::GET,
            url,
            headers: reqwest::header::HeaderMap::default(),
            body: None,
            max_bytes: 1024 * 1024,
        };
        let asked = tokio::time::timeout(HEALTH_ANSWER, self.http.send(request)).await;
        matches!(asked, Ok(Ok(answer)) if answer.status.as_u16() == 200)
    }
}

fn free_port(wanted: Option<u16>) -> Result<u16, Failure> {
    let bound = TcpListener::bind(("127.0.0.1", wanted.unwrap_or(0)))
        .and_then(|listener| listener.local_addr());
    match (bound, wanted) {
        (Ok(address), _) => Ok(address.port()),
        (Err(problem), Some(port)) => Err(Failure::permanent(
            "port_taken",
            format!(
                "port {port} cannot be used ({problem}): stop what listens there, choose another, or leave `port` out"
            ),
        )),
        (Err(problem), None) => Err(Failure::transient(
            "port_taken",
            format!("no free port was found: {problem}"),
        )),
    }
}
