//! The ports that little depends on here: log lines are counted, nothing is cached or secret, no value is large, there
//! are no schedules, and nobody keeps files.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use engine::Time;
use engine::blob::Blob;
use engine::ports::PortResult;
use engine::ports::blobs::{Blobs, ByteStream, PutError, Stored};
use engine::ports::files::{FileChoice, FileToKeep, Files, KeepFileError, WorkspaceFile};
use engine::ports::happenings::{Happening, Happenings};
use engine::ports::logs::{LogLine, LogStore};
use engine::ports::run_history::{CountedMinute, RunHistory, SeenMinute};
use engine::ports::schedules::{DueSchedule, OpenTick, Planned, Schedules, TickClaim, TickOutcome};
use engine::ports::secrets::{Secret, Secrets};
use engine::ports::step_cache::{CacheSlot, CachedStep, StepCache};
use engine::ports::variables::Variables;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::hand::{Hand, away};

#[async_trait]
impl LogStore for Hand {
    async fn append(&self, execution: Uuid, lines: Vec<LogLine>) -> PortResult<Vec<LogLine>> {
        self.ask("append", execution, |_| lines).await
    }
}

#[async_trait]
impl StepCache for Hand {
    async fn get(&self, _slot: &CacheSlot) -> PortResult<Option<CachedStep>> {
        Ok(None)
    }

    async fn put(
        &self,
        _slot: &CacheSlot,
        _cached: CachedStep,
        _expires_at: Option<Time>,
    ) -> PortResult<()> {
        Ok(())
    }

    async fn forget_run(&self, _execution: Uuid) -> PortResult<()> {
        Ok(())
    }

    async fn prune(&self) -> PortResult<u64> {
        Ok(0)
    }
}

#[async_trait]
impl Files for Hand {
    async fn open(
        &self,
        _owner: Uuid,
        _which: &FileChoice,
    ) -> PortResult<Option<(WorkspaceFile, ByteStream)>> {
        Ok(None)
    }

    async fn keep(
        &self,
        _owner: Uuid,
        _file: FileToKeep,
        _bytes: ByteStream,
    ) -> Result<WorkspaceFile, KeepFileError> {
        Err(KeepFileError::Refused(
            "nobody keeps files in a simulated world".to_owned(),
        ))
    }

    async fn sweep(&self, _now: Time, _keep_deleted: Duration) -> PortResult<u64> {
        Ok(0)
    }
}

#[async_trait]
impl Secrets for Hand {
    async fn reveal(&self, _owner: Uuid, _names: &[&str]) -> PortResult<BTreeMap<String, Secret>> {
        Ok(BTreeMap::new())
    }
}

#[async_trait]
impl Variables for Hand {
    async fn read(&self, _owner: Uuid, _names: &[&str]) -> PortResult<Map<String, Value>> {
        Ok(Map::new())
    }
}

#[async_trait]
impl Happenings for Hand {
    async fn happened(&self, _happenings: Vec<Happening>) -> PortResult<()> {
        Ok(())
    }
}

#[async_trait]
impl RunHistory for Hand {
    async fn keep(
        &self,
        _process: Uuid,
        _counted: &[CountedMinute],
        _seen: &[SeenMinute],
    ) -> PortResult<()> {
        Ok(())
    }

    async fn fold(&self, _now: Time) -> PortResult<u64> {
        Ok(0)
    }
}

#[async_trait]
impl Schedules for Hand {
    async fn due_schedules(&self, _limit: usize) -> PortResult<Vec<DueSchedule>> {
        Ok(Vec::new())
    }

    async fn plan(&self, _planned: Planned) -> PortResult<bool> {
        Ok(false)
    }

    async fn take(&self, _limit: usize, _lease: Duration) -> PortResult<Vec<OpenTick>> {
        Ok(Vec::new())
    }

    async fn running(&self, _claim: TickClaim) -> PortResult<Vec<Uuid>> {
        Ok(Vec::new())
    }

    async fn decide(&self, _claim: TickClaim, _execution: Uuid) -> PortResult<bool> {
        Ok(false)
    }

    async fn settle(&self, _claim: TickClaim, _outcome: TickOutcome) -> PortResult<bool> {
        Ok(false)
    }

    async fn postpone(&self, _claim: TickClaim, _by: Duration) -> PortResult<()> {
        Ok(())
    }

    async fn hasten(&self, _schedule: Uuid) -> PortResult<()> {
        Ok(())
    }

    async fn next(&self) -> PortResult<Option<Duration>> {
        Ok(None)
    }
}

#[async_trait]
impl Blobs for Hand {
    async fn put(
        &self,
        _execution: Uuid,
        _media_type: &str,
        _bytes: ByteStream,
        _most: u64,
    ) -> Result<Blob, PutError> {
        Err(PutError::Port(away("put")))
    }

    async fn get(&self, _execution: Uuid, _sha256: &str) -> PortResult<Option<Stored>> {
        Ok(None)
    }

    async fn copy(&self, _sha256: &str, _from: Uuid, _to: Uuid) -> PortResult<bool> {
        Ok(false)
    }

    async fn delete_all(&self, _execution: Uuid) -> PortResult<()> {
        Ok(())
    }

    async fn executions(&self) -> PortResult<Vec<Uuid>> {
        Ok(Vec::new())
    }
}
