//! Addresses of steps: `fetch`, `import[3].fetch`, `guard.charge`; read against a plan.

use crate::plan::{BlockIndex, NodeIndex, Part, Plan};

/// One part of an address: a node, and the turn of its loop that the rest lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) node: NodeIndex,
    /// The turn of a loop; `None` for a block that has no turns, and in the last segment.
    pub(super) turn: Option<u32>,
    /// The block of the node in which the next segment lies.
    pub(super) part: Option<Part>,
}

/// Whether there can be a step with this address.
pub(super) fn check(plan: &Plan, address: &str) -> Result<(), String> {
    read(plan, address).map(|_| ())
}

pub(super) fn read(plan: &Plan, address: &str) -> Result<Vec<Segment>, String> {
    let mut segments: Vec<Segment> = Vec::new();
    let mut blocks: Vec<(Option<Part>, BlockIndex)> = vec![(None, 0)];
    let mut texts = address.split('.').peekable();
    while let Some(text) = texts.next() {
        let (id, turn) = match text.split_once('[') {
            None => (text, None),
            Some((id, rest)) => {
                let turn = rest
                    .strip_suffix(']')
                    .and_then(|turn| turn.parse().ok())
                    .ok_or_else(|| {
                        format!("`{text}` is no part of an address such as `import[3].fetch`")
                    })?;
                (id, Some(turn))
            }
        };
        let unknown = || format!("there is no step `{address}`: `{id}` is not a node there");
        let node = plan.index_of(id).ok_or_else(unknown)?;
        let home = plan.nodes[node as usize].block;
        let (part, _) = *blocks
            .iter()
            .find(|(_, block)| *block == home)
            .ok_or_else(unknown)?;
        if let Some(last) = segments.last_mut() {
            last.part = part;
        }
        let loops = plan.loops(node);
        let goes_on = texts.peek().is_some();
        if goes_on && loops && turn.is_none() {
            return Err(format!(
                "`{id}` is a loop: say which turn, as in `{id}[0].…`"
            ));
        }
        if turn.is_some() && !(goes_on && loops) {
            return Err(format!(
                "`{text}`: only loops have turns, and a step lies in one"
            ));
        }
        blocks = plan.nodes[node as usize]
            .parts
            .iter()
            .filter(|(part, _)| *part != Part::Undo)
            .map(|(part, block)| (Some(*part), *block))
            .collect();
        segments.push(Segment {
            node,
            turn,
            part: None,
        });
    }
    Ok(segments)
}
