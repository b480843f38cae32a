//! Edges as people write them in a line: `fetch -> check -> report`, `choose.true -> image`.

use super::Edge;

/// The edges of a line; each goes from one name to the next.
pub(super) fn expand(text: &str) -> Result<Vec<Edge>, String> {
    let stops: Vec<&str> = text.split("->").map(str::trim).collect();
    if stops.len() < 2 || stops.iter().any(|stop| stop.is_empty()) {
        return Err(format!(
            "`{text}` is no edge: write `from -> to` or `from.port -> to`"
        ));
    }
    let edges = stops.windows(2).map(|pair| {
        let (from, port) = pair[0].split_once('.').unwrap_or((pair[0], "out"));
        let (to, _) = pair[1].split_once('.').unwrap_or((pair[1], ""));
        Edge {
            from: from.to_owned(),
            to: to.to_owned(),
            port: port.to_owned(),
        }
    });
    match stops.last() {
        Some(last) if last.contains('.') => {
            Err(format!("an edge leads to a node, not to a port: `{last}`"))
        }
        _ => Ok(edges.collect()),
    }
}
