//! Whose a preview is, when it goes and what becomes of its rows, with a program of the tests in the place of Lathe's own.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use blueprint::ports::{Deployment, Deployments as _};

use super::*;
use crate::clients::docker::Docker;
use crate::tests::Surroundings;
use crate::tests::docker::hello;

const NOTES: &str = "
name: notes
models: [{ name: notes, fields: [{ name: title, type: text, required: true }] }]
";

struct Shop {
    surroundings: Surroundings,
    deployments: Deployments,
}

impl Shop {
    fn new() -> Self {
        let surroundings = Surroundings::new();
        let docker = Arc::new(Docker::new(Some("unix:///nowhere/docker.sock")));
        let deployments = Deployments::with(&surroundings.data(), docker);
        Self {
            surroundings,
            deployments,
        }
    }

    fn wish(&self, document: &str) -> Wish {
        Wish {
            application: Application::parse(document).unwrap(),
            program: hello(&self.surroundings).into(),
            health_timeout: Duration::from_secs(30),
        }
    }

    /// The run of another workspace.
    fn workspace(&self) -> Context {
        Context {
            owner: Uuid::now_v7(),
            ..self.surroundings.context.clone()
        }
    }

    /// What became of the rows, or why there is no preview.
    async fn preview(&self, wish: &Wish, context: &Context) -> Result<Rows, String> {
        let previewed = self.deployments.preview(wish, context).await;
        previewed
            .map(|(_, rows)| rows)
            .map_err(|failure| failure.error.code)
    }

    async fn remove(&self, context: &Context) -> bool {
        let removed = self.deployments.remove(context.owner, "notes").await;
        removed.unwrap()
    }

    async fn live(&self) -> Option<Deployment> {
        self.deployments.get("notes-preview").await.unwrap()
    }
}

#[tokio::test]
async fn its_name_is_of_one_workspace_until_it_is_removed() {
    let shop = Shop::new();
    let wish = shop.wish(NOTES);
    let (one, other) = (shop.workspace(), shop.workspace());
    let taken = Err("name_taken".to_owned());

    assert_eq!(shop.preview(&wish, &one).await, Ok(Rows::New));
    assert_eq!(shop.preview(&wish, &other).await, taken);
    assert!(!shop.remove(&other).await, "it is nobody's else to remove");
    assert_eq!(shop.live().await.unwrap().owner, one.owner);

    assert!(shop.remove(&one).await);
    assert_eq!(shop.live().await, None);
    assert_eq!(shop.preview(&wish, &other).await, Ok(Rows::New));
    assert_eq!(shop.live().await.unwrap().owner, other.owner);
    assert_eq!(shop.preview(&wish, &one).await, taken);
    assert!(shop.remove(&other).await);

    // The application itself is the other's by now.
    Home::claim(&other, "notes").await.unwrap();
    assert_eq!(shop.preview(&wish, &one).await, taken);
    assert_eq!(shop.live().await, None);
}

#[tokio::test]
async fn one_that_is_just_being_started_is_removed() {
    let shop = Shop::new();
    let wish = shop.wish(NOTES);
    let context = &shop.surroundings.context;
    assert!(!shop.remove(context).await);
    let home = Home::of_preview(&shop.surroundings.data(), "notes").unwrap();
    assert!(!home.path.exists(), "to look for one makes none");

    let removal = async {
        shop.surroundings.logged("waiting for its health").await;
        shop.remove(context).await
    };
    let (started, removed) = tokio::join!(shop.preview(&wish, context), removal);
    assert_eq!((started, removed), (Ok(Rows::New), true));
    assert_eq!(shop.live().await, None);
}

#[tokio::test]
async fn its_rows_are_given_up_only_for_tables_that_have_changed() {
    let shop = Shop::new();
    let context = &shop.surroundings.context;
    let begun = shop.preview(&shop.wish(NOTES), context).await;
    assert_eq!(begun, Ok(Rows::New));

    // One that does not start where there is anything.
    let program = shop.surroundings.data().join("picky");
    let script = format!(
        "#!/bin/sh\ntest -e \"$DATA_DIR/starts\" && exit 1\nexec '{}'\n",
        hello(&shop.surroundings)
    );
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let picky = |document: String| Wish {
        program: program.clone(),
        ..shop.wish(&document)
    };

    let labelled = picky(format!("{NOTES}label: Our notes\n"));
    let failed = shop.preview(&labelled, context).await;
    assert_eq!(failed, Err("release_unhealthy".to_owned()));
    assert_eq!(shop.live().await.unwrap().release, 1);

    let changed = picky(NOTES.replace("required: true", "required: true, max: 3"));
    assert_eq!(shop.preview(&changed, context).await, Ok(Rows::Dropped));
    assert!(shop.remove(context).await);
}
