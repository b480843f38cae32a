//! Whether a release serves: asked of its health path, on this machine's loopback.

use std::net::TcpListener;
use std::time::Duration;

use engine::node::Failure;
use tokio::time::Instant;

use super::Deployments;
use super::place::Standing;
use super::record::Record;
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
        let asked = tokio::time::timeout(ANSWER, self.http.send(request)).await;
        matches!(asked, Ok(Ok(answer)) if answer.status.as_u16() == 200)
    }
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
