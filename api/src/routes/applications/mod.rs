//! Routes under `applications`, one file per verb.

pub(crate) mod components;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod environment;
pub(crate) mod generate;
pub(crate) mod health;
pub(crate) mod list;
pub(crate) mod logs;
pub(crate) mod plan;
pub(crate) mod preview;
pub(crate) mod read;
pub(crate) mod restore;
pub(crate) mod stop;
pub(crate) mod update;
pub(crate) mod validate;

use std::collections::HashMap;

use axum::Json;
use futures::future::try_join_all;
use store::{ApplicationRecord, ModelName};
use uuid::Uuid;

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
    let models = app.store.model_names(app.scope(), &[record.id]).await?;
    with_models(app, record, models).await
}

/// The same for many, whose models are read together.
async fn views(app: &Scoped, records: Vec<ApplicationRecord>) -> ApiResult<Vec<Application>> {
    let ids: Vec<Uuid> = records.iter().map(|record| record.id).collect();
    let mut models = HashMap::<Uuid, Vec<ModelName>>::new();
    for model in app.store.model_names(app.scope(), &ids).await? {
        models.entry(model.application_id).or_default().push(model);
    }
    let views = records.into_iter().map(|record| {
        let models = models.remove(&record.id).unwrap_or_default();
        with_models(app, record, models)
    });
    try_join_all(views).await
}

async fn with_models(
    app: &Scoped,
    record: ApplicationRecord,
    models: Vec<ModelName>,
) -> ApiResult<Application> {
    let live = app.live.release(app.workspace(), &record.name).await;
    let preview = app.live.preview(app.workspace(), &record.name).await;
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
        live_known: live.is_ok(),
        live: live.unwrap_or_default(),
        preview,
        created_at: record.created_at.into(),
        updated_at: record.updated_at.into(),
    })
}
