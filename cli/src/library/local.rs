//! Documents in the store of this process.

use std::sync::Arc;

use anyhow::Context;
use async_trait::async_trait;
use blueprint::Application;
use engine::catalog::Catalog;
use serde_json::json;
use store::{FIRST_WORKSPACE, NewApplication, NewModel, NewWorkflow, Scope, Store};

use super::{Kept, Library, Stored};
use crate::documents::{Place, SourceFile, show};
use crate::fault::Fault;
use crate::wire;

/// Who works on a data folder without a server works in its first workspace.
const HERE: Scope = Scope::Workspace(FIRST_WORKSPACE);

pub(crate) struct LocalLibrary {
    store: Store,
    catalog: Arc<Catalog>,
}

impl LocalLibrary {
    pub(crate) fn new(store: Store, catalog: Arc<Catalog>) -> Self {
        Self { store, catalog }
    }

    /// A document that compiles, as the store takes it.
    fn workflow(&self, file: &SourceFile) -> anyhow::Result<NewWorkflow> {
        let plan =
            wire::compile(&file.text, &self.catalog).map_err(|places| invalid(file, places))?;
        let document = plan.document;
        Ok(NewWorkflow {
            name: document.name.clone(),
            label: document.label.clone(),
            description: document.description.clone(),
            node_count: u32::try_from(document.nodes.len())?,
            document: serde_json::to_value(&document).context("write the document")?,
            layout: None,
            author: None,
        })
    }
}

#[async_trait]
impl Library for LocalLibrary {
    async fn add_application(&self, file: &SourceFile) -> anyhow::Result<(String, Stored)> {
        let application = Application::parse(&file.text).map_err(|problems| {
            invalid(file, problems.problems.iter().map(Place::from).collect())
        })?;
        let name = application.name.clone();
        if self.store.application_named(HERE, &name).await?.is_some() {
            return Ok((name, Stored::AlreadyThere));
        }
        let models = application.models.iter().map(|model| {
            let document = serde_json::to_value(model).context("write a model")?;
            Ok(NewModel {
                name: model.name.clone(),
                label: model.label.clone(),
                document,
            })
        });
        let models = models.collect::<anyhow::Result<Vec<_>>>()?;
        let new = NewApplication {
            name: application.name,
            label: application.label,
            description: application.description,
            configuration: json!({}),
            relationships: serde_json::to_value(&application.relationships)
                .context("write the relationships")?,
            components: json!([]),
        };
        self.store
            .create_application(HERE, new, models, None)
            .await?;
        Ok((name, Stored::Created))
    }

    async fn add_workflow(&self, file: &SourceFile) -> anyhow::Result<(String, Stored)> {
        let new = self.workflow(file)?;
        let name = new.name.clone();
        if self.store.workflow_named(HERE, &name).await?.is_some() {
            return Ok((name, Stored::AlreadyThere));
        }
        self.store.create_workflow(HERE, new, None).await?;
        Ok((name, Stored::Created))
    }

    async fn put_workflow(&self, file: &SourceFile) -> anyhow::Result<Kept> {
        let new = self.workflow(file)?;
        let kept = match self.store.workflow_named(HERE, &new.name).await? {
            Some(found) => {
                self.store
                    .update_workflow(HERE, found.summary.id, new, None, None)
                    .await?
            }
            None => self.store.create_workflow(HERE, new, None).await?.value,
        };
        Ok(Kept {
            id: kept.summary.id,
            name: kept.summary.name,
            version: kept.summary.version,
        })
    }
}

fn invalid(file: &SourceFile, places: Vec<Place>) -> Fault {
    Fault::unusable(format!("{} is not valid", file.path.display()))
        .mend(show(file, places).trim_end())
}
