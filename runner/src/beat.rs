//! Says that this runner is alive, and lets go of everything when the database says that it is not.

use std::sync::Arc;

use engine::ports::PortError;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::shared::Shared;

/// Beats until stopped. A runner that can't reach the database for a lease has been declared dead by
/// others, or soon will be: it fences itself before they take over.
pub(crate) async fn beat(shared: Arc<Shared>, stop: CancellationToken) {
    let mut last = Instant::now();
    let mut every = tokio::time::interval(shared.options.beat);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut fenced = false;
    loop {
        tokio::select! {
            biased;
            _ = every.tick() => {}
            () = stop.cancelled() => return,
        }
        // A database that does not answer is out of reach, whatever the connection believes.
        let patience = shared.options.lease / 2;
        let told = tokio::time::timeout(patience, shared.ports.runners.beat(shared.identity()));
        let told = told.await.unwrap_or_else(|_| {
            Err(PortError {
                doing: "renew a runner's lease",
                transient: true,
                source: "the database did not answer".into(),
            })
        });
        match told {
            Ok(true) => {
                last = Instant::now();
                fenced = false;
            }
            Ok(false) => {
                tracing::warn!(runner.id = %shared.identity(), "this runner was declared dead; it lets go of its steps and begins anew");
                shared.fence();
                // Registered first: what an unknown runner takes counts as a dead one's.
                let id = shared.ports.clock.id();
                match shared
                    .ports
                    .runners
                    .register(id, &shared.options.name)
                    .await
                {
                    Ok(()) => shared.rename(id),
                    Err(error) => {
                        tracing::warn!(%error, "the runner could not be registered anew; it tries again");
                    }
                }
                last = Instant::now();
            }
            Err(error) => {
                tracing::warn!(%error, "the runner could not say that it is alive");
                if last.elapsed() >= shared.options.lease && !fenced {
                    tracing::warn!(
                        "the database has been out of reach for a lease: letting go of all steps"
                    );
                    shared.fence();
                    fenced = true;
                }
            }
        }
    }
}
