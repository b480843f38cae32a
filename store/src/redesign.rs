//! Changes an application together with its models, all or none: a renamed model and the relationships
//! that name it must never be seen apart.

use chrono::{SubsecRound, Utc};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::applications::{ApplicationRecord, NewApplication};
use crate::error::{StoreError, StoreResult};
use crate::models::NewModel;
use crate::scope::Scope;
use crate::store::Store;

/// A model as it is to be: a new one, when there is no id.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelChange {
    pub id: Option<Uuid>,
    pub model: NewModel,
}

const DOING: &str = "change an application and its models";

impl Store {
    /// Afterwards the application has these models and no others: whoever asks for that has deleted those.
    pub async fn redesign_application(
        &self,
        scope: Scope,
        id: Uuid,
        new: NewApplication,
        models: Vec<ModelChange>,
        revision: Option<u32>,
        by: Option<Uuid>,
    ) -> StoreResult<ApplicationRecord> {
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let now = Utc::now().trunc_subsecs(6);
        let before = self.application_models(scope, id).await?;
        let transaction = database.begin(DOING).await?;
        let name = new.name.clone();
        let update = self.application_update(scope, id, new, revision, now);
        let done = transaction
            .execute_raw(update)
            .await
            .map_err(StoreError::taken(DOING, "an application", &name))?;
        if done.rows_affected() == 0 {
            transaction.rollback().await.map_err(&doing)?;
            return Err(match self.application(scope, id).await? {
                Some(_) => StoreError::Outdated("the application"),
                None => StoreError::NotFound("application"),
            });
        }
        let home = self.home_of_application(&transaction, id).await?;
        let kept: Vec<Uuid> = models.iter().filter_map(|change| change.id).collect();
        for gone in before.iter().filter(|model| !kept.contains(&model.id)) {
            let delete = database.statement(
                "DELETE FROM models WHERE id = $1 AND application_id = $2",
                [gone.id.into(), id.into()],
            );
            transaction.execute_raw(delete).await.map_err(&doing)?;
            self.trash_model(&transaction, home, gone, by).await?;
        }
        // Names are unique at every moment, so all that change are let go of before any is taken: two models may
        // swap theirs, and a new one may have the name that another gives up.
        let renamed = before.iter().filter(|known| {
            models
                .iter()
                .any(|change| change.id == Some(known.id) && change.model.name != known.name)
        });
        for known in renamed {
            let aside = database.statement(
                "UPDATE models SET name = $3 WHERE id = $1 AND application_id = $2",
                [known.id.into(), id.into(), known.id.to_string().into()],
            );
            transaction.execute_raw(aside).await.map_err(&doing)?;
        }
        for ModelChange {
            id: model_id,
            model,
        } in models
        {
            let Some(model_id) = model_id else {
                self.insert_model(scope, &transaction, Uuid::now_v7(), Some(id), model, now)
                    .await?;
                continue;
            };
            let update = database.statement(
                "UPDATE models SET name = $3, label = $4, document = $5,
                     updated_at = CASE WHEN document = $5 THEN updated_at ELSE $6 END,
                     revision = CASE WHEN document = $5 THEN revision ELSE revision + 1 END
                 WHERE id = $1 AND application_id = $2",
                [
                    model_id.into(),
                    id.into(),
                    model.name.as_str().into(),
                    model.label.into(),
                    model.document.to_string().into(),
                    database.time(now),
                ],
            );
            let done = transaction
                .execute_raw(update)
                .await
                .map_err(StoreError::taken(DOING, "a model", &model.name))?;
            if done.rows_affected() == 0 {
                return Err(StoreError::NotFound("model"));
            }
        }
        transaction.commit().await.map_err(&doing)?;
        self.application(scope, id)
            .await?
            .ok_or(StoreError::NotFound("application"))
    }
}
