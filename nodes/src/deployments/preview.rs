//! The preview of an application: Lathe's own program, told of the models, live beside the application under a name of
//! its own.
//!
//! It is a release like any other, so that it is proved, switched, stopped and brought back like one. Only its data is
//! worth less: rows stay as far as the models still have a place for them, and where they can't, it begins without any.

mod idle;
mod room;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use blueprint::ports::DeploymentStatus;
use blueprint::{Allow, Application, Declaration, GenerateError, declare};
use engine::node::{Context, Failure, LogStream};
use uuid::Uuid;

use super::record::{self, Environment, Record, Source};
use super::release::{Release, Released};
use super::{Deployments, by_itself};
use crate::applications::{Applications, NameOrDocument, refused};
use crate::digest::digest_bytes;
use crate::home::{Home, HomeLock, failed, replace};
use crate::workspace::blocking;

pub(super) use idle::note_opened;

/// The subcommand that serves a declaration.
const SUBCOMMAND: &str = "preview-application";
/// What a preview is told by lies here in its home, each under its digest.
const DECLARATIONS: &str = "declarations";
/// Is there while a preview is one of an application that the installation keeps, whose end is its end, too.
const KEPT: &str = "kept";

/// What is to be previewed.
pub(crate) struct Wish {
    pub(crate) application: NameOrDocument,
    /// Where it is found by name.
    pub(crate) applications: Applications,
    /// Lathe's own.
    pub(crate) program: PathBuf,
    pub(crate) health_timeout: Duration,
    /// How many previews its workspace may have at the same time; 0 is without a limit.
    pub(crate) limit: usize,
}

/// What became of the rows that were entered before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rows {
    /// There was no preview.
    New,
    Kept,
    /// They could not be kept.
    Dropped,
}

/// How a declaration is to be got live.
struct Step {
    declaration: Declaration,
    rows: Rows,
    /// Whether the rows that there are have to be migrated.
    migrates: bool,
}

impl Deployments {
    /// Puts the models live as they are now. What was live of an earlier preview goes on until the new one is healthy.
    pub(crate) async fn preview(
        &self,
        wish: &Wish,
        context: &Context,
    ) -> Result<(Released, Rows), Failure> {
        let say = |text: &str| context.log.line(LogStream::Info, text);
        // What is none, or is at fault, is given no home.
        let name = wish.load(context).await?.name;
        let (home, lock) = self.held(&name, context).await?;
        // Held to the end: what is in there is nobody else's between two tries, nor while it is cleared up.
        let lock = self.find_room(&home, lock, wish.limit, context).await?;
        // Read again: whoever held it until now may have put live what is newer than what was read before.
        let application = wish.load(context).await?;
        let is_kept = wish.is_kept(&application);
        if is_kept {
            // Before it is up: whatever breaks off from here, it goes with its application.
            note_kept(&home, true)?;
        }
        let step = Step::after(&home, &application, &say)?;
        let (rows, migrates) = (step.rows, step.migrates);
        let release = step.release(&home, wish).await?;
        let tried = self
            .put_live(home.clone(), lock.clone(), release, context)
            .await;
        let (released, rows) = match tried {
            Err(failure) if migrates && failure.error.code == "release_unhealthy" => {
                // Rows that break a new rule end it while it migrates. Whether it was that is seen by trying without them.
                say(&format!(
                    "it does not start with the rows that there are, and begins without any: {}",
                    failure.error.message
                ));
                let step = Step::anew(&application)?;
                let release = step.release(&home, wish).await?;
                let released = self
                    .put_live(home.clone(), lock.clone(), release, context)
                    .await?;
                (released, Rows::Dropped)
            }
            tried => (tried?, rows),
        };
        // It is live, so that nothing may fail any more.
        let noted = note_opened(&home).and(note_kept(&home, is_kept));
        let cleared = forget_declarations(&home, lock, &released.record.digest).await;
        if let Err(problem) = noted.and(cleared) {
            say(&format!(
                "not all of it was noted or cleared away, and it will be tried again: {}",
                problem.error.message
            ));
        }
        Ok((released, rows))
    }

