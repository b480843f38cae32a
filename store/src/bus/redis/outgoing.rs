//! Sends notices to Redis: whatever gathers while one pipeline is under way goes with the next.

use engine::ports::bus::Notice;
use redis::aio::ConnectionManager;
use tokio::sync::mpsc;

use crate::bus::memory::topic_of;
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
        for notice in batch.drain(..) {
            match encode(&notice) {
                Ok(text) => {
                    pipeline
                        .cmd("PUBLISH")
                        .arg(channel(&prefix, topic_of(&notice)))
                        .arg(text)
                        .ignore();
                }
                Err(error) => {
                    tracing::warn!(%error, "A notice can't be written as JSON and is dropped");
                }
            }
        }
        if let Err(error) = pipeline.query_async::<()>(&mut connection).await {
            tracing::warn!(%error, "Notices are dropped: Redis can't be reached");
        }
    }
}
