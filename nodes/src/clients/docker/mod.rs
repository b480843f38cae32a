//! The Docker engine, as far as nodes need it: build, push, run the container of an application or of a step.

mod container;
mod context;
mod image;
mod registry;
mod task;
mod volume;

use bollard::errors::Error as EngineError;
use egress::{Guard, Outgoing};
use engine::node::Failure;
use tokio::sync::OnceCell;

pub(crate) use bollard::auth::DockerCredentials as Credentials;
pub(crate) use container::{Container, State, Written};
pub(crate) use context::BuildContext;
#[cfg(test)]
pub(crate) use context::SCRATCH;
pub(crate) use image::{Build, OWNER_LABEL, is_reference};
pub(crate) use task::{Ended, Limits, Mounted, Task, TaskContainer};
pub(crate) use volume::Owner;

const LOCAL_SOCKET: &str = "unix:///var/run/docker.sock";

/// The code of an error that says: no engine answers.
pub(crate) const UNAVAILABLE: &str = "docker_unavailable";

/// A Docker engine, connected to at its first use.
pub(crate) struct Docker {
    address: String,
    engine: OnceCell<bollard::Docker>,
    /// What images, and registries to push to, are held against.
    guard: Option<Guard>,
}

impl Docker {
    pub(crate) fn new(address: Option<&str>) -> Self {
        Self {
            address: address.unwrap_or(LOCAL_SOCKET).to_owned(),
            engine: OnceCell::new(),
            guard: None,
        }
    }

    /// For whoever hands on what authors of workflows wrote: the engine is sent only where these may go.
    pub(crate) fn guarded(self, registries: &Outgoing) -> Self {
        let guard = Some(Guard::new(registries));
        Self { guard, ..self }
    }

    async fn engine(&self) -> Result<&bollard::Docker, Failure> {
        self.engine
            .get_or_try_init(|| async {
                let engine = bollard::Docker::connect_with_host(&self.address)
                    .map_err(|error| self.missing(&error))?;
                // Engines differ in the versions of their API that they speak, so both sides agree on one first.
                engine
                    .negotiate_version()
                    .await
                    .map_err(|error| self.missing(&error))
            })
            .await
    }

    fn missing(&self, error: &EngineError) -> Failure {
        let message = format!(
            "no Docker engine answers at {}: {}. Start one (`systemctl start docker` or `dockerd`), or point \
             DOCKER_HOST at one that runs, or deploy with the target `process`, which needs none",
            self.address,
            innermost(error)
        );
        Failure::permanent(UNAVAILABLE, message)
    }

    /// What went wrong while doing something with the engine, and whether it may go well later.
    fn failed(&self, doing: &str, error: &EngineError) -> Failure {
        let cause = innermost(error);
        let (code, retryable, message) = match error {
            EngineError::DockerResponseServerError { status_code, .. } => {
                ("docker_refused", *status_code >= 500, cause)
            }
            EngineError::DockerStreamError { .. } => ("docker_failed", false, cause),
            _ => {
                let lost = format!("the Docker engine at {} was lost: {cause}", self.address);
                ("docker_interrupted", true, lost)
            }
        };
        Failure {
            retryable,
            ..Failure::permanent(code, format!("{doing}: {message}"))
        }
    }
}

/// The innermost cause says what happened; the outer ones only that something did.
fn innermost(error: &EngineError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text = inner.to_string();
        cause = inner.source();
    }
    text
}

fn is_missing(error: &EngineError) -> bool {
    matches!(
        error,
        EngineError::DockerResponseServerError {
            status_code: 404,
            ..
        }
    )
}