    /// The home of an application's preview for a run, and its lock. Whose application is live has the name of its preview,
    /// too; otherwise it is the first one's who asks, until that preview is removed.
    async fn held(
        &self,
        application: &str,
        context: &Context,
    ) -> Result<(Home, Arc<HomeLock>), Failure> {
        let owner = context.owner;
        let own = Home::of(&self.data, application)?;
        if own.owner().is_some_and(|of| of != owner) {
            return Err(own.taken());
        }
        let home = Home::of_preview(&self.data, application)?;
        let lock = match home.clone().claimed(context).await {
            Ok(_) => home.lock(context).await?,
            // Who holds it at this moment uses it.
            Err(taken) if taken.error.code == "name_taken" => {
                home.try_lock().await?.ok_or(taken)?
            }
            Err(failure) => return Err(failure),
        };
        let lock = Arc::new(lock);
        // It may have been passed on until it was locked.
        if home.owner() != Some(owner) {
            let record = record::read(&home)?;
            // One that has ended keeps its rows for its workspace, which sees and removes it as long as it has the application.
            let stands = record
                .as_ref()
                .is_some_and(|record| record.status != DeploymentStatus::Stopped || is_kept(&home));
            if stands || record::read_change(&home)?.is_some() {
                return Err(home.taken());
            }
            self.empty(&home, &lock, record).await?;
            home.pass_to(owner)?;
        }
        Ok((home, lock))
    }

    /// Ends a preview of this owner and throws away all of it; whether there was any.
    pub(super) async fn remove(&self, owner: Uuid, application: &str) -> Result<bool, Failure> {
        let Ok(home) = Home::of_preview(&self.data, application) else {
            return Ok(false);
        };
        // One that is just being started has a home and no record yet. To lock what is no home would make it one.
        if home.owner() != Some(owner) {
            return Ok(false);
        }
        let lock = Arc::new(self.lock(&home).await?);
        if home.owner() != Some(owner) {
            return Ok(false);
        }
        let record = record::read(&home)?;
        let was_there = record.is_some();
        self.empty(&home, &lock, record).await?;
        Ok(was_there)
    }

    /// Ends what runs from a home that is held, and throws away all that is in it. The home is held until that is done, even if
    /// nobody waits for it any more.
    async fn empty(
        &self,
        home: &Home,
        lock: &Arc<HomeLock>,
        record: Option<Record>,
    ) -> Result<(), Failure> {
        let (this, home, lock) = (self.clone(), home.clone(), Arc::clone(lock));
        by_itself(async move { this.empty_held(&home, lock, record).await }).await
    }

    async fn empty_held(
        &self,
        home: &Home,
        lock: Arc<HomeLock>,
        record: Option<Record>,
    ) -> Result<(), Failure> {
        if let Some(mut record) = record {
            // Written first: should this be broken off, nobody brings it back.
            let before = std::mem::replace(&mut record.status, DeploymentStatus::Stopped);
            record::write(home, &record)?;
            if let Err(failure) = self.places.stop(&record.place).await {
                record.status = before;
                record::write(home, &record)?;
                return Err(failure);
            }
        }
        self.sweep(home, None).await?;
        let path = home.path.clone();
        blocking(move || {
            let _lock = lock;
            clear(&path).map_err(|problem| failed(&path, &problem))
        })
        .await
    }
}

impl Wish {
    /// As it is at this moment.
    async fn load(&self, context: &Context) -> Result<Application, Failure> {
        let application = self.application.clone();
        self.applications.load(context.owner, application).await
    }

    /// Whether it is one that the installation keeps, which gives ids by the time; that of a file follows from its name.
    fn is_kept(&self, application: &Application) -> bool {
        let id = Uuid::try_parse(&application.id);
        matches!(self.application, NameOrDocument::Name(_))
            && id.is_ok_and(|id| id.get_version_num() == 7)
    }
}

