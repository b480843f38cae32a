//! Routes under `applications`, one file per verb.

pub(crate) mod components;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod generate;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod restore;
pub(crate) mod stop;
pub(crate) mod update;

use axum::Json;
use store::ApplicationRecord;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult};
use crate::replies::Tagged;
use crate::schemas::application::{Application, ModelRef};

/// The same with the state that it is in.
async fn tagged(app: &Scoped, record: ApplicationRecord) -> ApiResult<Tagged<Application>> {
    let revision = record.revision;
    Ok(Tagged(revision, Json(view(app, record).await?)))
}

/// An application with the names of its models and what is live of it.
async fn view(app: &Scoped, record: ApplicationRecord) -> ApiResult<Application> {
    let models = app.store.application_models(app.scope(), record.id).await?;
    let live = app.live.release(app.workspace(), &record.name).await;
    let said = |text: String| Some(text).filter(|text| !text.is_empty());
    let models = models.into_iter().map(|model| ModelRef {
        id: model.id,
        name: model.name,
        label: said(model.label),
    });
    Ok(Application {
        id: record.id,
        models: models.collect(),
        name: record.name,
        label: said(record.label),
        description: said(record.description),
        configuration: record.configuration,
        relationships: serde_json::from_value(record.relationships).map_err(ApiError::internal)?,
        components: crate::components::read(record.components)?,
        live,
        created_at: record.created_at.into(),
        updated_at: record.updated_at.into(),
    })
}
