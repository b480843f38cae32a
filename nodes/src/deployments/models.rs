//! Which models an application was generated from: what it is to become is compared with them before it is shipped.

use std::path::{Path, PathBuf};

use blueprint::ports::Generated;
use blueprint::{Allow, Application, DOCUMENT_FILE, Previous};
use engine::node::Failure;
use uuid::Uuid;

use super::Deployments;
use super::record::{self, Source};
use crate::applications::faults;
use crate::generated::Manifest;
use crate::home::{Home, failed, replace};
use crate::workspace::blocking;

impl Deployments {
    /// None for whoever does not own it: what is there is another's.
    pub(super) async fn models_of(
        &self,
        owner: Uuid,
        application: &str,
    ) -> Result<Option<Generated>, Failure> {
        let home = Home::of(&self.data, application)?;
        blocking(move || {
            if home.owner() != Some(owner) {
                return Ok(None);
            }
            let Some(manifest) = Manifest::read(&home)? else {
                return Ok(None);
            };
            let previous = Previous::from_files(&manifest.history, Allow::default())
                .map_err(|invalid| faults(&invalid.problems))?;
            let Some(previous) = previous else {
                return Ok(None);
            };
            let live = match record::read(&home)?.map(|record| record.source) {
                Some(Source::Process { binary, .. }) => read_beside(&binary)?,
                Some(Source::Docker { .. }) | None => None,
            };
            Ok(Some(Generated {
                latest: previous.application,
                live,
            }))
        })
        .await
    }
}

/// Notes beside a binary that was built what it was generated from, unless that is there already. Blocks.
pub(crate) fn note_beside(binary: &Path, home: &Home) -> Result<(), Failure> {
    let path = beside(binary);
    let manifest = Manifest::read(home)?.unwrap_or_default();
    let document = manifest
        .history
        .iter()
        .find(|file| file.path == DOCUMENT_FILE);
    match document {
        Some(document) if !path.exists() => replace(&path, document.contents.as_bytes(), false)
            .map_err(|problem| failed(&path, &problem)),
        _ => Ok(()),
    }
}

/// What was noted so. Binaries of an older Lathe lack it, and one that can't be read tells nothing.
fn read_beside(binary: &Path) -> Result<Option<Application>, Failure> {
    let path = beside(binary);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Application::parse(&text).ok()),
        Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(problem) => Err(failed(&path, &problem)),
    }
}

fn beside(binary: &Path) -> PathBuf {
    binary.with_file_name(DOCUMENT_FILE)
}

#[cfg(test)]
mod tests {
    use blueprint::ports::Deployments as _;
    use serde_json::{Value, json};

    use super::*;
    use crate::kinds::code_generate::CodeGenerate;
    use crate::options::Options;
    use crate::tests::Surroundings;

    async fn generate(surroundings: &Surroundings, fields: &[&str]) {
        let fields: Vec<Value> = fields
            .iter()
            .map(|name| json!({ "name": name, "type": "text" }))
            .collect();
        let models = json!([{ "name": "book", "fields": fields }]);
        let with = json!({ "application": { "name": "library", "models": models } });
        let node = CodeGenerate::new(&Options::default());
        surroundings.run(node, with).await.unwrap();
    }

    /// Says that this binary is live, as whoever deploys it does.
    fn put_live(home: &Home, binary: &Path) {
        let record = json!({
            "application": "library", "status": "stopped", "url": "http://127.0.0.1:1/", "port": 1, "release": 1,
            "digest": "abc", "since": "2026-11-30T12:00:00Z", "health_path": "/healthz", "execution": Uuid::now_v7(),
            "target": "process", "binary": binary, "pid": 1, "started": 1, "boot": "none",
        });
        let record = serde_json::to_vec(&record).unwrap();
        std::fs::write(home.path.join("deployment.json"), record).unwrap();
    }

    fn fields(application: &Application) -> Vec<&str> {
        let fields = application.models[0].fields.iter();
        fields.map(|field| &*field.name).collect()
    }

    #[tokio::test]
    async fn what_is_live_and_what_was_generated_since_are_told_apart() {
        let surroundings = Surroundings::new();
        let deployments = Deployments::new(&surroundings.data(), None);
        let owner = surroundings.context.owner;
        let before = deployments.generated(owner, "library").await.unwrap();
        assert!(before.is_none());

        generate(&surroundings, &["title"]).await;
        let home = Home::of(&surroundings.data(), "library").unwrap();
        let binary = home.path.join("builds/one/app");
        put_live(&home, &binary);
        let read = async || {
            let generated = deployments.generated(owner, "library").await.unwrap();
            generated.unwrap()
        };
        let unknown = read().await;
        assert_eq!(fields(&unknown.latest), ["title"]);
        assert!(unknown.live.is_none(), "an older Lathe noted nothing");

        note_beside(&binary, &home).unwrap();
        generate(&surroundings, &["title", "pages"]).await;
        // A binary is what it is: what is generated later says nothing about it.
        note_beside(&binary, &home).unwrap();
        let generated = read().await;
        assert_eq!(fields(&generated.latest), ["title", "pages"]);
        assert_eq!(fields(&generated.live.unwrap()), ["title"]);

        let other = Uuid::now_v7();
        let told = deployments.generated(other, "library").await.unwrap();
        assert!(told.is_none(), "it is another owner's");
    }
}