impl Step {
    /// From what the live preview was told to what the models say now.
    fn after(
        home: &Home,
        application: &Application,
        say: &(dyn Fn(&str) + Sync),
    ) -> Result<Self, Failure> {
        let Some(record) = record::read(home)? else {
            return Ok(Self {
                rows: Rows::New,
                ..Self::anew(application)?
            });
        };
        let Some(before) = read_declaration(home, &record) else {
            say("what the last preview was told is gone: this one begins without its rows");
            return Self::anew(application);
        };
        // A field that is gone takes its values along, and a stricter rule is tried: a preview is there for trying.
        let allow = Allow {
            drop: true,
            tighten: true,
        };
        let previous = before
            .previous(allow)
            .map_err(|invalid| refused(GenerateError::Refused(invalid.problems)))?;
        match declare(application, Some(&previous)) {
            Ok(declaration) => Ok(Self {
                migrates: declaration.migrations != before.migrations,
                declaration,
                rows: Rows::Kept,
            }),
            Err(GenerateError::Refused(problems)) => {
                // What is wrong with the models themselves is wrong without rows, too, and is said then.
                let anew = Self::anew(application)?;
                for problem in problems {
                    say(&format!(
                        "this change leaves no place for the rows that there are: {problem}"
                    ));
                }
                Ok(anew)
            }
            Err(error) => Err(refused(error)),
        }
    }

    /// With no rows at all.
    fn anew(application: &Application) -> Result<Self, Failure> {
        Ok(Self {
            declaration: declare(application, None).map_err(refused)?,
            rows: Rows::Dropped,
            migrates: false,
        })
    }

    /// Writes down what the program is to be told.
    async fn release(self, home: &Home, wish: &Wish) -> Result<Release, Failure> {
        let text = serde_json::to_string(&self.declaration)
            .map_err(|problem| Failure::permanent("internal", problem.to_string()))?;
        // Another version of the program is another program.
        let told = format!("{} {text}", env!("CARGO_PKG_VERSION"));
        let digest = digest_bytes(told.as_bytes());
        let path = declaration_path(home, &digest);
        let place = path.clone();
        blocking(move || {
            replace(&place, text.as_bytes(), true).map_err(|problem| failed(&place, &problem))
        })
        .await?;
        Ok(Release {
            application: home.name.clone(),
            source: Source::Process {
                binary: wish.program.clone(),
                arguments: vec![SUBCOMMAND.to_owned(), path.display().to_string()],
            },
            digest,
            environment: Environment::new(),
            health_path: "/healthz".to_owned(),
            health_timeout: wish.health_timeout,
            port: None,
            fresh: self.rows == Rows::Dropped,
        })
    }
}

fn declaration_path(home: &Home, digest: &str) -> PathBuf {
    home.path.join(DECLARATIONS).join(format!("{digest}.json"))
}

fn read_declaration(home: &Home, record: &Record) -> Option<Declaration> {
    let text = std::fs::read(declaration_path(home, &record.digest)).ok()?;
    serde_json::from_slice(&text).ok()
}

fn note_kept(home: &Home, kept: bool) -> Result<(), Failure> {
    let path = home.path.join(KEPT);
    if kept {
        return replace(&path, b"", true).map_err(|problem| failed(&path, &problem));
    }
    record::remove_file(&path)
}

pub(super) fn is_kept(home: &Home) -> bool {
    home.path.join(KEPT).is_file()
}

/// Only what the live preview was told is needed: the next one is planned from there. The home is held until it is done,
/// even if nobody waits for that any more.
async fn forget_declarations(home: &Home, lock: Arc<HomeLock>, live: &str) -> Result<(), Failure> {
    let (folder, live) = (home.path.join(DECLARATIONS), declaration_path(home, live));
    blocking(move || {
        let _lock = lock;
        let forget = || -> std::io::Result<()> {
            for entry in std::fs::read_dir(&folder)? {
                let path = entry?.path();
                if path != live {
                    std::fs::remove_file(path)?;
                }
            }
            Ok(())
        };
        match forget() {
            Err(problem) if problem.kind() != ErrorKind::NotFound => Err(failed(&folder, &problem)),
            _ => Ok(()),
        }
    })
    .await
}

/// Removes what is in a home. Whose it is and the lock stay: somebody may wait for it at this moment.
fn clear(home: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(home)? {
        let entry = entry?;
        let name = entry.file_name();
        if name == "owner" || name == "lock" {
            continue;
        }
        if entry.file_type()?.is_dir() {
            std::fs::remove_dir_all(entry.path())?;
        } else {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
