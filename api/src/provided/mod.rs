//! Workflows that come with Lathe: a workspace is given one when it first needs it, under a name that it may take for its own.

use store::{StoreError, WorkflowRecord};

use crate::access::Scoped;
use crate::documents;
use crate::error::{ApiError, ApiResult};
use crate::schemas::workflow::WorkflowBody;

/// One of them, by its name.
pub(crate) struct Provided {
    pub(crate) name: &'static str,
    source: &'static str,
}

pub(crate) const PREVIEW: Provided = Provided {
    name: "preview_application",
    source: include_str!("preview_application.yaml"),
};

pub(crate) const SHIP: Provided = Provided {
    name: "ship_application",
    source: include_str!("ship_application.yaml"),
};

impl Provided {
    /// The one that the workspace has, if it was given it or made its own.
    pub(crate) async fn existing(&self, app: &Scoped) -> ApiResult<Option<WorkflowRecord>> {
        Ok(app.store.workflow_named(app.scope(), self.name).await?)
    }

    /// The workspace's own, or the one that it is given here.
    pub(crate) async fn workflow(&self, app: &Scoped) -> ApiResult<WorkflowRecord> {
        if let Some(found) = self.existing(app).await? {
            return Ok(found);
        }
        let body = WorkflowBody {
            document: None,
            source: Some(self.source.to_owned()),
            layout: None,
            base_version: None,
        };
        let new = documents::new_workflow(app, body).await?;
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
}
