//! The definition of each workflow that usually runs, kept in memory so that an execute costs no read.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use engine::ports::definitions::{Definition, VersionChoice};
use store::{Scope, Store, WorkflowRecord};
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};

/// Another API process may have changed a workflow: what is kept is read again after this long.
const FRESH: Duration = Duration::from_secs(1);

/// Past this many, everything is forgotten: reading a definition again takes less than a millisecond.
const KEPT: usize = 2_000;

pub(crate) struct Definitions {
    store: Arc<Store>,
    kept: Mutex<HashMap<Uuid, Kept>>,
}

struct Kept {
    definition: Arc<Definition>,
    revision: u32,
    read_at: Instant,
}

impl Definitions {
    pub(crate) fn new(store: Arc<Store>) -> Self {
        Self {
            store,
            kept: Mutex::default(),
        }
    }

    /// The version that runs unless another one is asked for, as it was at most a second ago.
    pub(crate) async fn usual(&self, scope: Scope, id: Uuid) -> ApiResult<Option<Arc<Definition>>> {
        if let Some(definition) = self.fresh(id) {
            // Kept for all, and shown to whose it is.
            return Ok(Some(definition).filter(|definition| owns(scope, definition)));
        }
        // Whoever asks, what is kept is brought up to date for all.
        match self.store.workflow(Scope::System, id).await? {
            Some(record) => {
                let definition = self.keep(Scope::System, &record).await?;
                Ok(Some(definition).filter(|definition| owns(scope, definition)))
            }
            None => {
                self.forget(id);
                Ok(None)
            }
        }
    }

    /// The version that is asked for; without a choice, the usual one.
    pub(crate) async fn chosen(
        &self,
        scope: Scope,
        id: Uuid,
        choice: Option<VersionChoice>,
    ) -> ApiResult<Arc<Definition>> {
        let Some(choice) = choice else {
            let usual = self.usual(scope, id).await?;
            return usual.ok_or_else(|| ApiError::not_found("workflow"));
        };
        let record = self.store.workflow(scope, id).await?;
        let record = record.ok_or_else(|| ApiError::not_found("workflow"))?;
        let (newest, published) = (record.summary.version, record.summary.published_version);
        let version = VersionChoice::pick(Some(choice), newest, published)
            .ok_or_else(|| ApiError::not_found("published version: the workflow has none yet"))?;
        self.version(scope, &record, version).await
    }

    /// One version of a workflow, of a deleted one too.
    pub(crate) async fn numbered(
        &self,
        scope: Scope,
        id: Uuid,
        version: u32,
    ) -> ApiResult<Arc<Definition>> {
        let found = self.store.workflow_version(scope, id, version);
        let found = found.await?;
        let found = found.ok_or_else(|| ApiError::not_found("version of the workflow"))?;
        Ok(Arc::new(Definition {
            owner: found.workspace_id,
            workflow_id: id,
            version,
            name: found.summary.name,
            document: found.document,
        }))
    }

    async fn version(
        &self,
        scope: Scope,
        record: &WorkflowRecord,
        version: u32,
    ) -> ApiResult<Arc<Definition>> {
        if version != record.summary.version {
            return self.numbered(scope, record.summary.id, version).await;
        }
        Ok(Arc::new(Definition {
            owner: record.summary.workspace_id,
            workflow_id: record.summary.id,
            version,
            name: record.summary.name.clone(),
            document: record.document.clone(),
        }))
    }

    /// Takes in what was just written.
    pub(crate) async fn changed(&self, record: &WorkflowRecord) {
        let scope = Scope::Workspace(record.summary.workspace_id);
        if self.keep(scope, record).await.is_err() {
            self.forget(record.summary.id);
        }
    }

    /// A read that began earlier can't bring back what was before.
    async fn keep(&self, scope: Scope, record: &WorkflowRecord) -> ApiResult<Arc<Definition>> {
        let (newest, published) = (record.summary.version, record.summary.published_version);
        let version = VersionChoice::pick(None, newest, published).unwrap_or(newest);
        let definition = self.version(scope, record, version).await?;
        let revision = record.summary.revision;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        let read_at = Instant::now();
        let entry = kept.entry(record.summary.id).or_insert_with(|| Kept {
            definition: Arc::clone(&definition),
            revision,
            read_at,
        });
        if entry.revision <= revision {
            entry.definition = definition;
            entry.revision = revision;
        }
        entry.read_at = read_at;
        Ok(Arc::clone(&entry.definition))
    }

    pub(crate) fn forget(&self, id: Uuid) {
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&id);
    }

    /// What is kept, unless it is time to read it again. The first who finds it stale reads it; those
    /// who come while it is being read use what is there.
    fn fresh(&self, id: Uuid) -> Option<Arc<Definition>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = kept.get_mut(&id)?;
        if entry.read_at.elapsed() >= FRESH {
            entry.read_at = Instant::now();
            return None;
        }
        Some(Arc::clone(&entry.definition))
    }
}

fn owns(scope: Scope, definition: &Definition) -> bool {
    match scope {
        Scope::System => true,
        Scope::Workspace(workspace) => definition.owner == workspace,
    }
}
