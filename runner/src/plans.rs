//! Plans by workflow version. Versions never change, so a plan once compiled serves all its runs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use engine::catalog::Catalog;
use engine::document::parse;
use engine::plan::{self, NodeIndex, Plan};
use engine::ports::PortError;
use engine::ports::definitions::{Definition, Definitions, VersionChoice};
use engine::problem::{Problem, Problems};
use uuid::Uuid;

use crate::scripts::Length;

/// Past this many, plans are forgotten wholesale: compiling one again takes less than a millisecond.
const KEPT: usize = 2_000;

/// Past this many, it is forgotten which steps took long: it shows again with the next run of each.
const SLOW_KEPT: usize = 10_000;

pub(crate) struct Plans {
    definitions: Arc<dyn Definitions>,
    catalog: Arc<Catalog>,
    kept: Mutex<HashMap<(Uuid, u32), Arc<Plan>>>,
    /// Steps whose scripts were seen to take long.
    slow: RwLock<HashMap<StepOfVersion, Length>>,
}

/// A node of one version of a workflow.
type StepOfVersion = ((Uuid, u32), NodeIndex);

#[derive(Debug, thiserror::Error)]
pub(crate) enum PlanError {
    #[error("the workflow's definition does not compile here: {0}")]
    Invalid(#[from] Problems),
    #[error(transparent)]
    Port(#[from] PortError),
}

impl Plans {
    pub(crate) fn new(definitions: Arc<dyn Definitions>, catalog: Arc<Catalog>) -> Self {
        Self {
            definitions,
            catalog,
            kept: Mutex::default(),
            slow: RwLock::default(),
        }
    }

    /// The plan of one version of a workflow.
    pub(crate) async fn version(
        &self,
        workflow: Uuid,
        version: u32,
    ) -> Result<Arc<Plan>, PlanError> {
        if let Some(plan) = self.kept(workflow, version) {
            return Ok(plan);
        }
        let Some(definition) = self.definitions.version(workflow, version).await? else {
            let message =
                format!("version {version} of workflow {workflow} does not exist any more");
            return Err(Problems(vec![Problem::at("", message)]).into());
        };
        self.of(&definition)
    }

    /// A definition of a workflow by its owner's name for it, with its plan.
    pub(crate) async fn named(
        &self,
        owner: Uuid,
        name: &str,
        choice: Option<VersionChoice>,
    ) -> Result<Option<(Definition, Arc<Plan>)>, PlanError> {
        let Some(definition) = self.definitions.named(owner, name, choice).await? else {
            return Ok(None);
        };
        let plan = self.of(&definition)?;
        Ok(Some((definition, plan)))
    }

    /// The plan of a definition at hand.
    pub(crate) fn of(&self, definition: &Definition) -> Result<Arc<Plan>, PlanError> {
        if let Some(plan) = self.kept(definition.workflow_id, definition.version) {
            return Ok(plan);
        }
        let document = parse::from_value(definition.document.clone())?;
        let plan = Arc::new(plan::compile(document, &self.catalog)?);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(
            (definition.workflow_id, definition.version),
            Arc::clone(&plan),
        );
        Ok(plan)
    }

    /// How long evaluating this step's parameters took before, when that was more than a moment.
    pub(crate) fn length(&self, workflow: (Uuid, u32), step: NodeIndex) -> Option<Length> {
        let slow = self.slow.read().unwrap_or_else(PoisonError::into_inner);
        match slow.is_empty() {
            true => None,
            false => slow.get(&(workflow, step)).copied(),
        }
    }

    pub(crate) fn remember(&self, workflow: (Uuid, u32), step: NodeIndex, length: Length) {
        let mut slow = self.slow.write().unwrap_or_else(PoisonError::into_inner);
        if slow.len() >= SLOW_KEPT {
            slow.clear();
        }
        slow.insert((workflow, step), length);
    }

    fn kept(&self, workflow: Uuid, version: u32) -> Option<Arc<Plan>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&(workflow, version)).cloned()
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use engine::ports::PortResult;

    use super::*;

    struct Nothing;

    #[async_trait]
    impl Definitions for Nothing {
        async fn version(&self, _: Uuid, _: u32) -> PortResult<Option<Definition>> {
            Ok(None)
        }

        async fn named(
            &self,
            _: Uuid,
            _: &str,
            _: Option<VersionChoice>,
        ) -> PortResult<Option<Definition>> {
            Ok(None)
        }
    }

    #[test]
    fn which_steps_take_long_is_not_remembered_of_all_there_ever_were() {
        let plans = Plans::new(Arc::new(Nothing), Arc::default());
        let last = u32::try_from(SLOW_KEPT).unwrap();
        for step in 0..=last {
            plans.remember((Uuid::nil(), 1), step, Length::Long);
            assert!(plans.slow.read().unwrap().len() <= SLOW_KEPT);
        }
        let kept = plans.length((Uuid::nil(), 1), last);
        assert_eq!(kept, Some(Length::Long), "the newest is among what is kept");
    }
}
