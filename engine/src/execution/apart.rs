//! Large values of a frontier are kept elsewhere, and the stored text says which and where.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::frontier::{APART, BadFrontier, Frontier, StoredState, StoredStep, parse};
use super::stored_work::StoredResult;
use super::stored_work::StoredWork;
use crate::blob::{self, Blob};

/// A value that is not in the text: its number among all values of the frontier. Values that come from workflows can
/// look like anything, so that a mark in their place would prove nothing.
#[derive(Serialize, Deserialize)]
pub(super) struct Away(u32, Blob);

/// Stands where a value was taken out. Not null, which an `Option` would read as nothing at all.
const HOLE: Value = Value::Bool(false);

/// Takes the large values out of a frontier; `keep` is given each as JSON. `None` when there are none.
pub fn part_frontier(
    text: &str,
    keep: &mut dyn FnMut(String) -> Blob,
) -> Result<Option<String>, BadFrontier> {
    let mut frontier = parse(text)?;
    if frontier.v == APART {
        // It is apart already: whoever wrote it did not put it together.
        return Ok(None);
    }
    let mut away = Vec::new();
    let mut unwritten = None;
    let mut place = 0;
    frontier.values(&mut |value| {
        if blob::is_large(value) {
            match serde_json::to_string(value) {
                Ok(json) => away.push(Away(place, keep(json))),
                Err(error) => unwritten = Some(error),
            }
            *value = HOLE;
        }
        place += 1;
    });
    if let Some(error) = unwritten {
        return Err(error.into());
    }
    if away.is_empty() {
        return Ok(None);
    }
    (frontier.before, frontier.v) = (Some(frontier.v), APART);
    frontier.away = away;
    Ok(Some(serde_json::to_string(&frontier)?))
}

/// What a frontier needs to be whole again, in the order in which [`join_frontier`] wants it.
pub fn frontier_away(text: &str) -> Result<Vec<Blob>, BadFrontier> {
    // The version is written first: most frontiers need not be read for this.
    if !text.starts_with(&format!("{{\"v\":{APART},")) {
        return Ok(Vec::new());
    }
    let away = parse(text)?.away;
    Ok(away.into_iter().map(|Away(_, blob)| blob).collect())
}

/// Puts values back into a frontier, which then reads as if they had never been away.
pub fn join_frontier(text: &str, values: Vec<Value>) -> Result<String, BadFrontier> {
    let mut frontier = parse(text)?;
    let places = std::mem::take(&mut frontier.away);
    frontier.put_back(places.iter().map(|Away(place, _)| *place).zip(values))?;
    if let Some(before) = frontier.before.take() {
        frontier.v = before;
    }
    Ok(serde_json::to_string(&frontier)?)
}

impl Frontier {
    /// With references in place of what is away, for whoever displays a run.
    pub(super) fn with_references(mut self) -> Result<Self, BadFrontier> {
        let away = std::mem::take(&mut self.away);
        let references = away
            .iter()
            .map(|Away(place, blob)| (*place, blob.to_value()));
        self.put_back(references)?;
        Ok(self)
    }

    /// Each value has to find its place, in which nothing but a hole is.
    fn put_back(&mut self, values: impl Iterator<Item = (u32, Value)>) -> Result<(), BadFrontier> {
        let mut values = values.peekable();
        let mut place = 0;
        self.values(&mut |value| {
            if *value == HOLE
                && let Some((_, back)) = values.next_if(|(wanted, _)| *wanted == place)
            {
                *value = back;
            }
            place += 1;
        });
        match values.next() {
            None => Ok(()),
            Some(_) => Err(BadFrontier::Apart),
        }
    }

    /// All values that come from steps, always in the same order.
    fn values(&mut self, see: &mut dyn FnMut(&mut Value)) {
        for step in &mut self.steps {
            values_of(step, see);
        }
        for frame in &mut self.frames {
            if let Some(StoredResult::Succeeded(output)) = &mut frame.ends_as {
                see(Arc::make_mut(output));
            }
            for step in &mut frame.steps {
                values_of(step, see);
            }
        }
    }
}

