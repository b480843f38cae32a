//! Whether a release serves: asked of its health path, on this machine's loopback.

use std::net::TcpListener;
use std::time::Duration;

use blueprint::ports::{DeploymentStatus, Health, HealthReport};
use chrono::{DateTime, SecondsFormat, Utc};
use engine::node::Failure;
use tokio::time::Instant;

use super::Deployments;
use super::place::Standing;
use super::record::Record;
use crate::home::Home;
use egress::Request;

const POLL: Duration = Duration::from_millis(100);
const ANSWER: Duration = Duration::from_secs(2);

impl Deployments {
    /// Whether a release that was recorded as running does. What can't be looked at from here, because it is in
    /// another container or because its engine is away, is judged by what it answers.
    pub(super) async fn is_running(&self, record: &Record) -> bool {
        match self.places.standing(&record.place).await {
            Ok(Standing::Running) => true,
            Ok(Standing::Ended) => false,
            Ok(Standing::Elsewhere) | Err(_) => self.is_healthy(record).await,
        }
    }

    /// How the live release is, and why; `None` when nothing was ever deployed.
    pub(super) async fn report(&self, home: &Home) -> Result<Option<HealthReport>, Failure> {
        let Some(record) = self.live(home).await? else {
            return Ok(None);
        };
        let (health, reason) = match record.status {
            DeploymentStatus::Stopped => (Health::Stopped, None),
            DeploymentStatus::Failed => (
                Health::Failed,
                Some(self.places.end_of(&record.place).await),
            ),
            DeploymentStatus::Running => match self.ask_health(&record).await {
                Ok(()) => (Health::Healthy, None),
                Err(problem) => (Health::Unhealthy, Some(problem)),
            },
        };
        let checked_at = time(Utc::now());
        let runs = record.status == DeploymentStatus::Running;
        let last_lines = match reason {
            Some(_) => self.last_lines(home, &record).await,
            None => Vec::new(),
        };
        Ok(Some(HealthReport {
            release: record.release,
            health,
            checked_at,
            running_since: match runs {
                true => self.places.running_since(&record.place).await.map(time),
                false => None,
            },
            reason,
            last_lines,
        }))
    }

    pub(super) async fn wait_until_healthy(
        &self,
        record: &Record,
        limit: Duration,
    ) -> Result<(), String> {
        let deadline = Instant::now() + limit;
        loop {
            if self.is_healthy(record).await {
                return Ok(());
            }
            if matches!(
                self.places.standing(&record.place).await,
                Ok(Standing::Ended)
            ) {
                return Err("it ended".to_owned());
            }
            if Instant::now() >= deadline {
                let path = &record.health_path;
                return Err(format!(
                    "{path} did not answer 200 within {} s",
                    limit.as_secs_f64()
                ));
            }
            tokio::time::sleep(POLL).await;
        }
    }

    pub(super) async fn is_healthy(&self, record: &Record) -> bool {
        self.ask_health(record).await.is_ok()
    }

    /// Nothing, or why it is not healthy.
    async fn ask_health(&self, record: &Record) -> Result<(), String> {
        let path = &record.health_path;
        let address = format!(
            "{}{}",
            record.url,
            record.health_path.trim_start_matches('/')
        );
        let Ok(url) = address.parse() else {
            return Err(format!("{path} is no path that could be asked for"));
        };
        let request = Request {
            method: reqwest::Method::GET,
            url,
            headers: reqwest::header::HeaderMap::default(),
            body: None,
            max_bytes: 1024 * 1024,
        };
        let asked = tokio::time::timeout(ANSWER, self.http.send(request)).await;
        match asked {
            Ok(Ok(answer)) if answer.status.as_u16() == 200 => Ok(()),
            Ok(Ok(answer)) => Err(format!("{path} answered {}", answer.status.as_u16())),
            Ok(Err(problem)) => Err(format!("{path} could not be asked: {problem}")),
            Err(_) => Err(format!(
                "{path} did not answer within {} s",
                ANSWER.as_secs()
            )),
        }
    }
}

fn time(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Millis, true)
}

pub(super) fn free_port(wanted: Option<u16>) -> Result<u16, Failure> {
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
