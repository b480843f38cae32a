//! Every document of `fixtures/documents`: good ones compile, broken ones give exactly the problems that stand
//! in the JSON file beside them. The web app's tests read the same files.
//!
//! `UPDATE_FIXTURES=1` writes the problems that are found; read the difference before it is committed.

use std::fs;
use std::path::{Path, PathBuf};

use engine::document::parse;
use engine::plan::{self, Plan};

use crate::catalogue::catalog;

#[test]
fn good_documents_compile_and_mean_the_same_as_values() {
    for path in documents("good") {
        let text = fs::read_to_string(&path).unwrap();
        let (document, plan) = plan::read(&text, &catalog())
            .unwrap_or_else(|problems| panic!("{path:?}:\n{problems}"));
        let written = serde_json::to_value(&document).unwrap();
        assert_eq!(
            parse::from_value(written.clone()).unwrap(),
            document,
            "{path:?}"
        );
        assert_eq!(
            parse::parse(&serde_json::to_string_pretty(&written).unwrap())
                .unwrap()
                .document,
            document,
            "{path:?}"
        );
        assert_eq!(plan.nodes.len(), document.nodes.len());
    }
}

/// S22: circles and whatever else no run should begin with.
#[test]
fn broken_documents_give_their_problems() {
    for path in documents("broken") {
        let text = fs::read_to_string(&path).unwrap();
        let problems = plan::read(&text, &catalog()).expect_err(&format!("{path:?} is not broken"));
        assert!(
            problems.0.iter().all(|problem| problem.line.is_some()),
            "{path:?}: {problems:?}"
        );
        let found = serde_json::to_string_pretty(&problems.0).unwrap() + "\n";
        let expected = path.with_extension("problems.json");
        if std::env::var_os("UPDATE_FIXTURES").is_some() {
            fs::write(&expected, found).unwrap();
        } else {
            assert_eq!(
                found,
                fs::read_to_string(&expected).unwrap_or_default(),
                "{path:?}"
            );
        }
    }
}

#[test]
fn a_plan_knows_what_a_run_needs() {
    fn shared_by_threads<T: Send + Sync>(_: &T) {}
    let text = fs::read_to_string(folder("good").join("ship.yaml")).unwrap();
    let (_, plan) = plan::read(&text, &catalog()).unwrap();
    shared_by_threads(&plan);
    let node = |id: &str| &plan.nodes[plan.index_of(id).unwrap() as usize];
    let ids = |steps: &[u32]| {
        steps
            .iter()
            .map(|step| plan.nodes[*step as usize].id.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&plan.blocks[0].roots), ["generate"]);
    assert_eq!(ids(&plan.blocks[0].sinks), ["report", "mourn"]);
    assert_eq!(node("joined").join, plan::Join::Count(1));
    assert_eq!(node("joined").incoming, 2);
    assert_eq!(ids(&node("report").reads), ["generate", "choose"]);
    assert_eq!(node("choose").timeout.unwrap().to_string(), "30s");
    assert_eq!(
        outgoing(&plan, "build"),
        [("out", "choose"), ("error", "mourn")].map(owned)
    );
}

fn outgoing(plan: &Plan, id: &str) -> Vec<(String, String)> {
    let edges = &plan.nodes[plan.index_of(id).unwrap() as usize].outgoing;
    edges
        .iter()
        .map(|edge| owned((&edge.port, &plan.nodes[edge.to as usize].id)))
        .collect()
}

fn owned((port, to): (&str, &str)) -> (String, String) {
    (port.to_owned(), to.to_owned())
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/documents")
        .join(name)
}

fn documents(name: &str) -> Vec<PathBuf> {
    let all = fs::read_dir(folder(name))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut found: Vec<_> = all
        .filter(|path| !path.to_string_lossy().ends_with(".problems.json"))
        .collect();
    found.sort();
    assert!(!found.is_empty());
    found
}