fn values_of(step: &mut StoredStep, see: &mut dyn FnMut(&mut Value)) {
    let input = match &mut step.s {
        StoredState::Timer { output, input, .. } => {
            see(output);
            input
        }
        StoredState::Child { input, .. } | StoredState::Signal { input, .. } => input,
        StoredState::Block { work, .. } => {
            match &mut **work {
                StoredWork::While { state: kept, .. }
                | StoredWork::Try {
                    output: Some(kept), ..
                } => see(Arc::make_mut(kept)),
                _ => {}
            }
            return;
        }
        _ => return,
    };
    if let Some(input) = input {
        see(Arc::make_mut(input));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    /// A timer that carries `output`, a call, and a loop that carries `state`.
    fn frontier(output: &Value, state: &Value) -> String {
        let text = json!({ "v": 2, "seq": 4, "created": 1, "steps": [
            { "s": { "t": { "until": 1, "since": 1, "output": output, "input": { "a": 1 } } } },
            { "s": { "c": { "id": Uuid::nil(), "since": 1, "input": null } } },
            { "s": { "o": { "since": 1, "begun": true, "work": { "while": { "state": state, "turn": 1, "most": 9 } } } } },
        ] });
        serde_json::to_string(&parse(&text.to_string()).unwrap()).unwrap()
    }

    #[test]
    fn large_values_go_and_come_back_where_they_were() {
        let (small, large) = (json!("s"), json!("l".repeat(blob::INLINE)));
        let mut kept = Vec::new();
        let mut keep = |json: String| {
            kept.push(serde_json::from_str(&json).unwrap());
            Blob {
                execution: Uuid::nil(),
                sha256: "0".repeat(64),
                size: json.len() as u64,
                media_type: blob::JSON.to_owned(),
            }
        };
        let whole = frontier(&small, &large);
        let parted = part_frontier(&whole, &mut keep).unwrap().unwrap();
        assert!(
            parted.len() < 1_000 && parted.starts_with("{\"v\":4,"),
            "{parted}"
        );
        assert_eq!(frontier_away(&parted).unwrap().len(), 1);
        assert_eq!(kept, [large]);
        assert_eq!(join_frontier(&parted, kept).unwrap(), whole);
        // Shown, the reference stands in the value's place.
        let shown = parse(&parted).unwrap().with_references().unwrap();
        let text = serde_json::to_string(&shown).unwrap();
        assert!(text.contains(r#""state":{"$blob":{"#), "{text}");
    }

    /// Every place that holds a value, each with a value of its own.
    fn all_places(values: &[Value; 8]) -> String {
        let [timer, given, child, signal, turn, part, end, last] = values;
        let wait = json!({ "wait": Uuid::nil(), "since": 1, "request": {}, "input": signal });
        let block =
            |work: Value| json!({ "s": { "o": { "since": 1, "begun": true, "work": work } } });
        let text = json!({ "v": 2, "seq": 4, "created": 1, "steps": [
            { "s": { "t": { "until": 1, "since": 1, "output": timer, "input": given } } },
            { "s": { "c": { "id": Uuid::nil(), "since": 1, "input": child } } },
            { "s": { "w": wait } },
            block(json!({ "while": { "state": turn, "turn": 1, "most": 9 } })),
            block(json!({ "try": { "stage": "finally", "output": part } })),
            { "s": { "c": { "id": Uuid::nil(), "since": 1, "input": null } } },
        ], "frames": [{
            "index": 1, "holder": 4, "block": 1, "turn": 0, "first": 6, "node": 6, "ends_as": { "ok": end },
            "steps": [{ "s": { "c": { "id": Uuid::nil(), "since": 1, "input": last } } }],
        }] });
        let parsed = parse(&text.to_string()).unwrap_or_else(|error| panic!("{error}: {text}"));
        serde_json::to_string(&parsed).unwrap()
    }

    #[test]
    fn each_value_comes_back_to_its_own_place_and_no_other_is_touched() {
        // What a hole looks like is a value too.
        let small = |place: usize| match place % 2 {
            0 => json!(false),
            _ => json!(place),
        };
        // Each by itself, each beside each other, and all together: every place is text of its own.
        let pairs = (0_usize..256).filter(|large| large.count_ones() <= 2 || *large == 255);
        for large in pairs {
            let values: [Value; 8] = std::array::from_fn(|place| match large & (1 << place) {
                0 => small(place),
                _ => json!(format!("{place}{}", "l".repeat(blob::INLINE))),
            });
            let mut kept: Vec<Value> = Vec::new();
            let mut keep = |json: String| {
                kept.push(serde_json::from_str(&json).unwrap());
                Blob {
                    execution: Uuid::nil(),
                    sha256: "0".repeat(64),
                    size: 1,
                    media_type: blob::JSON.to_owned(),
                }
            };
            let whole = all_places(&values);
            let Some(parted) = part_frontier(&whole, &mut keep).unwrap() else {
                assert_eq!(large, 0);
                continue;
            };
            assert_eq!(kept.len(), large.count_ones() as usize);
            assert_eq!(join_frontier(&parted, kept).unwrap(), whole, "{large:b}");
        }
    }

    #[test]
    fn a_value_that_finds_no_place_is_an_error() {
        let (whole, mut kept) = (frontier(&json!(1), &json!("l".repeat(blob::INLINE))), 0);
        let mut keep = |_| {
            kept += 1;
            Blob {
                execution: Uuid::nil(),
                sha256: "0".repeat(64),
                size: 1,
                media_type: blob::JSON.to_owned(),
            }
        };
        let parted = part_frontier(&whole, &mut keep).unwrap().unwrap();
        let broken = parted.replace("\"state\":false", "\"state\":7");
        assert!(matches!(
            join_frontier(&broken, vec![json!(1)]),
            Err(BadFrontier::Apart)
        ));
        // It is not taken apart twice.
        assert_eq!(part_frontier(&parted, &mut keep).unwrap(), None);
    }

    #[test]
    fn a_value_that_looks_like_a_reference_stays_a_value() {
        let forged = json!({ "$blob": { "execution": Uuid::nil(), "sha256": "0".repeat(64), "size": 1, "type": "t" } });
        let whole = frontier(&forged, &json!(1));
        let never = &mut |_| unreachable!("nothing is large");
        assert_eq!(part_frontier(&whole, never).unwrap(), None);
        assert!(frontier_away(&whole).unwrap().is_empty());
    }
}
