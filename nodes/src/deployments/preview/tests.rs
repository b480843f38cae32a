//! Whose a preview is, when it goes and what becomes of its rows, with a program of the tests in the place of Lathe's own.

use std::fs::File;
use std::os::unix::fs::PermissionsExt;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use async_trait::async_trait;
use blueprint::ports::{ApplicationSource, BoxedError, Deployment, Deployments as _};

use super::*;
use crate::Options;
use crate::clients::docker::Docker;
use crate::tests::Surroundings;
use crate::tests::docker::hello;

const NOTES: &str = "
name: notes
models: [{ name: notes, fields: [{ name: title, type: text, required: true }] }]
";

/// The same notes with a field more.
fn coloured() -> String {
    NOTES.replace(
        "required: true }",
        "required: true }, { name: colour, type: text }",
    )
}

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
        let document = serde_json::to_value(Application::parse(document).unwrap()).unwrap();
        self.wish_of(NameOrDocument::Document(
            document.as_object().unwrap().clone(),
        ))
    }

    fn wish_of(&self, application: NameOrDocument) -> Wish {
        Wish {
            application,
            applications: Applications::of(&Options::default()),
            program: hello(&self.surroundings).into(),
            health_timeout: Duration::from_secs(30),
            limit: 0,
        }
    }

    /// One of the application that is kept on a shelf.
    fn wish_by_name(&self, shelf: &Arc<Shelf>) -> Wish {
        let options = Options {
            applications: Some(shelf.clone()),
            ..Options::default()
        };
        Wish {
            applications: Applications::of(&options),
            ..self.wish_of(NameOrDocument::Name("notes".to_owned()))
        }
    }

    fn home(&self) -> Home {
        Home::of_preview(&self.surroundings.data(), "notes").unwrap()
    }

    /// What previews are told by that nobody has cleared away.
    fn declarations(&self) -> Vec<String> {
        let folder = std::fs::read_dir(self.home().path.join(DECLARATIONS)).unwrap();
        folder
            .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
            .collect()
    }

    /// As if it had been begun and used last so many hours ago.
    fn age(&self, hours: u32) {
        let home = self.home();
        let mut record = record::read(&home).unwrap().unwrap();
        record.since -= chrono::TimeDelta::hours(i64::from(hours));
        record::write(&home, &record).unwrap();
        let opened = File::options()
            .write(true)
            .open(home.path.join("opened"))
            .unwrap();
        let then = SystemTime::now() - Duration::from_secs(3_600) * hours;
        opened.set_modified(then).unwrap();
    }

    /// The names of the previews that end since nobody has opened them for two hours.
    async fn end_idle(&self) -> Vec<String> {
        let patience = Duration::from_secs(7_200);
        self.deployments.end_idle_previews(patience).await.unwrap()
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

/// Where an application is kept, and changed as people do.
struct Shelf(Mutex<Application>);

impl Shelf {
    fn with(document: &str) -> Arc<Self> {
        Arc::new(Self(Mutex::new(kept(document))))
    }

    fn put(&self, document: &str) {
        *self.0.lock().unwrap() = kept(document);
    }
}

fn kept(document: &str) -> Application {
    Application {
        id: Uuid::now_v7().to_string(),
        ..Application::parse(document).unwrap()
    }
}

#[async_trait]
impl ApplicationSource for Shelf {
    async fn load(&self, _owner: Uuid, name: &str) -> Result<Option<Application>, BoxedError> {
        let application = self.0.lock().unwrap().clone();
        Ok(Some(application).filter(|application| application.name == name))
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

/// A browser that is closed must not leave a preview half removed.
#[tokio::test]
async fn it_is_removed_to_the_end_when_nobody_waits_for_that_any_more() {
    let shop = Shop::new();
    let context = &shop.surroundings.context;
    let begun = shop.preview(&shop.wish(NOTES), context).await;
    assert_eq!(begun, Ok(Rows::New));
    let home = shop.home();
    let is_stopping = || {
        let record = record::read(&home).unwrap();
        record.is_none_or(|record| record.status == DeploymentStatus::Stopped)
    };
    let mut removing = Box::pin(shop.deployments.remove(context.owner, "notes"));
    while !is_stopping() {
        tokio::select! {
            biased;
            removed = &mut removing => panic!("too late to go away: {removed:?}"),
            () = tokio::task::yield_now() => {}
        }
    }
    drop(removing);
    // Whoever removes it holds its home until that is done.
    let _lock = shop.deployments.lock(&home).await.unwrap();
    assert!(record::read(&home).unwrap().is_none(), "it was left there");
    assert!(!home.path.join(DECLARATIONS).exists());
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
    // Whoever removes it has to wait for both tries, so that it does not come back.
    let removal = async {
        shop.surroundings.logged("begins without any").await;
        shop.remove(context).await
    };
    let (begun, removed) = tokio::join!(shop.preview(&changed, context), removal);
    assert_eq!((begun, removed), (Ok(Rows::Dropped), true));
    assert_eq!(shop.live().await, None);
}

#[tokio::test]
async fn what_is_saved_when_its_turn_comes_is_what_is_previewed() {
    let shop = Shop::new();
    let context = &shop.surroundings.context;
    let shelf = Shelf::with(NOTES);
    let wish = shop.wish_by_name(&shelf);
    assert_eq!(shop.preview(&wish, context).await, Ok(Rows::New));

    let lock = shop.home().try_lock().await.unwrap().unwrap();
    let saved = async {
        let waiting = "waiting: another run is changing this application";
        shop.surroundings.logged(waiting).await;
        shelf.put(&coloured());
        drop(lock);
    };
    let (previewed, ()) = tokio::join!(shop.preview(&wish, context), saved);
    assert_eq!(previewed, Ok(Rows::Kept));
    let told = shop.declarations();
    assert!(
        told.len() == 1 && told[0].contains("colour"),
        "the newer one, and nothing of the older is left: {told:?}"
    );
    assert!(shop.remove(context).await);
}

/// What it was told by is cleared away by whoever holds its home, so that the next one finds its own.
#[tokio::test]
async fn previews_at_the_same_time_leave_what_the_live_one_was_told() {
    let shop = Shop::new();
    let context = &shop.surroundings.context;
    let (one, other) = (shop.wish(NOTES), shop.wish(&coloured()));
    let (first, second) = tokio::join!(shop.preview(&one, context), shop.preview(&other, context));
    let mut rows = [first.unwrap(), second.unwrap()];
    rows.sort_by_key(|rows| *rows != Rows::New);
    assert_eq!(rows, [Rows::New, Rows::Kept]);
    let record = record::read(&shop.home()).unwrap().unwrap();
    assert!(declaration_path(&shop.home(), &record.digest).is_file());
    assert_eq!(shop.declarations().len(), 1);
    assert!(shop.remove(context).await);
}

#[tokio::test]
async fn one_that_nobody_opens_ends_and_comes_back_with_its_rows() {
    let shop = Shop::new();
    let wish = shop.wish_by_name(&Shelf::with(NOTES));
    let (context, other) = (&shop.surroundings.context, shop.workspace());
    assert_eq!(shop.preview(&wish, context).await, Ok(Rows::New));
    assert!(shop.end_idle().await.is_empty(), "it was just begun");
    shop.age(3);
    shop.deployments.note_opened("notes-preview").await.unwrap();
    assert!(shop.end_idle().await.is_empty(), "it was just opened");
    shop.age(3);
    let lock = shop.home().try_lock().await.unwrap();
    assert!(shop.end_idle().await.is_empty(), "it is being changed");
    drop(lock);

    assert_eq!(shop.end_idle().await, ["notes-preview"]);
    assert_eq!(shop.live().await.unwrap().status, DeploymentStatus::Stopped);
    assert!(shop.end_idle().await.is_empty(), "it has ended already");
    let taken = shop.preview(&wish, &other).await;
    assert_eq!(
        taken,
        Err("name_taken".to_owned()),
        "its rows are somebody's"
    );
    assert_eq!(shop.preview(&wish, context).await, Ok(Rows::Kept));
    assert_eq!(shop.live().await.unwrap().status, DeploymentStatus::Running);
    assert!(shop.end_idle().await.is_empty(), "it was begun anew");

    assert!(shop.remove(context).await);
    shop.deployments.note_opened("notes-preview").await.unwrap();
    assert!(!shop.home().path.join("opened").exists(), "it is gone");
}

/// Those are told that go with an application; one of a document that has ended is in nobody's way.
#[tokio::test]
async fn only_one_of_an_application_that_is_kept_goes_with_it() {
    let shop = Shop::new();
    let (context, other) = (&shop.surroundings.context, shop.workspace());
    let told = || async { shop.deployments.kept_previews().await.unwrap() };
    let wish = shop.wish_by_name(&Shelf::with(NOTES));
    assert_eq!(shop.preview(&wish, context).await, Ok(Rows::New));
    assert_eq!(told().await, [(context.owner, "notes".to_owned())]);
    shop.age(3);
    assert_eq!(shop.end_idle().await, ["notes-preview"]);
    assert_eq!(told().await.len(), 1, "its rows are there still");

    let wish = shop.wish(NOTES);
    shop.preview(&wish, context).await.unwrap();
    assert!(told().await.is_empty());
    shop.age(3);
    assert_eq!(shop.end_idle().await, ["notes-preview"]);
    assert_eq!(shop.preview(&wish, &other).await, Ok(Rows::New));
    assert!(shop.remove(&other).await);
}

#[tokio::test]
async fn a_workspace_has_so_many_up_and_no_more() {
    let shop = Shop::new();
    let (context, other) = (&shop.surroundings.context, shop.workspace());
    let wish = |name: &str| Wish {
        limit: 2,
        ..shop.wish(&NOTES.replacen("notes", name, 1))
    };
    let full = Err("too_many_previews".to_owned());
    let (notes, second, third) = (wish("notes"), wish("second"), wish("third"));
    let (one, two) = tokio::join!(
        shop.preview(&notes, context),
        shop.preview(&second, context)
    );
    assert_eq!((one, two), (Ok(Rows::New), Ok(Rows::New)));
    assert_eq!(shop.preview(&third, context).await, full);
    assert_eq!(shop.preview(&third, &other).await, Ok(Rows::New));
    let fourth = wish("fourth");
    assert_eq!(shop.preview(&fourth, context).await, full);
    let changed = Wish {
        limit: 2,
        ..shop.wish(&coloured())
    };
    assert_eq!(shop.preview(&changed, context).await, Ok(Rows::Kept));

    // What has ended makes room, and needs some to come back.
    shop.age(3);
    assert_eq!(shop.end_idle().await, ["notes-preview"]);
    assert_eq!(shop.preview(&fourth, context).await, Ok(Rows::New));
    assert_eq!(shop.preview(&changed, context).await, full);
    assert!(shop.remove(context).await);
    for (owner, name) in [
        (context.owner, "second"),
        (context.owner, "fourth"),
        (other.owner, "third"),
    ] {
        assert!(shop.deployments.remove(owner, name).await.unwrap());
    }
}
