//! Who is at one thing, as far as this socket has heard. Whoever says nothing for a while is taken to be gone: their process
//! may have died with their goodbye.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use engine::ports::bus::{Doing, Presence};
use tokio::time::Instant;
use uuid::Uuid;

use crate::schemas::live::{self, Present};

/// How long a word holds.
const HOLDS: Duration = Duration::from_secs(25);

/// Pages that are kept in mind of one thing.
const MOST: usize = 200;

#[derive(Default)]
pub(super) struct Room(HashMap<Uuid, (Presence, Instant)>);

impl Room {
    pub(super) fn hear(&mut self, word: Presence, now: Instant) {
        if word.doing == Doing::Gone {
            self.0.remove(&word.socket);
        } else if self.0.len() < MOST || self.0.contains_key(&word.socket) {
            self.0.insert(word.socket, (word, now));
        }
    }

    pub(super) fn forget_the_silent(&mut self, now: Instant) {
        self.0
            .retain(|_, (_, heard)| now.duration_since(*heard) < HOLDS);
    }

    /// Each person once, by name.
    pub(super) fn present(&self) -> Vec<Present> {
        let mut people: BTreeMap<(&str, Uuid), Doing> = BTreeMap::new();
        for (word, _) in self.0.values() {
            let doing = people.entry((&word.name, word.user)).or_insert(word.doing);
            *doing = word.doing.max(*doing);
        }
        let present = people.into_iter().map(|((name, user_id), doing)| Present {
            user_id,
            name: name.to_owned(),
            doing: match doing {
                Doing::Editing => live::Doing::Editing,
                Doing::Viewing => live::Doing::Viewing,
                Doing::Idle | Doing::Gone => live::Doing::Idle,
            },
        });
        present.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(socket: u128, user: u128, doing: Doing) -> Presence {
        Presence {
            socket: Uuid::from_u128(socket),
            user: Uuid::from_u128(user),
            name: format!("person {user}"),
            doing,
            asks: false,
        }
    }

    #[test]
    fn a_person_is_there_once_and_the_silent_are_forgotten() {
        let (mut room, now) = (Room::default(), Instant::now());
        room.hear(word(1, 1, Doing::Editing), now);
        room.hear(word(2, 1, Doing::Idle), now);
        room.hear(word(3, 2, Doing::Viewing), now);
        let doing: Vec<_> = room.present().iter().map(|one| one.doing).collect();
        assert_eq!(doing, [live::Doing::Editing, live::Doing::Viewing]);
        room.hear(word(1, 1, Doing::Gone), now);
        assert_eq!(room.present()[0].doing, live::Doing::Idle);
        let later = now + HOLDS;
        room.hear(word(3, 2, Doing::Viewing), later);
        room.forget_the_silent(later);
        let names: Vec<_> = room.present().into_iter().map(|one| one.name).collect();
        assert_eq!(names, ["person 2"], "whoever died without a word is gone");
        for socket in 10..10_000 {
            room.hear(word(socket, socket, Doing::Viewing), later);
        }
        assert_eq!(room.present().len(), MOST);
    }
}
