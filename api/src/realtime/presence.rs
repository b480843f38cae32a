//! The topic of who is at a thing. Every socket says on the bus what its owner does, again and again while it lasts, and keeps
//! in mind what the others say: so processes see each other, and nobody has to be asked.

use std::time::Duration;

use engine::ports::bus::{self, Notice, Presence, Topic};
use futures::StreamExt;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use uuid::Uuid;

use super::at;
use super::outbox::Outbox;
use super::room::Room;
use super::topics::listen;
use crate::schemas::live::{Doing, LiveMessage, LivePresence, Present};
use crate::state::App;

/// How often a socket says that it is there still.
const BEAT: Duration = Duration::from_secs(10);

/// What changes within this is told together.
const GATHER: Duration = Duration::from_millis(100);

/// One socket at one thing.
#[derive(Clone)]
pub(super) struct Seat {
    pub(super) app: App,
    pub(super) thing: Uuid,
    pub(super) socket: Uuid,
    pub(super) user: Uuid,
    pub(super) name: String,
}

impl Seat {
    fn word(&self, doing: bus::Doing, asks: bool) -> Presence {
        Presence {
            socket: self.socket,
            user: self.user,
            name: self.name.clone(),
            doing,
            asks,
        }
    }

    async fn say(&self, presence: Presence) {
        let thing = self.thing;
        let notice = Notice::Presence { thing, presence };
        self.app.bus.publish(notice).await;
    }

    /// Sockets that have to answer do so one after the other, within a quarter of a second.
    fn turn(&self) -> Duration {
        let place = self.socket.as_bytes().last().copied().unwrap_or_default();
        Duration::from_millis(place.into())
    }

    pub(super) async fn leave(&self) {
        self.say(self.word(bus::Doing::Gone, false)).await;
    }
}

pub(super) async fn follow(seat: Seat, mut doing: watch::Receiver<Doing>, outbox: Outbox) {
    let mut bus = listen(&seat.app, Topic::Presence(seat.thing)).await;
    let mut room = Room::default();
    let mut told: Option<Vec<Present>> = None;
    let mut beat = interval_at(Instant::now(), BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut due: Option<Instant> = None;
    let mut answer: Option<Instant> = None;
    let mut asks = true;
    loop {
        tokio::select! {
            notice = bus.next() => match notice {
                Some(Notice::Presence { presence, .. }) if presence.socket == seat.socket => {}
                Some(Notice::Presence { presence, .. }) => {
                    if presence.asks {
                        // Many may ask at once, after a restart: one answer does for all of them.
                        answer = answer.or(Some(Instant::now() + seat.turn()));
                    }
                    room.hear(presence, Instant::now());
                    due = due.or(Some(Instant::now() + GATHER));
                }
                Some(_) => {}
                None => bus = futures::stream::pending().boxed(),
            },
            changed = doing.changed() => {
                if changed.is_err() {
                    return;
                }
                answer = answer.or(Some(Instant::now() + GATHER));
            }
            () = at(answer) => {
                answer = None;
                beat.reset_immediately();
            }
            _ = beat.tick() => {
                let word = seat.word((*doing.borrow_and_update()).into(), std::mem::take(&mut asks));
                room.hear(word.clone(), Instant::now());
                seat.say(word).await;
                room.forget_the_silent(Instant::now());
                due = due.or(Some(Instant::now() + GATHER));
            }
            () = at(due) => {
                due = None;
                let present = room.present();
                if told.as_ref() != Some(&present) {
                    let topic = outbox.topic.clone();
                    told = Some(present.clone());
                    outbox.send(LiveMessage::Presence(LivePresence { topic, present })).await;
                }
            }
        }
    }
}
