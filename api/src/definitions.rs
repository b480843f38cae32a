//! The newest definition of each workflow, kept in memory so that an execute costs no read.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use engine::ports::definitions::Definition;
use store::{Scope, Store, WorkflowRecord};
use uuid::Uuid;

use crate::error::ApiResult;

/// Another API process may have written a newer version: what is kept is read again after this long.
const FRESH: Duration = Duration::from_secs(1);

/// Past this many, everything is forgotten: reading a definition again takes less than a millisecond.
const KEPT: usize = 2_000;

pub(crate) struct Definitions {
    store: Arc<Store>,
    kept: Mutex<HashMap<Uuid, Kept>>,
}

struct Kept {
    definition: Arc<Definition>,
    read_at: Instant,
}

impl Definitions {
    pub(crate) fn new(store: Arc<Store>) -> Self {
        Self {
            store,
            kept: Mutex::default(),
        }
    }

    /// The newest version of a workflow, at most a second old.
    pub(crate) async fn newest(&self, id: Uuid) -> ApiResult<Option<Arc<Definition>>> {
        if let Some(definition) = self.fresh(id) {
            return Ok(Some(definition));
        }
        match self.store.workflow(Scope::System, id).await? {
            Some(record) => Ok(Some(self.keep_record(&record))),
            None => {
                self.forget(id);
                Ok(None)
            }
        }
    }

    /// Takes in what was just written. A read that began earlier can't bring back the version before.
    pub(crate) fn keep_record(&self, record: &WorkflowRecord) -> Arc<Definition> {
        let definition = Definition {
            workflow_id: record.summary.id,
            version: record.summary.version,
            name: record.summary.name.clone(),
            document: record.document.clone(),
        };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        let read_at = Instant::now();
        let entry = kept.entry(definition.workflow_id);
        let entry = entry.or_insert_with(|| Kept {
            definition: Arc::new(definition.clone()),
            read_at,
        });
        if entry.definition.version < definition.version {
            entry.definition = Arc::new(definition);
        }
        entry.read_at = read_at;
        Arc::clone(&entry.definition)
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
