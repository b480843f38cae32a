//! The checks of one node, and its place in the plan.

use std::sync::Arc;

use jsonschema::Validator;
use serde_json::Value;

use super::compile::{Reader, Survey};
use super::{Caching, Join, NodeIndex, PlanNode, check_policies, schema};
use crate::catalog::{Entry, Implementation};
use crate::document::{Cache, Node};
use crate::duration::Millis;
use crate::problem::Problem;
use crate::script::Names;
use crate::template::{self, Template, TemplateFault};

const JOIN: &str = "flow.join";

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
    check_tag(node, &mut report);
    check_policies::check(node, &mut report);
    if let Some(entry) = entry {
        check_policies::check_use(node, entry, &mut report);
    }
    let cache = node
        .cache
        .as_ref()
        .map(|cache| compile_cache(survey, index, cache, &mut report));
    let when = node
        .when
        .as_ref()
        .map(|text| compile_when(survey, index, text, &mut report));
    let scripts = entry.map_or(&[][..], |entry| entry.kind.scripts);
    let with = Value::Object(node.with.clone());
    let with = survey.with_names(Reader::Node(index), |names| {
        let no_secrets = entry.and_then(why_no_secrets);
        let names = Names {
            no_secrets,
            ..*names
        };
        template::compile("with", &with, scripts, &names)
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
    let cache = match cache {
        Some(compiled) => Some(compiled?),
        None => None,
    };
    let with = with?;
    let mut reads = with.reads();
    reads.extend(when.iter().flat_map(Template::reads));
    let key = cache.as_ref().and_then(|cache| cache.key.as_ref());
    reads.extend(key.iter().flat_map(|key| key.reads()));
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
        retry: node
            .retry
            .clone()
            .unwrap_or_else(|| entry.kind.default_retry.clone()),
        timeout: node.timeout.or(entry.kind.default_timeout_ms.map(Millis)),
        on_error: node.on_error,
        queue_timeout: node.queue_timeout,
        heartbeat: node.heartbeat,
        cache,
        checkpoint: node.checkpoint,
        incoming,
        join,
        outgoing: Vec::new(),
        reads,
    })
}

/// Why a secret may not stand in the parameters of a node, if so.
fn why_no_secrets(entry: &Entry) -> Option<&'static str> {
    match (&entry.implementation, entry.kind.takes_secrets) {
        (Implementation::Active(_), true) => None,
        (Implementation::Active(_), false) => Some(
            "what a node of this kind makes can be read by whoever has it: give the secret to the step that uses it",
        ),
        (Implementation::Pure(_), _) => Some(
            "a node of this kind only computes, and what it gives is recorded: name the secret in the step that uses it",
        ),
    }
}

/// Collects problems of one node.
pub(super) struct Report<'a> {
    path: String,
    id: &'a str,
    problems: &'a mut Vec<Problem>,
}

impl Report<'_> {
    /// A problem in a field, given as a JSON pointer below the node.
    pub(super) fn add(&mut self, field: &str, message: impl Into<String>) {
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

fn check_tag(node: &Node, report: &mut Report<'_>) {
    if node.run_on.as_deref().is_some_and(|tag| tag != "default") {
        report.add(
            "/run_on",
            "runners have no tags yet: leave this out, or write `default`",
        );
    }
}

/// What is to be known of a node's cache; an error was reported.
fn compile_cache(
    survey: &Survey<'_>,
    index: NodeIndex,
    cache: &Cache,
    report: &mut Report<'_>,
) -> Option<Caching> {
    let key = match &cache.key {
        Some(key) => {
            let compiled = survey.with_names(Reader::Node(index), |names| {
                template::compile("cache.key", &Value::from(key.as_str()), &[], names)
            });
            let faults = |faults| report.template("cache/key", faults);
            Some(compiled.map_err(faults).ok()?)
        }
        None => None,
    };
    Some(Caching {
        scope: cache.scope,
        ttl: cache.ttl,
        key,
    })
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
