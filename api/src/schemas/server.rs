//! What the server says about itself.

use engine::ports::runners::RunnerInfo as EngineRunner;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::time::Time;
use crate::doors::AcmeState;
use crate::state::Backend;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Status {
    pub(crate) version: String,
    /// Seconds since this process began to serve.
    pub(crate) uptime_s: u64,
    pub(crate) backend: Backend,
    /// Whether there is a runner that is alive.
    pub(crate) has_runner: bool,
    /// Whether the queue answers.
    pub(crate) has_queue: bool,
    /// Executions of the workspace that have not begun yet; no more than a thousand are counted.
    pub(crate) waiting: u64,
    /// The largest file that an upload may hold, in bytes: `files.max_upload`.
    #[schema(example = 104_857_600)]
    pub(crate) max_upload: u64,
    /// The runners that are alive. This and what follows is for who operates the server (`server:admin`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) runners: Option<Vec<RunnerInfo>>,
    /// Tickets of all workspaces that no runner has taken yet, where the queue answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) queue_depth: Option<u64>,
    /// The certificate that this server gets for itself, where it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) certificate: Option<CertificateInfo>,
}

/// A certificate from an authority that speaks ACME.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CertificateInfo {
    /// When the one that is shown expires; null where there is none yet.
    #[schema(required = true)]
    expires_at: Option<Time>,
    /// Whether the last attempt to get one failed; the log says why and what to look at. It is tried again.
    failing: bool,
}

impl From<AcmeState> for CertificateInfo {
    fn from(state: AcmeState) -> Self {
        Self {
            expires_at: state.expires_at.map(Time::from),
            failing: state.problem.is_some(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RunnerInfo {
    id: Uuid,
    name: String,
    started_at: Time,
    last_seen: Time,
}

/// Whether requests can be served.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Readiness {
    pub(crate) status: ReadinessStatus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReadinessStatus {
    Ok,
    /// The queue does not answer: executions are accepted, and begin once it does or a sweep finds them. Or no certificate
    /// could be had from its authority: the log says why.
    Degraded,
}

/// The process is alive.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    #[schema(example = "ok")]
    pub(crate) status: &'static str,
}

impl From<EngineRunner> for RunnerInfo {
    fn from(runner: EngineRunner) -> Self {
        let EngineRunner {
            id,
            name,
            started_at,
            last_seen,
        } = runner;
        Self {
            id,
            name,
            started_at: started_at.into(),
            last_seen: last_seen.into(),
        }
    }
}
