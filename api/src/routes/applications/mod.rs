//! Routes under `applications`, one file per verb.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod generate;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod stop;
pub(crate) mod update;

use store::{ApplicationRecord, Scope};

use crate::error::{ApiError, ApiResult};
use crate::schemas::application::{Application, ModelRef};
use crate::state::App;

/// An application with the names of its models and what is live of it.
async fn view(app: &App, record: ApplicationRecord) -> ApiResult<Application> {
    let models = app
        .store
        .application_models(Scope::System, record.id)
        .await?;
    let live = app.live.release(&record.name).await;
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
        live,
        created_at: record.created_at.into(),
        updated_at: record.updated_at.into(),
    })
}
