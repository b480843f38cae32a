//! `lathe run` at a terminal: a live tree of steps, as a person watches it.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};

use crate::support::{folder_with, lathe};
use crate::terminal::Terminal;

/// The first step holds until the test lets it go; of the two ways after it, only one is taken.
fn walk(go: &std::path::Path) -> Result<String> {
    let script = format!(
        "echo lacing boots; echo reading the map; until [ -e {} ]; do sleep 0.05; done",
        go.display()
    );
    let script = serde_json::to_string(&script)?;
    Ok(format!(
        r#"lathe: 1
name: walk
label: A walk in the hills
nodes:
  - {{ id: prepare, kind: command.run, with: {{ argv: [sh, -c, {script}] }} }}
  - {{ id: weather, kind: flow.branch, with: {{ condition: "${{ true }}" }} }}
  - {{ id: climb, kind: script.run, with: {{ script: "throw \"a cliff\"" }}, on_error: continue }}
  - {{ id: stay, kind: data.set, with: {{ values: {{ at: home }} }} }}
edges: [prepare -> weather, weather.true -> climb, weather.false -> stay]
output: "back again"
"#
    ))
}

#[test]
fn a_person_at_a_terminal_sees_each_step_live_with_its_time_and_last_words() -> Result<()> {
    let folder = folder_with(&[])?;
    let go = folder.path().join("go");
    std::fs::write(folder.path().join("walk.yaml"), walk(&go)?)?;
    let mut command = lathe(folder.path());
    command.args(["run", "walk.yaml", "--allow-commands"]);
    let mut terminal = Terminal::run(command)?;

    // While it runs: the title, what waits below, a mark that turns, a time that grows, and the last words.
    let (mut marks, mut times) = (BTreeSet::new(), BTreeSet::new());
    terminal.until(|screen| {
        let Some((mark, time)) = row(screen, "prepare").and_then(as_running) else {
            return false;
        };
        marks.insert(mark);
        times.insert(time);
        let waits = row(screen, "climb").is_some_and(|row| row.starts_with("├─ · climb"));
        marks.len() > 2
            && times.len() > 2
            && waits
            && screen.contains("A walk in the hills")
            && !screen.contains("lacing boots")
    })?;
    std::fs::write(&go, "")?;

    let (status, screen) = terminal.end()?;
    ensure!(status.success(), "{screen}");
    let shown = |step: &str| row(&screen, step).with_context(|| format!("no {step}:\n{screen}"));
    for (step, mark, words) in [
        ("prepare", "├─ ✔ prepare", ""),
        ("weather", "├─ ✔ weather", ""),
        ("climb", "✘ climb", "a cliff"),
        ("stay", "- stay", ""),
    ] {
        let row = shown(step)?;
        ensure!(row.contains(mark) && row.contains(words), "{screen}");
    }
    ensure!(has_time(shown("prepare")?), "{screen}");
    let last = row(&screen, "walk succeeded in").context("the end")?;
    ensure!(
        has_time(last) && screen.contains("\"back again\""),
        "{screen}"
    );
    ensure!(
        !screen.contains("A walk in the hills"),
        "the title goes once it is over:\n{screen}"
    );
    Ok(())
}

fn row<'a>(screen: &'a str, part: &str) -> Option<&'a str> {
    screen.lines().find(|line| line.contains(part))
}

/// The mark and the time of a step that reads its map.
fn as_running(row: &str) -> Option<(String, String)> {
    let row = row.strip_prefix("├─ ")?.strip_suffix("reading the map")?;
    let (mark, time) = row.split_once(" prepare ")?;
    let time = time.trim();
    (!"·✔✘".contains(mark) && time.ends_with('s')).then(|| (mark.to_owned(), time.to_owned()))
}

fn has_time(row: &str) -> bool {
    row.contains(" ms") || row.contains(" s")
}
