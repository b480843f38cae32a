//! The bus of the simulated world: words get lost and are told twice.

use std::sync::Mutex;

use async_trait::async_trait;
use engine::ports::PortResult;
use engine::ports::bus::{Bus, Notice, Topic};
use futures::stream::{self, BoxStream, StreamExt};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::faults::Fault;
use crate::hand::Hand;
use crate::world::lock;

/// Who listens to what. Whoever is gone is struck off with the next word.
#[derive(Debug, Default)]
pub(crate) struct VirtualBus {
    listeners: Mutex<Vec<(Topic, mpsc::UnboundedSender<Notice>)>>,
}

impl VirtualBus {
    fn tell(&self, topic: Topic, notice: &Notice) {
        lock(&self.listeners)
            .retain(|(wanted, listener)| *wanted != topic || listener.send(notice.clone()).is_ok());
    }
}

#[async_trait]
impl Bus for Hand {
    async fn publish(&self, notice: Notice) {
        self.process.acts().await;
        let world = self.world();
        let faults = lock(&world.faults).clone();
        let (lost, twice) = {
            let mut dice = world.dice();
            (
                dice.chance(faults.notice_lost),
                dice.chance(faults.notice_twice),
            )
        };
        if lost {
            lock(&world.tally).fault(Fault::NoticeLost);
            return;
        }
        let topic = notice.topic();
        world.bus.tell(topic, &notice);
        if twice {
            lock(&world.tally).fault(Fault::NoticeTwice);
            world.bus.tell(topic, &notice);
        }
    }

    async fn subscribe(&self, topic: Topic) -> PortResult<BoxStream<'static, Notice>> {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.ask("subscribe", Uuid::nil(), |world| {
            lock(&world.bus.listeners).push((topic, sender));
        })
        .await?;
        let heard = stream::unfold(receiver, |mut receiver| async {
            let notice = receiver.recv().await?;
            Some((notice, receiver))
        });
        Ok(heard.boxed())
    }
}
