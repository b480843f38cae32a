//! The workflows of a world, with their plans for the checks.

use std::sync::Arc;

use async_trait::async_trait;
use engine::catalog::Catalog;
use engine::document::parse;
use engine::plan::{self, Plan};
use engine::ports::PortResult;
use engine::ports::definitions::{Definition, Definitions, VersionChoice};
use engine::problem::Problems;
use serde_json::Value;
use uuid::Uuid;

use crate::hand::Hand;

#[derive(Default)]
pub(crate) struct VirtualDefinitions {
    known: Vec<(Arc<Definition>, Arc<Plan>)>,
}

impl VirtualDefinitions {
    /// Adds the only version of a workflow.
    pub(crate) fn add(&mut self, document: Value, catalog: &Catalog) -> Result<(), Problems> {
        let parsed = parse::from_value(document.clone())?;
        let name = parsed.name.clone();
        let plan = plan::compile(parsed, catalog)?;
        let definition = Definition {
            owner: Uuid::nil(),
            workflow_id: Uuid::from_u128(self.known.len() as u128 + 1),
            version: 1,
            name,
            document,
        };
        self.known.push((Arc::new(definition), Arc::new(plan)));
        Ok(())
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Definition>> {
        self.known.iter().map(|(definition, _)| definition)
    }

    pub(crate) fn plan(&self, workflow: Uuid) -> Option<&Arc<Plan>> {
        let mut known = self.known.iter();
        let found = known.find(|(definition, _)| definition.workflow_id == workflow);
        found.map(|(_, plan)| plan)
    }
}

#[async_trait]
impl Definitions for Hand {
    async fn version(&self, workflow_id: Uuid, version: u32) -> PortResult<Option<Definition>> {
        self.ask("version", workflow_id, |world| {
            let mut known = world.definitions.all();
            let found =
                known.find(|known| known.workflow_id == workflow_id && known.version == version);
            found.map(|definition| Definition::clone(definition))
        })
        .await
    }

    async fn named(
        &self,
        _owner: Uuid,
        name: &str,
        _choice: Option<VersionChoice>,
    ) -> PortResult<Option<Definition>> {
        self.ask_anxiously("named", Uuid::nil(), |world| {
            let mut known = world.definitions.all();
            let found = known.find(|known| known.name == name);
            found.map(|definition| Definition::clone(definition))
        })
        .await
    }
}
