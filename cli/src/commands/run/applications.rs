//! The applications beside a workflow that its steps name: a broken one is told before anything runs.

use std::path::Path;

use engine::document::Node;
use engine::plan::Plan;
use serde_json::Value;

use crate::folder_applications::{Broken, find};

/// Every fault of the applications, each in its place. Whatever else is in their way is for the step to tell.
pub(super) fn faults(folder: &Path, plan: &Plan, inputs: &Value) -> Vec<String> {
    let nodes = plan.document.nodes.iter();
    let generating = nodes.filter(|node| node.kind == "code.generate");
    let mut names: Vec<&str> = generating.filter_map(|node| named(node, inputs)).collect();
    names.sort_unstable();
    names.dedup();
    let broken = names.into_iter().filter_map(|name| {
        let error = find(folder, name).err()?;
        Some(error.downcast_ref::<Broken>()?.to_string())
    });
    broken.collect()
}

/// The application that a step names outright or takes from an input; other expressions have no value yet.
fn named<'a>(node: &'a Node, inputs: &'a Value) -> Option<&'a str> {
    let text = node.with.get("application")?.as_str()?;
    if !text.contains("${") {
        return Some(text);
    }
    let expression = text.strip_prefix("${")?.strip_suffix('}')?.trim();
    inputs.get(expression.strip_prefix("inputs.")?)?.as_str()
}
