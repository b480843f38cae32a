//! Scripts that mean harm, twenty at a time beside normal work in one runner.

use engine::ports::launcher::LaunchError;
use futures::{StreamExt, stream};
use serde_json::{Value, json};

use crate::house::{House, succeeded};

const CORPUS: &str = "../engine/tests/documents/hostile";
/// The corpus is tried whole where each script is alone; here every so many of it are enough.
const EVERY: usize = 5;
const AT_A_TIME: usize = 20;

/// How a hostile run ended.
async fn ends(house: &House, name: &str, script: &str) -> (String, String) {
    let nodes = json!([{"id": "a", "kind": "script.run", "with": {"script": script}}]);
    let more = json!({"inputs": {"who": {"type": "string"}, "rows": {}}});
    let workflow = house.workflow(name, nodes, &[], more).await;
    let inputs = json!({"who": "Eve", "rows": [{"n": 1}, {"n": 2}]});
    let said = match house.launch(&workflow, inputs).await {
        Err(LaunchError::Invalid(_)) => "refused".to_owned(),
        Err(other) => panic!("{name}: {other:?}"),
        Ok(launched) => match launched.finished.expect("it was awaited").error {
            Some(error) => error.code,
            None => "succeeded".to_owned(),
        },
    };
    (name.to_owned(), said)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_scripts_end_by_themselves_and_normal_runs_go_on_beside_them() {
    let house = House::open().await;
    let mut corpus: Vec<(String, String)> = std::fs::read_dir(CORPUS)
        .unwrap()
        .map(|file| file.unwrap().path())
        .map(|path| {
            let name = path
                .file_stem()
                .unwrap()
                .to_string_lossy()
                .replace('_', "-");
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    corpus.sort();
    let some: Vec<_> = corpus.into_iter().step_by(EVERY).collect();
    let count = some.len();
    let nodes = json!([
        {"id": "a", "kind": "script.run", "with": {"script": "[3, 1, 2].map(|n| n * inputs.n)"}},
        {"id": "b", "kind": "script.run", "with": {"script": "let sum = 0; for n in nodes.a.output.script { sum += n } sum"}}
    ]);
    let more =
        json!({"inputs": {"n": {"type": "integer"}}, "output": "${ nodes.b.output.script }"});
    let normal = house.workflow("normal", nodes, &["a -> b"], more).await;

    let mut hostile = stream::iter(&some)
        .map(|(name, script)| ends(&house, name, script))
        .buffer_unordered(AT_A_TIME);
    let mut ended = Vec::new();
    let mut turns = 0;
    while ended.len() < count {
        tokio::select! {
            biased;
            Some(end) = hostile.next() => ended.push(end),
            () = async {
                let (_, result) = house.run(&normal, json!({"n": turns})).await;
                assert_eq!(*succeeded(&result), Value::from(6 * turns));
            } => turns += 1,
        }
    }
    for (name, said) in &ended {
        assert!(
            ["script_error", "refused", "succeeded"].contains(&said.as_str()),
            "{name}: {said}"
        );
    }
    let failed = ended.iter().filter(|(_, said)| said == "script_error");
    assert!(failed.count() > count / 2, "{ended:?}");
    assert!(
        turns >= 20,
        "{turns} normal runs beside {count} hostile ones"
    );
}
