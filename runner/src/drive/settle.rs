//! A step that ran beside the drive has ended: its result becomes a command.

use std::sync::Arc;

use engine::execution::{Command, Completion, Ran};
use engine::node::{Failure, Outcome};
use tokio::task::{Id, JoinError};

use super::run_step::Finished;
use super::{Drive, Interrupted};

/// The largest output that is kept in a row, as JSON.
const LARGEST_OUTPUT: usize = 4 * 1_024 * 1_024;

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

fn check_size(outcome: Outcome) -> Result<Outcome, Failure> {
    let size = match &outcome {
        Outcome::Done { output, .. } => serde_json::to_vec(output).map_or(0, |text| text.len()),
        _ => 0,
    };
    if size > LARGEST_OUTPUT {
        let message = format!(
            "the output has {size} bytes as JSON; {LARGEST_OUTPUT} are allowed: write it to a file and pass the path"
        );
        return Err(Failure::permanent("output_too_large", message));
    }
    Ok(outcome)
}
