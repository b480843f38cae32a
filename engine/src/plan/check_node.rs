//! The checks of one node, and its place in the plan.

use std::sync::Arc;

use jsonschema::Validator;
use serde_json::Value;

use super::compile::{Reader, Survey};
use super::{Join, NodeIndex, PlanNode, schema};
use crate::catalog::{Effect, Entry};
use crate::document::{Node, Retry};
use crate::duration::Millis;
use crate::problem::Problem;
use crate::template::{self, Template, TemplateFault};

const MOST_ATTEMPTS: u32 = 100;
const JOIN: &str = "flow.join";
const CALL: &str = "flow.call";

/// Checks a node and compiles what it holds; `None` when that cannot become part of a plan.
pub(super) fn compile(
    survey: &Survey<'_>,
    index: NodeIndex,
    entry: Option<&Entry>,
    validator: Option<&Validator>,
    problems: &mut Vec<Problem>,
) -> Option<PlanNode> {
    let flat = &survey.layout.nodes[index as usize];
    let node = flat.node;
    let mut report = Report {
        path: flat.path.clone(),
        id: &node.id,
        problems,
    };
    check_policies(node, &mut report);
    if let Some(entry) = entry {
        check_use_of_policies(node, entry, &mut report);
    }
    let when = node
        .when
        .as_ref()
        .map(|text| compile_when(survey, index, text, &mut report));
    let scripts = entry.map_or(&[][..], |entry| entry.kind.scripts);
    let with = Value::Object(node.with.clone());
    let with = survey.with_names(Reader::Node(index), |names| {
        template::compile("with", &with, scripts, names)
    });
    let with = with.map_err(|faults| report.template("with", faults)).ok();

    let entry = entry?;
    if let Some(validator) = validator {
        check_parameters(node, entry, validator, &mut report);
    }
    let incoming = survey.incoming[index as usize];
    let join = compile_join(node, incoming, &mut report);
    let when = match when {
        Some(compiled) => Some(compiled?),
        None => None,
    };
    let with = with?;
    let mut reads = with.reads();
    reads.extend(when.iter().flat_map(Template::reads));
    reads.sort_unstable();
    reads.dedup();
    Some(PlanNode {
        id: Arc::from(node.id.as_str()),
        block: flat.block,
        parts: flat.parts.clone(),
        kind: Arc::clone(&entry.kind),
        implementation: entry.implementation.clone(),
        with,
        when,
        retry: node.retry.unwrap_or(entry.kind.default_retry),
        timeout: node.timeout.or(entry.kind.default_timeout_ms.map(Millis)),
        on_error: node.on_error,
        cache: node.cache,
        incoming,
        join,
        outgoing: Vec::new(),
        reads,
    })
}

/// Collects problems of one node.
struct Report<'a> {
    path: String,
    id: &'a str,
    problems: &'a mut Vec<Problem>,
}

impl Report<'_> {
    /// A problem in a field, given as a JSON pointer below the node.
    fn add(&mut self, field: &str, message: impl Into<String>) {
        let dotted = field
            .trim_start_matches('/')
            .replace('/', ".")
            .replace("~1", "/")
            .replace("~0", "~");
        self.problems
            .push(Problem::at(format!("{}{field}", self.path), message).in_node(self.id, dotted));
    }

    fn template(&mut self, field: &str, faults: Vec<TemplateFault>) {
        for fault in faults {
            let problem = Problem::at(
                format!("{}/{field}{}", self.path, fault.path),
                fault.message,
            );
            self.problems.push(problem.in_node(self.id, fault.field));
        }
    }
}

fn check_policies(node: &Node, report: &mut Report<'_>) {
    if let Some(retry) = &node.retry {
        check_retry(retry, report);
    }
    if node.timeout.is_some_and(|timeout| timeout.0 == 0) {
        report.add("/timeout", "a time-out must be longer than nothing");
    }
    if node.run_on.as_deref().is_some_and(|tag| tag != "default") {
        report.add(
            "/run_on",
            "runners have no tags yet: leave this out, or write `default`",
        );
    }
}

/// What has no effect is refused: whoever wrote it expects one. Kinds that only compute are never in the way of
/// a time-out, fail the same way each time, and are faster than a cache; calls wait for a run that acts.
fn check_use_of_policies(node: &Node, entry: &Entry, report: &mut Report<'_>) {
    if entry.kind.effect != Effect::Pure {
        return;
    }
    let calls = node.kind == CALL;
    let holds = node.body.is_some();
    let given = [
        ("retry", node.retry.is_some() && !calls),
        ("timeout", node.timeout.is_some() && !calls && !holds),
        ("cache", node.cache.is_some()),
    ];
    for (field, _) in given.into_iter().filter(|(_, useless)| *useless) {
        let message = format!("`{field}` has no effect on `{}`: remove it", node.kind);
        report.add(&format!("/{field}"), message);
    }
}

fn check_retry(retry: &Retry, report: &mut Report<'_>) {
    if !(1..=MOST_ATTEMPTS).contains(&retry.max_attempts) {
        report.add(
            "/retry/max_attempts",
            format!("attempts must be from 1 to {MOST_ATTEMPTS}, the first included"),
        );
    }
    if !(0.0..=1.0).contains(&retry.jitter) {
        report.add(
            "/retry/jitter",
            "jitter is a share of the pause, from 0 to 1",
        );
    }
    if !(1.0..=10.0).contains(&retry.backoff) {
        report.add("/retry/backoff", "backoff must be from 1 to 10");
    }
}

fn compile_when(
    survey: &Survey<'_>,
    index: NodeIndex,
    text: &str,
    report: &mut Report<'_>,
) -> Option<Template> {
    let compiled = survey.with_names(Reader::Node(index), |names| {
        template::compile_expression("when", text, names)
    });
    compiled
        .map_err(|faults| report.template("when", faults))
        .ok()
}

fn check_parameters(node: &Node, entry: &Entry, validator: &Validator, report: &mut Report<'_>) {
    let with = Value::Object(node.with.clone());
    for misfit in schema::misfits(validator, &with, true) {
        let in_script = entry
            .kind
            .scripts
            .iter()
            .any(|script| misfit.path == format!("/{script}"));
        // A script is text whatever its result will be; only its absence can be wrong.
        if !in_script || !misfit_is_text(&with, &misfit.path) {
            report.add(&format!("/with{}", misfit.path), misfit.message);
        }
    }
}

fn misfit_is_text(with: &Value, path: &str) -> bool {
    with.pointer(path).is_some_and(Value::is_string)
}

fn compile_join(node: &Node, incoming: u32, report: &mut Report<'_>) -> Join {
    if node.kind != JOIN {
        return Join::AllLive;
    }
    if incoming == 0 {
        report.add(
            "",
            "nothing leads here: `flow.join` needs edges that come in",
        );
    }
    match node.with.get("mode") {
        None => Join::AllLive,
        Some(Value::String(mode)) if mode == "all" => Join::AllLive,
        Some(Value::String(mode)) if mode == "any" => Join::Any,
        Some(mode) => match mode.as_u64().and_then(|count| u32::try_from(count).ok()) {
            Some(count) if (1..=incoming.max(1)).contains(&count) => Join::Count(count),
            _ => {
                report.add(
                    "/with/mode",
                    format!("must be `all`, `any`, or a number from 1 to {incoming}: so many edges come in"),
                );
                Join::AllLive
            }
        },
    }
}
