//! `code.generate` with the real generator and a source of applications in memory.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use blueprint::ports::{ApplicationSource, BoxedError};
use blueprint::{Application, Invalid};
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::tests::Surroundings;

struct Shelf(Mutex<Application>);

#[async_trait]
impl ApplicationSource for Shelf {
    async fn load(&self, _owner: Uuid, name: &str) -> Result<Option<Application>, BoxedError> {
        Ok(Some(self.0.lock().unwrap().clone()).filter(|application| application.name == name))
    }
}

fn document(fields: &Value) -> Value {
    json!({ "name": "library", "models": [{ "name": "book", "fields": fields }] })
}

fn title() -> Value {
    json!({ "name": "title", "type": "text", "required": true })
}

fn pages() -> Value {
    json!({ "name": "pages", "type": "integer" })
}

async fn run(surroundings: &Surroundings, with: Value) -> Result<Value, Failure> {
    surroundings
        .run(CodeGenerate::new(&Options::default()), with)
        .await
}

fn times(folder: &Path) -> BTreeMap<String, SystemTime> {
    let mut times = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                let path = entry
                    .path()
                    .strip_prefix(folder)
                    .unwrap()
                    .display()
                    .to_string();
                times.insert(path, entry.metadata().unwrap().modified().unwrap());
            }
        }
    }
    times
}

#[tokio::test]
async fn writes_only_what_differs_and_leaves_the_owners_files_alone() {
    let surroundings = Surroundings::new();
    let first = run(
        &surroundings,
        json!({ "application": document(&json!([title()])) }),
    )
    .await
    .unwrap();
    let folder = surroundings.data().join("apps/library/source");
    assert_eq!(first["path"], folder.display().to_string());
    assert_eq!(first["changed"].as_array().unwrap().len(), first["files"]);
    std::fs::write(folder.join("src/mine.rs"), "// mine").unwrap();
    let before = times(&folder);

    let again = run(
        &surroundings,
        json!({ "application": document(&json!([title()])) }),
    )
    .await
    .unwrap();
    assert_eq!(
        (&again["digest"], &again["changed"]),
        (&first["digest"], &json!([]))
    );
    assert_eq!(times(&folder), before);

    let more = run(
        &surroundings,
        json!({ "application": document(&json!([title(), pages()])) }),
    )
    .await
    .unwrap();
    let changed: Vec<_> = more["changed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|path| path.as_str().unwrap())
        .collect();
    assert!(
        changed
            .iter()
            .any(|path| path.starts_with("migrations/0002_")),
        "{changed:?}"
    );
    assert!(changed.len() < before.len());
    let unwritten: Vec<_> = before
        .keys()
        .filter(|path| !changed.contains(&path.as_str()))
        .collect();
    let after = times(&folder);
    assert!(unwritten.iter().all(|path| before[*path] == after[*path]));
    assert_eq!(
        std::fs::read_to_string(folder.join("src/mine.rs")).unwrap(),
        "// mine"
    );
    assert_ne!(more["digest"], first["digest"]);
}

#[tokio::test]
async fn a_fault_or_a_lossy_change_writes_nothing() {
    let surroundings = Surroundings::new();
    run(
        &surroundings,
        json!({ "application": document(&json!([title(), pages()])) }),
    )
    .await
    .unwrap();
    let folder = surroundings.data().join("apps/library/source");
    let before = times(&folder);

    let reserved = json!([{ "name": "self", "type": "text" }]);
    for fields in [reserved, json!([title()])] {
        let failure = run(&surroundings, json!({ "application": document(&fields) }))
            .await
            .unwrap_err();
        assert_eq!(
            (failure.error.code.as_str(), failure.retryable),
            ("application_invalid", false)
        );
        assert_eq!(times(&folder), before);
    }
    let dropped = run(
        &surroundings,
        json!({ "application": document(&json!([title()])), "allow": { "drop": true } }),
    )
    .await;
    assert!(
        dropped.unwrap()["changed"]
            .as_array()
            .unwrap()
            .iter()
            .any(|path| path.as_str().unwrap().contains("0002_"))
    );
}

/// A place whose applications are at fault, or that is away.
struct Broken(Option<Invalid>);

#[async_trait]
impl ApplicationSource for Broken {
    async fn load(&self, _owner: Uuid, _name: &str) -> Result<Option<Application>, BoxedError> {
        Err(self
            .0
            .clone()
            .map_or_else(|| "no route to host".into(), Into::into))
    }
}

#[tokio::test]
async fn an_application_at_fault_stays_so_and_a_place_that_is_away_may_come_back() {
    let reserved =
        document(&json!([{ "name": "self", "type": "text" }, { "name": "t", "type": "no" }]));
    let invalid = Application::from_value(reserved).unwrap_err();
    let problems = invalid.problems.len();
    for (source, code, retryable) in [
        (Some(invalid), "application_invalid", false),
        (None, "applications_unavailable", true),
    ] {
        let options = Options {
            applications: Some(Arc::new(Broken(source))),
            ..Options::default()
        };
        let with = json!({ "application": "library" });
        let surroundings = Surroundings::new();
        let failed = surroundings.run(CodeGenerate::new(&options), with);
        let failure = failed.await.unwrap_err();
        assert_eq!(
            (failure.error.code.as_str(), failure.retryable),
            (code, retryable)
        );
        let listed = failure
            .error
            .details
            .map(|details| details.as_array().unwrap().len());
        assert_eq!(listed, (!retryable).then_some(problems));
    }
}

#[tokio::test]
async fn finds_applications_by_name() {
    let application = Application::from_value(document(&json!([title()]))).unwrap();
    let shelf: Arc<dyn ApplicationSource> = Arc::new(Shelf(Mutex::new(application)));
    let options = Options {
        applications: Some(shelf),
        ..Options::default()
    };
    let surroundings = Surroundings::new();
    let found = surroundings
        .run(
            CodeGenerate::new(&options),
            json!({ "application": "library" }),
        )
        .await
        .unwrap();
    assert_eq!(found["application"], "library");
    let missing = surroundings
        .run(
            CodeGenerate::new(&options),
            json!({ "application": "nothing" }),
        )
        .await;
    assert_eq!(missing.unwrap_err().error.code, "application_not_found");
}
