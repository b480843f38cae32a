//! A step that ran beside the drive has ended: its result becomes a command.

use std::sync::Arc;

use engine::execution::{Command, Completion, Ran};
use engine::node::{ErrorValue, Failure, Outcome};
use engine::size::{self, Unkeepable};
use serde_json::Value;
use tokio::task::{Id, JoinError};

use super::run_step::Finished;
use super::{Drive, Interrupted};

/// The largest value that is kept in a row, in bytes as JSON.
const LARGEST_VALUE: usize = 4 * 1_024 * 1_024;

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
        match result.and_then(check_size) {
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

/// Refuses an outcome that could not be kept in a row, or not be read back.
pub(super) fn check_size(outcome: Outcome) -> Result<Outcome, Failure> {
    let kept = match &outcome {
        Outcome::Done { output, .. } | Outcome::Wait { output, .. } => output,
        Outcome::Call { inputs, .. } => inputs,
        // It consists of parameters, which were checked.
        Outcome::Open(_) | Outcome::Await(_) => return Ok(outcome),
    };
    match size::check(kept, LARGEST_VALUE) {
        Ok(()) => Ok(outcome),
        Err(unkeepable) => Err(refusal("output", &unkeepable)),
    }
}

/// Refuses parameters that are too large before they are worked with.
pub(super) fn check_parameters(with: &Value) -> Result<(), ErrorValue> {
    size::check(with, LARGEST_VALUE).map_err(|unkeepable| refusal("input", &unkeepable).error)
}

fn refusal(what: &str, unkeepable: &Unkeepable) -> Failure {
    match unkeepable {
        Unkeepable::TooLarge => Failure::permanent(
            format!("{what}_too_large"),
            format!(
                "the {what} has more than {} MiB as JSON: write it to a file and pass the path",
                LARGEST_VALUE >> 20
            ),
        ),
        Unkeepable::TooDeep => Failure::permanent(
            format!("{what}_too_deep"),
            format!("the {what} is nested deeper than 100 levels"),
        ),
    }
}
