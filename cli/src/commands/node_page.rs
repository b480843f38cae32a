//! A kind's page of the manual: what its author wrote, and what its schemas say.

use std::fmt::Write;

use engine::catalog::{Effect, NodeKind, Ports};
use engine::duration::Millis;
use serde_json::Value;

/// One page, in Markdown.
pub(crate) fn page(kind: &NodeKind) -> String {
    let mut page = format!(
        "# {}: `{}`\n\n{}\n",
        kind.title,
        kind.kind,
        kind.description.trim()
    );
    parameters(&mut page, "Parameters", &kind.config_schema);
    parameters(&mut page, "Output", &kind.output_schema);
    let _ = writeln!(page, "\n## Behaviour\n");
    let _ = writeln!(page, "- Effect: {}.", effect_sentence(kind.effect));
    let _ = writeln!(page, "- Ports: {}.", ports(&kind.ports));
    let retry = &kind.default_retry;
    let attempts = match retry.max_attempts {
        0 | 1 => "does not try again unless `retry` says so".to_owned(),
        times => format!("up to {times} attempts, {} apart at first", retry.delay),
    };
    let _ = writeln!(page, "- Retry: {attempts}.");
    let timeout = kind
        .default_timeout_ms
        .map_or_else(|| "that of the run".to_owned(), |ms| Millis(ms).to_string());
    let _ = writeln!(page, "- Time-out of an attempt: {timeout}.");
    if kind.effect != Effect::Pure {
        let signs = match kind.reports_progress {
            true => "gives them while it runs, so that `heartbeat` may be set",
            false => "none while it runs",
        };
        let _ = writeln!(page, "- Signs of life: {signs}.");
    }
    if !kind.scripts.is_empty() {
        let scripts: Vec<String> = kind
            .scripts
            .iter()
            .map(|field| format!("`{field}`"))
            .collect();
        let _ = writeln!(
            page,
            "- Scripts: {} (rhai, not a template).",
            scripts.join(", ")
        );
    }
    page
}

/// The list of all pages, by category.
pub(crate) fn index(kinds: &[&NodeKind]) -> String {
    let mut text = "# Kinds of nodes\n\nWritten by `cargo xtask gen` from the kinds themselves; `lathe nodes KIND` \
                    shows the same page.\n"
        .to_owned();
    let mut categories: Vec<&str> = kinds.iter().map(|kind| kind.category).collect();
    categories.sort_unstable();
    categories.dedup();
    for category in categories {
        let _ = write!(text, "\n## {category}\n\n");
        for kind in kinds.iter().filter(|kind| kind.category == category) {
            let _ = writeln!(text, "- [`{0}`]({0}.md): {1}", kind.kind, kind.summary);
        }
    }
    text
}

pub(crate) fn effect(kind: &NodeKind) -> &'static str {
    match kind.effect {
        Effect::Pure => "pure",
        Effect::Idempotent => "idempotent",
        Effect::Effectful => "effectful",
    }
}

fn effect_sentence(effect: Effect) -> &'static str {
    match effect {
        Effect::Pure => "pure; it runs in memory and may run again at any time",
        Effect::Idempotent => "idempotent; twice is as good as once",
        Effect::Effectful => "effectful; each attempt is recorded before it begins",
    }
}

fn ports(ports: &Ports) -> String {
    match ports {
        Ports::Fixed(names) => names
            .iter()
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(", "),
        Ports::FromConfig(field) => format!("one per entry of `{field}`, and `default`"),
    }
}

/// A table of an object's fields; what is no object is told in a line.
fn parameters(page: &mut String, title: &str, schema: &Value) {
    let _ = writeln!(page, "\n## {title}\n");
    let Some(fields) = schema["properties"]
        .as_object()
        .filter(|fields| !fields.is_empty())
    else {
        let described = schema["description"].as_str().map(one_line);
        let _ = writeln!(
            page,
            "{}",
            described.unwrap_or_else(|| type_of(schema, schema))
        );
        return;
    };
    let required: Vec<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let _ = writeln!(page, "| Name | Type | |\n| --- | --- | --- |");
    for (name, field) in fields {
        let mut words = field["description"]
            .as_str()
            .map(one_line)
            .unwrap_or_default();
        if title == "Parameters" && required.contains(&name.as_str()) {
            words = format!("Required. {words}");
        }
        if let Some(default) = field.get("default").filter(|default| !default.is_null()) {
            let _ = write!(words, " Default: `{default}`.");
        }
        let kind = type_of(field, schema).replace('|', "\\|");
        let _ = writeln!(
            page,
            "| `{name}` | {kind} | {} |",
            words.trim().replace('|', "\\|")
        );
    }
}

/// A schema's type in a few words; references are followed one step.
fn type_of(schema: &Value, root: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = reference
            .strip_prefix('#')
            .and_then(|pointer| root.pointer(pointer));
        return match target {
            Some(target) if target.get("$ref").is_none() => type_of(target, root),
            _ => "any".to_owned(),
        };
    }
    if let Some(values) = schema["enum"].as_array() {
        return values
            .iter()
            .map(|value| format!("`{value}`"))
            .collect::<Vec<_>>()
            .join(" or ");
    }
    for several in ["oneOf", "anyOf"] {
        if let Some(options) = schema[several].as_array() {
            let mut names: Vec<String> =
                options.iter().map(|option| type_of(option, root)).collect();
            names.retain(|name| name != "null");
            names.dedup();
            return names.join(" or ");
        }
    }
    if let Some(value) = schema.get("const") {
        return format!("`{value}`");
    }
    match &schema["type"] {
        Value::String(one) if one == "array" => {
            format!("array of {}", type_of(&schema["items"], root))
        }
        Value::String(one) => one.clone(),
        Value::Array(several) => {
            let names = several
                .iter()
                .filter_map(Value::as_str)
                .filter(|name| *name != "null");
            names.collect::<Vec<_>>().join(" or ")
        }
        _ => "any".to_owned(),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
