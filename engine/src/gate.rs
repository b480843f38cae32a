//! Who is let in: which of the runs that a workflow's limits hold back may begin now.
//!
//! A pure function over what the store found in one transaction, so that every backend decides alike.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use crate::Time;
use crate::document::Strategy;
use crate::node::ErrorValue;
use crate::plan::Admission;

/// A run that is held.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    pub execution: Uuid,
    pub admission: Admission,
    pub created_at: Time,
    /// When the first of the runs came that it took the place of.
    pub since: Time,
    /// It may not begin before this.
    pub not_before: Time,
}

/// What is under way already.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnderWay {
    /// By concurrency key: the runs, those first that were let in first.
    pub running: HashMap<String, Vec<Uuid>>,
    /// By fairness key: how many run.
    pub fair: HashMap<String, u32>,
    /// By rate key: how many began within the span.
    pub begun: HashMap<String, u32>,
}

/// What is to be done with those that are held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    pub admit: Vec<Uuid>,
    pub refuse: Vec<(Uuid, ErrorValue)>,
    /// Runs that are under way and make room.
    pub cancel: Vec<Uuid>,
    /// New values of `since` and `not_before`.
    pub postpone: Vec<(Uuid, Time, Time)>,
}

/// Decides about runs of one workflow. Whatever is left out stays held.
pub fn decide(held: Vec<Held>, mut under_way: UnderWay, now: Time) -> Verdict {
    let mut verdict = Verdict::default();
    let mut waiting = debounce(held, &mut verdict);
    waiting.retain(|held| held.not_before <= now);
    let mut making_room = HashSet::new();
    loop {
        let fair_load = |held: &Held| {
            let key = held.admission.fair_key.as_ref();
            key.map_or(0, |key| under_way.fair.get(key).copied().unwrap_or(0))
        };
        // Ids rise with time: of equals the oldest goes first.
        let next = (0..waiting.len()).min_by_key(|place| {
            let held = &waiting[*place];
            (
                Reverse(held.admission.priority),
                fair_load(held),
                held.execution,
            )
        });
        let Some(next) = next.map(|place| waiting.swap_remove(place)) else {
            return verdict;
        };
        if has_room(&next, &under_way, &mut making_room, &mut verdict) {
            enter(&next, &mut under_way);
            verdict.admit.push(next.execution);
        }
    }
}

/// Of runs with the same debounce key only the newest is left, and waits for the lull.
fn debounce(held: Vec<Held>, verdict: &mut Verdict) -> Vec<Held> {
    let mut newest: HashMap<String, Held> = HashMap::new();
    let mut others = Vec::new();
    for held in held {
        let Some(lull) = held.admission.debounce.clone() else {
            others.push(held);
            continue;
        };
        let (last, before) = match newest.remove(&lull.key) {
            None => (held, None),
            Some(known) if known.execution > held.execution => (known, Some(held)),
            Some(known) => (held, Some(known)),
        };
        let mut last = last;
        if let Some(before) = before {
            last.since = last.since.min(before.since);
            let message = format!(
                "a newer run with the same debounce key took its place: {}",
                last.execution
            );
            let error = ErrorValue::new("debounced", message);
            verdict.refuse.push((before.execution, error));
        }
        newest.insert(lull.key, last);
    }
    for mut last in newest.into_values() {
        if let Some(lull) = &last.admission.debounce {
            let quiet = last.created_at + lull.delay.to_delta();
            let most = lull.max_delay.map(|most| last.since + most.to_delta());
            let not_before = most.map_or(quiet, |most| quiet.min(most));
            if not_before != last.not_before {
                last.not_before = not_before;
                verdict
                    .postpone
                    .push((last.execution, last.since, not_before));
            }
        }
        others.push(last);
    }
    others
}

/// Whether its limits let a run in now; what follows from a no is in the verdict.
fn has_room(
    held: &Held,
    under_way: &UnderWay,
    making_room: &mut HashSet<Uuid>,
    verdict: &mut Verdict,
) -> bool {
    if let Some(pace) = &held.admission.rate
        && under_way.begun.get(&pace.key).copied().unwrap_or(0) >= pace.limit
    {
        return false;
    }
    let Some(places) = &held.admission.concurrency else {
        return true;
    };
    let running = under_way
        .running
        .get(&places.key)
        .map_or(&[][..], Vec::as_slice);
    let limit = places.limit as usize;
    if running.len() < limit {
        return true;
    }
    match places.strategy {
        Strategy::Queue => {}
        Strategy::DropNew => {
            let message = format!(
                "{limit} run{} with this concurrency key {} under way, and the workflow drops new ones then",
                if limit == 1 { "" } else { "s" },
                if limit == 1 { "is" } else { "are" },
            );
            let error = ErrorValue::new("concurrency_limit", message);
            verdict.refuse.push((held.execution, error));
        }
        Strategy::CancelOld => {
            // One makes room for one; those that are being cancelled are counted until they have ended.
            let oldest = running.iter().find(|old| !making_room.contains(*old));
            if let Some(old) = oldest {
                making_room.insert(*old);
                verdict.cancel.push(*old);
            }
        }
    }
    false
}

