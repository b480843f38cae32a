//! Kept signals answer those who came to wait for them.

use engine::ports::PortResult;
use engine::ports::launcher::ChangeError;

use crate::change;
use crate::collaborators::Collaborators;
use crate::options::Options;
use crate::plans::Plans;

/// Gives steps the signals that they were brought together with. A signal is gone with the commit of its answer, so
/// that it answers once; what is broken off here is brought together again.
pub(crate) async fn deliver(
    ports: &Collaborators,
    plans: &Plans,
    options: &Options,
) -> PortResult<()> {
    for meeting in ports.executions.meet().await? {
        let (signal, step) = (meeting.signal, &meeting.waiting);
        let answered =
            change::answer_by_signal(ports, plans, options, step, meeting.answer, signal).await;
        match answered {
            Ok(()) => {}
            Err(error @ (ChangeError::Unfit(_) | ChangeError::Foreign(_))) => {
                tracing::warn!(signal.id = %signal, execution.id = %step.execution, step = step.path, %error, "a kept signal does not fit the step that waits for it");
                ports.executions.refuse_signal(signal).await?;
            }
            // Somebody else was faster, or it can't be answered now.
            Err(error) => {
                tracing::debug!(signal.id = %signal, execution.id = %step.execution, %error, "a kept signal was not taken");
            }
        }
    }
    Ok(())
}
