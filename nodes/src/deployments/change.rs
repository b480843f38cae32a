//! What one release leaves when it takes over from another, or fails to: cleared away, and what was live put back.
//!
//! It all goes by notes on the disk, so that it does not matter whether the same run gets here, or the next one,
//! or the next start of Lathe.

use blueprint::ports::DeploymentStatus;
use engine::node::Failure;

use super::Deployments;
use super::health::free_port;
use super::place::{ELSEWHERE, Standing, Start};
use super::record::{self, Record};
use crate::environments::Given;
use crate::home::Home;

/// Where a sentence for people goes: the log of a run, or Lathe's own.
pub(super) type Say<'a> = &'a (dyn Fn(&str) + Send + Sync);

impl Deployments {
    /// Clears up after a change that ended well, failed or was broken off, and gives what is live then. What cannot be
    /// cleared away now stays noted, and holds nobody up; a release that can't be put back is an error.
    pub(super) async fn clear_up(
        &self,
        home: &Home,
        live: Option<Record>,
        say: Say<'_>,
    ) -> Result<Option<Record>, Failure> {
        let swept = self.sweep(home, live.as_ref()).await;
        if let Err(problem) = &swept {
            say(&format!(
                "something of an earlier release could not be stopped, and will be tried again: {}",
                problem.error.message
            ));
        }
        let Some(change) = record::read_change(home)? else {
            return Ok(live);
        };
        let took_over = live
            .as_ref()
            .is_some_and(|record| record.release >= change.release);
        let live = if change.restart && !took_over {
            self.bring_back(home, live, say).await?
        } else {
            live
        };
        let litter = if took_over {
            change.original
        } else {
            change.copy
        };
        let in_use = live.as_ref().map(|record| record.data(home));
        if let Some(data) = litter.filter(|data| in_use.as_ref() != Some(data)) {
            if swept.is_err() {
                return Ok(live);
            }
            if let Err(problem) = self.places.discard(home, &data).await {
                say(&format!(
                    "{} is not needed any more and could not be removed; it will be tried again: {}",
                    data.describe(home),
                    problem.error.message
                ));
                return Ok(live);
            }
        }
        record::remove_change(home)?;
        Ok(live)
    }

    /// Starts the release again that stepped back for another.
    async fn bring_back(
        &self,
        home: &Home,
        live: Option<Record>,
        say: Say<'_>,
    ) -> Result<Option<Record>, Failure> {
        let Some(record) = &live else { return Ok(live) };
        let is_down = record.status == DeploymentStatus::Failed
            && self.places.standing(&record.place).await? == Standing::Ended;
        if !is_down {
            return Ok(live);
        }
        say(&format!("release {} is started again", record.release));
        self.start_again(home, record).await.map(Some)
    }

    /// Stops what is pending and not live.
    pub(super) async fn sweep(&self, home: &Home, live: Option<&Record>) -> Result<(), Failure> {
        let mut left = Vec::new();
        let mut outcome = Ok(());
        let pending = record::read_pending(home)?;
        for place in &pending {
            if live.is_some_and(|record| record.place == *place) {
                continue;
            }
            if let Err(failure) = self.places.remove(place).await {
                left.push(place.clone());
                // That is for a Lathe over there to sweep up.
                if failure.error.code != ELSEWHERE {
                    outcome = Err(failure);
                }
            }
        }
        if left != pending {
            record::write_pending(home, &left)?;
        }
        outcome
    }

    /// Starts what a record names once more, under the same number and on the same data.
    pub(super) async fn start_again(
        &self,
        home: &Home,
        record: &Record,
    ) -> Result<Record, Failure> {
        let environment = record::read_environment(home, record.release)?;
        let port = free_port(Some(record.port)).or_else(|_| free_port(None))?;
        let data = record.data(home);
        let start = Start {
            home,
            source: &record.source,
            environment: &environment,
            data: &data,
            release: record.release,
            port,
        };
        let started = self.start(start).await?;
        let again = Record {
            port,
            url: format!("http://127.0.0.1:{port}/"),
            status: DeploymentStatus::Running,
            place: started.place.clone(),
            ..record.clone()
        };
        if let Err(problem) = self.wait_until_healthy(&again, super::REVIVAL).await {
            let failure = self.give_up(home, &again, started, problem).await;
            // Whoever hears of it may deploy another release, and knows other secrets than this one was given.
            return Err(Given::of_release(&environment).hide_of(failure));
        }
        self.settle(home, &again, started, None).await?;
        self.sweep(home, Some(&again)).await?;
        Ok(again)
    }
}
