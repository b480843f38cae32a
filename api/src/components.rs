//! What applications consist of besides their models: from names to what there is.

use std::collections::HashMap;

use serde_json::Value;
use uuid::Uuid;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, Faults};
use crate::schemas::application::{Component, ComponentKind, FoundComponent};

/// Refuses names that stand twice, and what uses something that there is not.
pub(crate) async fn check(app: &Scoped, components: Option<&[Component]>) -> ApiResult<()> {
    check_with(app, components, &|_| false).await
}

/// The same, where what is used may come together with the application.
pub(crate) async fn check_with(
    app: &Scoped,
    components: Option<&[Component]>,
    comes: &(dyn Fn(&Component) -> bool + Sync),
) -> ApiResult<()> {
    let Some(components) = components else {
        return Ok(());
    };
    let there = There::look(app, components).await?;
    let mut faults = Faults::default();
    for (index, component) in components.iter().enumerate() {
        let before = &components[..index];
        if before.iter().any(|other| other.name == component.name) {
            let message = "another component has this name already";
            faults.add(format!("/components/{index}/name"), message);
        }
        if there.id(component).is_none() && !comes(component) {
            let message = match component.kind {
                ComponentKind::Workflow => "there is no workflow with this name in this workspace",
                ComponentKind::Prompt => "there is no prompt with this name in this workspace",
            };
            faults.add(format!("/components/{index}/uses"), message);
        }
    }
    faults.end("the application is not valid")
}

/// The components of an application as they are kept.
pub(crate) fn read(components: Value) -> ApiResult<Vec<Component>> {
    serde_json::from_value(components).map_err(ApiError::internal)
}

/// Each component with what it uses.
pub(crate) async fn find(
    app: &Scoped,
    components: Vec<Component>,
) -> ApiResult<Vec<FoundComponent>> {
    let there = There::look(app, &components).await?;
    let found = components.into_iter().map(|component| FoundComponent {
        id: there.id(&component),
        name: component.name,
        kind: component.kind,
        uses: component.uses,
        description: component.description,
    });
    Ok(found.collect())
}

struct There {
    workflows: HashMap<String, Uuid>,
    prompts: HashMap<String, Uuid>,
}

impl There {
    async fn look(app: &Scoped, components: &[Component]) -> ApiResult<Self> {
        let named = async |kind, stored| {
            let of_kind = components.iter().filter(|component| component.kind == kind);
            let names: Vec<&str> = of_kind.map(|component| &*component.uses).collect();
            app.store
                .components_named(app.scope(), stored, &names)
                .await
        };
        Ok(Self {
            workflows: named(ComponentKind::Workflow, store::ComponentKind::Workflow).await?,
            prompts: named(ComponentKind::Prompt, store::ComponentKind::Prompt).await?,
        })
    }

    fn id(&self, component: &Component) -> Option<Uuid> {
        let of_kind = match component.kind {
            ComponentKind::Workflow => &self.workflows,
            ComponentKind::Prompt => &self.prompts,
        };
        of_kind.get(&component.uses).copied()
    }
}
