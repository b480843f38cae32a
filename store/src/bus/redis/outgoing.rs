//! Sends notices to Redis: whatever gathers while one pipeline is under way goes with the next.

use std::collections::{BTreeMap, BTreeSet};

use engine::ports::bus::Notice;
use redis::Pipeline;
use redis::aio::ConnectionManager;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::bus::wire::{channel, encode};

const MOST: usize = 256;

pub(super) async fn run(
    mut connection: ConnectionManager,
    prefix: String,
    mut notices: mpsc::Receiver<Notice>,
) {
    let mut batch = Vec::with_capacity(MOST);
    while notices.recv_many(&mut batch, MOST).await > 0 {
        let mut pipeline = redis::pipe();
        // Of each owner one word, however much changed meanwhile.
        let mut changed: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
        for notice in batch.drain(..) {
            if let Some((owner, execution)) = notice.changes() {
                changed.entry(owner).or_default().insert(execution);
            }
            publish(&mut pipeline, &prefix, &notice);
        }
        for (owner, executions) in changed {
            let executions = executions.into_iter().collect();
            let notice = Notice::Executions { owner, executions };
            publish(&mut pipeline, &prefix, &notice);
        }
        if let Err(error) = pipeline.query_async::<()>(&mut connection).await {
            tracing::warn!(%error, "Notices are dropped: Redis can't be reached");
        }
    }
}

fn publish(pipeline: &mut Pipeline, prefix: &str, notice: &Notice) {
    match encode(notice) {
        Ok(text) => {
            pipeline
                .cmd("PUBLISH")
                .arg(channel(prefix, notice.topic()))
                .arg(text)
                .ignore();
        }
        Err(error) => {
            tracing::warn!(%error, "A notice can't be written as JSON and is dropped");
        }
    }
}
