//! A `lathe serve` of our own, and the examples that a newcomer finds in it.

use std::{fs, path::Path, process::Command, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::{console, http, interrupt::Interrupt, process::Background, project::Project};

/// What is loaded into a new Lathe, in this order: a workflow may refer to an application.
const EXAMPLES: [(&str, &str); 4] = [
    ("applications", "examples/bookshop/bookshop.yaml"),
    ("workflows", "examples/bookshop/ship.yaml"),
    ("workflows", "examples/hello/hello.yaml"),
    ("workflows", "examples/fan-in/fan-in.yaml"),
];

/// Starts the program and waits until it says that it is well. Its log goes to the file, or is shown without one.
pub(crate) fn start(
    project: &Project,
    interrupt: &Interrupt,
    profile: &str,
    data: &Path,
    port: u16,
    log: Option<&Path>,
) -> Result<Background> {
    let mut command = Command::new(project.lathe(profile));
    command
        .current_dir(project.root())
        .arg("serve")
        .arg("--data")
        .arg(data)
        .args(["--port", &port.to_string()]);
    let server = Background::start("lathe serve", &mut command, log, Signal::TERM)?;
    let healthy = || http::get(port, "/healthz").is_ok_and(|answer| answer.is_success());
    server.wait_ready(interrupt, Duration::from_secs(60), healthy)?;
    Ok(server)
}

/// Loads every example whose name is not there yet.
pub(crate) fn seed(project: &Project, port: u16) -> Result<()> {
    for (kind, place) in EXAMPLES {
        let source = fs::read_to_string(project.root().join(place))
            .with_context(|| format!("{place} cannot be read"))?;
        let name = top_level_name(&source).with_context(|| format!("{place} has no name"))?;
        if exists(port, kind, name)? {
            console::line(&format!("example {name}: already there"));
            continue;
        }
        let answer = http::post(port, &format!("/api/{kind}"), &json!({ "source": source }))?;
        ensure!(
            answer.is_success(),
            "{place} was refused ({}): {}",
            answer.status,
            answer.body
        );
        console::line(&format!("example {name}: loaded from {place}"));
    }
    Ok(())
}

fn exists(port: u16, kind: &str, name: &str) -> Result<bool> {
    let mut cursor = String::new();
    loop {
        let answer = http::get(port, &format!("/api/{kind}?limit=100{cursor}"))?;
        ensure!(
            answer.is_success(),
            "the list of {kind} cannot be read ({}): {}",
            answer.status,
            answer.body
        );
        let page = answer.json()?;
        let Some(items) = page["items"].as_array() else {
            bail!("the list of {kind} has no items");
        };
        if items.iter().any(|item| item["name"] == name) {
            return Ok(true);
        }
        match &page["next_cursor"] {
            Value::String(next) => cursor = format!("&cursor={next}"),
            _ => return Ok(false),
        }
    }
}

/// The value of `name:` at the left edge of a YAML document.
fn top_level_name(source: &str) -> Option<&str> {
    let value = source.lines().find_map(|line| line.strip_prefix("name:"))?;
    Some(value.split('#').next()?.trim().trim_matches(['"', '\'']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_document_is_the_one_at_its_left_edge() {
        assert_eq!(
            top_level_name("lathe: 1\nname: \"hello\" # so\nnodes:\n  - name: x\n"),
            Some("hello")
        );
        assert_eq!(top_level_name("nodes:\n  - name: x\n"), None);
    }
}
