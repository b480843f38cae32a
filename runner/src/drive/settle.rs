//! A step that ran beside the drive has ended: its result becomes a command.

use std::sync::Arc;

use engine::blob;
use engine::execution::{Command, Completion, Ran};
use engine::node::{Await, ErrorValue, Failure, Outcome};
use engine::size;
use serde_json::{Value, json};
use tokio::task::{Id, JoinError};

use super::run_step::Finished;
use super::{Drive, Interrupted};

impl Drive {
    pub(super) async fn finish(
        &mut self,
        ended: Result<(Id, Finished), JoinError>,
    ) -> Result<(), Interrupted> {
        let finished = match ended {
            Ok((_, finished)) => finished,
            Err(error) => return self.finish_panicked(&error).await,
        };
        let Finished {
            step,
            attempt,
            started_at,
            with,
            reason,
            result,
        } = finished;
        if self
            .running
            .get(&step)
            .is_some_and(|running| running.attempt == attempt)
        {
            self.running.remove(&step);
        }
        let ran = Ran {
            started_at,
            runner: self.runner,
        };
        match result.and_then(check_size).map_err(shorten) {
            Ok(Outcome::Done { output, port }) => {
                let port = port.map(Arc::from);
                let result = Completion {
                    output: Arc::new(output),
                    port,
                    input: Some(with),
                    reason,
                    ran,
                };
                self.command(Command::Complete {
                    step,
                    attempt,
                    result,
                });
                Ok(())
            }
            other => self.settle_now(step, attempt, ran, with, other).await,
        }
    }

    /// A node's own fault: its step fails, its neighbours go on.
    async fn finish_panicked(&mut self, error: &JoinError) -> Result<(), Interrupted> {
        let id = error.id();
        let Some((step, running)) = self.running.iter().find(|(_, running)| running.task == id)
        else {
            return Ok(());
        };
        let (step, attempt, started_at) = (*step, running.attempt, running.started_at);
        self.running.remove(&step);
        tracing::error!(execution.id = %self.execution.id, %error, "a node panicked");
        let failure = panicked();
        let ran = Ran {
            started_at,
            runner: self.runner,
        };
        self.command(Command::Fail {
            step,
            attempt,
            failure,
            input: None,
            ran,
        });
        Ok(())
    }
}

pub(super) fn panicked() -> Failure {
    Failure::permanent(
        "node_panicked",
        "the node failed in an unforeseen way; the server's log says where",
    )
}

/// Refuses an outcome that could not be kept, or not be read back.
pub(super) fn check_size(outcome: Outcome) -> Result<Outcome, Failure> {
    let kept = match &outcome {
        Outcome::Done { output, .. } | Outcome::Wait { output, .. } => output,
        Outcome::Call { inputs, .. } => inputs,
        Outcome::Await(request) => return check_request(request).map(|()| outcome),
        // It consists of parameters, which were checked.
        Outcome::Open(_) => return Ok(outcome),
    };
    match size::check_kept("output", kept) {
        Ok(()) => Ok(outcome),
        Err(error) => Err(Failure {
            error,
            retryable: false,
            retry_after: None,
        }),
    }
}

/// Refuses parameters that are too large before they are worked with.
pub(super) fn check_parameters(with: &Value) -> Result<(), ErrorValue> {
    size::check_kept("input", with)
}

/// What a wait asks is told with its events and in lists, and so stays small.
fn check_request(request: &Await) -> Result<(), Failure> {
    let large = serde_json::to_string(request).is_ok_and(|json| json.len() > blob::INLINE);
    match large {
        false => Ok(()),
        true => Err(Failure::permanent(
            "request_too_large",
            format!(
                "what the step asks has more than {} KiB as JSON: shorten its message and form",
                blob::INLINE >> 10
            ),
        )),
    }
}

/// Errors are told with events and in lists, and so stay small: details that are not are left out.
pub(super) fn shorten(mut failure: Failure) -> Failure {
    let large = failure.error.details.as_ref().is_some_and(blob::is_large);
    if large {
        let why = format!("they have more than {} KiB", blob::INLINE >> 10);
        failure.error.details = Some(json!({ "left_out": why }));
    }
    failure
}
