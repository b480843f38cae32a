//! The order in which steps are shown: each after those it depends on, otherwise as the document has them.
//! Steps of blocks come and go, and are told by the step that holds them.

use std::collections::BTreeSet;

use engine::plan::{NodeIndex, Plan};

pub(crate) fn steps_in_order(plan: &Plan) -> Vec<String> {
    let Some(document) = plan.blocks.first() else {
        return Vec::new();
    };
    let mut missing: Vec<u32> = plan.nodes.iter().map(|node| node.incoming).collect();
    let mut open: BTreeSet<NodeIndex> = document.roots.iter().copied().collect();
    let mut steps = Vec::with_capacity(document.count as usize);
    while let Some(index) = open.pop_first() {
        let node = &plan.nodes[index as usize];
        steps.push(node.id.to_string());
        for edge in &node.outgoing {
            let left = &mut missing[edge.to as usize];
            *left = left.saturating_sub(1);
            if *left == 0 {
                open.insert(edge.to);
            }
        }
    }
    steps
}