fn enter(held: &Held, under_way: &mut UnderWay) {
    let admission = &held.admission;
    if let Some(places) = &admission.concurrency {
        let running = under_way.running.entry(places.key.clone()).or_default();
        running.push(held.execution);
    }
    if let Some(pace) = &admission.rate {
        *under_way.begun.entry(pace.key.clone()).or_default() += 1;
    }
    if let Some(key) = &admission.fair_key {
        *under_way.fair.entry(key.clone()).or_default() += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::duration::Millis;
    use crate::plan::{Lull, Pace, Places};

    fn at(millis: i64) -> Time {
        Time::from_timestamp_millis(1_700_000_000_000 + millis).unwrap()
    }

    fn held(number: u128, admission: Admission) -> Held {
        let created_at = at(number as i64);
        Held {
            execution: Uuid::from_u128(number),
            admission,
            created_at,
            since: created_at,
            not_before: created_at,
        }
    }

    fn places(limit: u32, strategy: Strategy) -> Admission {
        Admission {
            concurrency: Some(Places {
                key: "k".to_owned(),
                limit,
                strategy,
            }),
            ..Admission::default()
        }
    }

    fn numbers(ids: &[Uuid]) -> Vec<u128> {
        ids.iter().map(Uuid::as_u128).collect()
    }

    fn running(ids: &[u128]) -> UnderWay {
        UnderWay {
            running: [(
                "k".to_owned(),
                ids.iter().map(|id| Uuid::from_u128(*id)).collect(),
            )]
            .into(),
            ..UnderWay::default()
        }
    }

    #[test]
    fn no_more_are_let_in_than_there_are_places() {
        let waiting = (5..9).map(|id| held(id, places(3, Strategy::Queue)));
        let verdict = decide(waiting.collect(), running(&[1]), at(100));
        assert_eq!(numbers(&verdict.admit), [5, 6]);
    }

    #[test]
    fn who_has_no_place_is_dropped_or_makes_one() {
        let new = vec![held(5, places(1, Strategy::DropNew))];
        let verdict = decide(new, running(&[1]), at(100));
        assert_eq!(verdict.refuse[0].1.code, "concurrency_limit");

        let new = (5..7).map(|id| held(id, places(2, Strategy::CancelOld)));
        let verdict = decide(new.collect(), running(&[1, 2]), at(100));
        assert_eq!(
            (numbers(&verdict.cancel), verdict.admit),
            (vec![1, 2], vec![])
        );
    }

    #[test]
    fn higher_priority_goes_first_and_then_who_has_least() {
        let of = |priority, fair: &str| Admission {
            priority,
            fair_key: Some(fair.to_owned()),
            ..places(3, Strategy::Queue)
        };
        let waiting = vec![
            held(5, of(0, "big")),
            held(6, of(0, "big")),
            held(7, of(0, "small")),
            held(8, of(9, "big")),
        ];
        let verdict = decide(waiting, UnderWay::default(), at(100));
        assert_eq!(numbers(&verdict.admit), [8, 7, 5]);
    }

    #[test]
    fn no_more_begin_within_the_span_than_the_rate_allows() {
        let paced = || Admission {
            rate: Some(Pace {
                key: "r".to_owned(),
                limit: 3,
                per: Millis(1_000),
            }),
            ..Admission::default()
        };
        let under_way = UnderWay {
            begun: [("r".to_owned(), 2)].into(),
            ..UnderWay::default()
        };
        let waiting = (5..8).map(|id| held(id, paced())).collect();
        assert_eq!(numbers(&decide(waiting, under_way, at(100)).admit), [5]);
    }

    #[test]
    fn of_a_burst_the_last_begins_after_the_lull_or_the_longest_wait() {
        let lull = |most| Admission {
            debounce: Some(Lull {
                key: "d".to_owned(),
                delay: Millis(100),
                max_delay: Some(Millis(most)),
            }),
            ..Admission::default()
        };
        let burst = || (5..8).map(|id| held(id, lull(1_000))).collect::<Vec<_>>();
        let verdict = decide(burst(), UnderWay::default(), at(50));
        let refused: Vec<Uuid> = verdict.refuse.iter().map(|(id, _)| *id).collect();
        assert_eq!(numbers(&refused), [5, 6]);
        assert!(verdict.admit.is_empty());
        assert_eq!(verdict.postpone, [(Uuid::from_u128(7), at(5), at(107))]);
        assert_eq!(
            numbers(&decide(burst(), UnderWay::default(), at(107)).admit),
            [7]
        );

        let impatient = (5..8).map(|id| held(id, lull(20))).collect();
        let verdict = decide(impatient, UnderWay::default(), at(25));
        assert_eq!(numbers(&verdict.admit), [7]);
    }
}
