//! Workflows that come with Lathe: a workspace is given one when it first needs it, under a name that it may take for its own.

use store::{NewWorkflow, StoreError, WorkflowRecord};

use crate::access::Scoped;
use crate::documents;
use crate::error::{ApiError, ApiResult};
use crate::schemas::workflow::WorkflowBody;

/// One of them, by its name.
pub(crate) struct Provided {
    pub(crate) name: &'static str,
    source: &'static str,
    /// As older versions of Lathe gave it.
    before: &'static [&'static str],
}

pub(crate) const PREVIEW: Provided = Provided {
    name: "preview_application",
    source: include_str!("preview_application.yaml"),
    before: &[],
};

pub(crate) const ROLL_BACK: Provided = Provided {
    name: "roll_back_application",
    source: include_str!("roll_back_application.yaml"),
    before: &[include_str!("roll_back_application.1.yaml")],
};

pub(crate) const SHIP: Provided = Provided {
    name: "ship_application",
    source: include_str!("ship_application.yaml"),
    before: &[include_str!("ship_application.1.yaml")],
};

impl Provided {
    /// The one that the workspace has, if it was given it or made its own.
    pub(crate) async fn existing(&self, app: &Scoped) -> ApiResult<Option<WorkflowRecord>> {
        Ok(app.store.workflow_named(app.scope(), self.name).await?)
    }

    /// Whether it is as an older Lathe gave it: nobody has made it theirs, so that the newer one takes its place.
    pub(crate) async fn is_outdated(
        &self,
        app: &Scoped,
        found: &WorkflowRecord,
    ) -> ApiResult<bool> {
        if found.summary.name != self.name || found.summary.published_version.is_some() {
            return Ok(false);
        }
        for source in self.before {
            if self.read(app, source).await?.document == found.document {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The workspace's own, or the one that it is given here.
    pub(crate) async fn workflow(&self, app: &Scoped) -> ApiResult<WorkflowRecord> {
        if let Some(found) = self.existing(app).await? {
            return self.up_to_date(app, found).await;
        }
        let new = self.read(app, self.source).await?;
        match app.store.create_workflow(app.scope(), new, None).await {
            Ok(made) => {
                app.definitions.changed(&made.value).await;
                Ok(made.value)
            }
            // Somebody else asked at the same moment.
            Err(StoreError::NameTaken { .. }) => {
                let found = app.store.workflow_named(app.scope(), self.name).await?;
                found.ok_or_else(|| ApiError::not_found("workflow"))
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn up_to_date(&self, app: &Scoped, found: WorkflowRecord) -> ApiResult<WorkflowRecord> {
        if !self.is_outdated(app, &found).await? {
            // Another server may have brought it up to date a moment ago.
            app.definitions.changed(&found).await;
            return Ok(found);
        }
        let (id, version) = (found.summary.id, found.summary.version);
        let new = self.read(app, self.source).await?;
        let changed = app
            .store
            .update_workflow(app.scope(), id, new, Some(version), None);
        match changed.await {
            Ok(changed) => {
                app.definitions.changed(&changed).await;
                Ok(changed)
            }
            // Somebody else has brought it up to date at the same moment, or made it theirs.
            Err(StoreError::Stale { .. }) => {
                let found = self.existing(app).await?;
                let found = found.ok_or_else(|| ApiError::not_found("workflow"))?;
                app.definitions.changed(&found).await;
                Ok(found)
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn read(&self, app: &Scoped, source: &str) -> ApiResult<NewWorkflow> {
        let body = WorkflowBody {
            document: None,
            source: Some(source.to_owned()),
            layout: None,
            base_version: None,
        };
        // Whoever first needs it has not written it.
        Ok(NewWorkflow {
            author: None,
            ..documents::new_workflow(app, body).await?
        })
    }
}
