//! An earlier release to go back to: its program and its environment, as they are kept. It comes up as the next release, and
//! has to prove itself like any other.

use std::time::Duration;

use engine::node::{Context, Failure};
use uuid::Uuid;

use super::record::{self, Record, Source};
use super::{Deployments, Release};
use crate::home::Home;
use crate::workspace::blocking;

/// The release that is gone back to, and how it is to come up.
pub(crate) struct Earlier<'a> {
    pub(crate) application: &'a str,
    pub(crate) number: u64,
    /// What its digest has to be.
    pub(crate) digest: Option<&'a str>,
    pub(crate) health_timeout: Duration,
    pub(crate) port: Option<u16>,
}

impl Deployments {
    /// What an earlier release of this application consisted of.
    pub(crate) async fn earlier(
        &self,
        context: &Context,
        wanted: Earlier<'_>,
    ) -> Result<Release, Failure> {
        let Earlier {
            application,
            number,
            digest,
            health_timeout,
            port,
        } = wanted;
        let home = Home::claim(context, application).await?;
        let digest = digest.map(str::to_owned);
        blocking(move || {
            let mut history = record::history(&home)?;
            history.retain(|record| is_kept(&home, record));
            let kept: Vec<String> = history
                .iter()
                .map(|record| record.release.to_string())
                .collect();
            // The last one of a number counts.
            let found = history.into_iter().rfind(|record| record.release == number);
            let Some(record) = found else {
                return Err(gone(&home, number, &kept));
            };
            if digest.is_some_and(|digest| digest != record.digest) {
                return Err(another(&home, number));
            }
            Ok(Release {
                application: home.name.clone(),
                environment: record::read_environment(&home, number)?,
                source: record.source,
                digest: record.digest,
                health_path: record.health_path,
                health_timeout,
                port,
                fresh: false,
            })
        })
        .await
    }
}

/// Whether somebody can go back to this release; `None` when nothing of this owner was ever live in the home, or when it was
/// deployed to another one.
pub(super) async fn is_kept_of(
    owner: Uuid,
    home: Home,
    id: Uuid,
    number: u64,
    digest: String,
) -> Result<Option<bool>, Failure> {
    blocking(move || {
        let is_meant = home.owner() == Some(owner) && record::given_id(&home)? == Some(id);
        if !is_meant || record::read(&home)?.is_none() {
            return Ok(None);
        }
        let kept = |record: &Record| record.release == number && is_kept(&home, record);
        let found = record::history(&home)?.into_iter().rfind(kept);
        Ok(Some(found.is_some_and(|record| record.digest == digest)))
    })
    .await
}

/// The environment of a release goes last, and its program may have been taken away by hand.
fn is_kept(home: &Home, record: &Record) -> bool {
    let has_program = match &record.source {
        Source::Process { binary, .. } => binary.is_file(),
        Source::Docker { .. } => true,
    };
    has_program && record::has_environment(home, record.release)
}

fn gone(home: &Home, number: u64, kept: &[String]) -> Failure {
    let name = &home.name;
    let ways = match kept {
        [] => "none is kept on this machine; deploy it anew".to_owned(),
        kept => format!("kept on this machine: {}", kept.join(", ")),
    };
    let message = format!(
        "release {number} of {name} is not kept (any more), so that nothing can go back to it; {ways}"
    );
    Failure::permanent("release_gone", message)
}

/// Numbers begin anew with the home.
fn another(home: &Home, number: u64) -> Failure {
    let message = format!(
        "release {number} of {} is another program on this machine than the one that was asked for, which is not kept (any more): \
         deploy it anew, or leave `digest` out to go back to the one that is here",
        home.name
    );
    Failure::permanent("release_gone", message)
}
