//! From what a client sent, and what is there already, to a checked application with all its models.
//!
//! Ids are permanent: what keeps its id, or is sent without one and keeps its name, keeps its place in the
//! database of the generated application.

use blueprint::{Application, Invalid};
use serde_json::{Map, Value, json};
use store::{ApplicationRecord, ModelChange, ModelRecord, NewApplication, NewModel};
use uuid::Uuid;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult};
use crate::schemas::application::{ApplicationBody, Relationship};
use crate::schemas::model::{Field, ModelBody};

/// An application as it stands.
pub(crate) struct Current {
    pub(crate) record: ApplicationRecord,
    pub(crate) models: Vec<ModelRecord>,
}

/// An application as it is to be.
pub(crate) struct Design {
    pub(crate) new: NewApplication,
    pub(crate) models: Vec<ModelChange>,
}

impl Current {
    pub(crate) async fn read(app: &Scoped, id: Uuid) -> ApiResult<Self> {
        let record = app.store.application(app.scope(), id).await?;
        let record = record.ok_or_else(|| ApiError::not_found("application"))?;
        let models = app.store.application_models(app.scope(), id).await?;
        Ok(Self { record, models })
    }

    /// Its models as a client would send them back.
    pub(crate) fn model_bodies(&self) -> ApiResult<Vec<ModelBody>> {
        let bodies = self.models.iter().map(|model| {
            let fields = model.document.get("fields").cloned().unwrap_or_default();
            let fields = serde_json::from_value(fields).map_err(ApiError::internal)?;
            Ok(ModelBody {
                id: Some(model.id),
                name: model.name.clone(),
                label: model.label.clone(),
                fields,
            })
        });
        bodies.collect()
    }
}

/// A body that asks for nothing.
pub(crate) fn nothing() -> ApplicationBody {
    ApplicationBody {
        source: None,
        name: None,
        label: None,
        description: None,
        configuration: None,
        models: None,
        relationships: None,
        components: None,
    }
}

/// Checks what an application is to become. What the body leaves out stays as it is.
pub(crate) fn design(body: ApplicationBody, current: Option<&Current>) -> ApiResult<Design> {
    let configuration = match (body.configuration.clone(), current) {
        (Some(configuration), _) => Value::Object(configuration),
        (None, Some(current)) => current.record.configuration.clone(),
        (None, None) => json!({}),
    };
    let components = match (&body.components, current) {
        (Some(components), _) => serde_json::to_value(components).map_err(ApiError::internal)?,
        (None, Some(current)) => current.record.components.clone(),
        (None, None) => json!([]),
    };
    let application = match &body.source {
        Some(source) => from_text(source, &body, current)?,
        None => check(assemble(body, current)?)?,
    };
    let models = application.models.iter().map(|model| {
        let id = current.and_then(|current| {
            current
                .models
                .iter()
                .find(|known| document_id(known) == model.id)
        });
        let document = serde_json::to_value(model).map_err(ApiError::internal)?;
        let model = NewModel {
            name: model.name.clone(),
            label: model.label.clone(),
            document,
        };
        Ok(ModelChange {
            id: id.map(|known| known.id),
            model,
        })
    });
    Ok(Design {
        models: models.collect::<ApiResult<_>>()?,
        new: NewApplication {
            name: application.name,
            label: application.label,
            description: application.description,
            configuration,
            relationships: serde_json::to_value(application.relationships)
                .map_err(ApiError::internal)?,
            components,
        },
    })
}

/// The document of a single model, without an application around it.
pub(crate) fn lone_model(body: ModelBody, current: Option<&ModelRecord>) -> ApiResult<NewModel> {
    let (name, label) = (body.name.clone(), body.label.clone());
    let document = model_document(body, current);
    let wrapped = json!({"name": "application", "models": [document]});
    let application = check(wrapped).map_err(|error| error.without_prefix("/models/0"))?;
    let model = application.models.into_iter().next();
    let document = serde_json::to_value(model).map_err(ApiError::internal)?;
    Ok(NewModel {
        name,
        label,
        document,
    })
}

/// Whether an application may be called so.
pub(crate) fn check_name(name: &str) -> ApiResult<()> {
    check(json!({"name": name, "models": []})).map(drop)
}

/// Whether a model may be called so.
pub(crate) fn check_model_name(name: &str) -> ApiResult<()> {
    let field = json!({"id": Uuid::now_v7(), "name": "text", "type": "text"});
    let model = json!({"id": Uuid::now_v7(), "name": name, "label": "", "fields": [field]});
    let checked = check(json!({"name": "application", "models": [model]}));
    checked
        .map(drop)
        .map_err(|error| error.without_prefix("/models/0"))
}

fn from_text(
    source: &str,
    body: &ApplicationBody,
    current: Option<&Current>,
) -> ApiResult<Application> {
    let others = body.name.is_some() || body.label.is_some() || body.description.is_some();
    if others || body.models.is_some() || body.relationships.is_some() {
        return Err(ApiError::invalid(
            "/source",
            "with `source`, only `configuration` and `components` may be given besides",
        ));
    }
    let mut application = Application::parse(source)?;
    if let Some(current) = current {
        keep_ids(&mut application, current)?;
        application.validate()?;
    }
    Ok(application)
}

/// Ids that a text leaves out were derived from its names; what is there under the same name has one already.
fn keep_ids(application: &mut Application, current: &Current) -> ApiResult<()> {
    application.id = current.record.id.to_string();
    let stated: Vec<String> = application
        .models
        .iter()
        .map(|model| model.id.clone())
        .collect();
    let mut renamed = Map::new();
    for model in &mut application.models {
        let by_id = current
            .models
            .iter()
            .find(|known| document_id(known) == model.id);
        let by_name = current.models.iter().find(|known| {
            known.name == model.name && !stated.iter().any(|id| id == document_id(known))
        });
        let Some(known) = by_id.or(by_name) else {
            continue;
        };
        document_id(known).clone_into(&mut model.id);
        if known.name != model.name {
            renamed.insert(known.name.clone(), model.name.clone().into());
        }
        let before: blueprint::Model =
            serde_json::from_value(known.document.clone()).map_err(ApiError::internal)?;
        let stated: Vec<String> = model.fields.iter().map(|field| field.id.clone()).collect();
        for field in &mut model.fields {
            let known = before
                .fields
                .iter()
                .find(|known| known.name == field.name && !stated.contains(&known.id));
            if let Some(known) = known
                && !before.fields.iter().any(|known| known.id == field.id)
            {
                field.id.clone_from(&known.id);
            }
        }
    }
    keep_relationship_ids(
        &mut application.relationships,
        &kept_relationships(Some(&current.record), &renamed),
    );
    Ok(())
}

fn keep_relationship_ids(relationships: &mut [blueprint::Relationship], known: &[Value]) {
    let stated: Vec<String> = relationships.iter().map(|one| one.id.clone()).collect();
    for one in relationships {
        if known.iter().any(|known| known["id"] == *one.id) {
            continue;
        }
        if let Some(id) = relationship_id(known, &one.source, &one.name, &stated) {
            id.clone_into(&mut one.id);
        }
    }
}

/// The document that the body and what is there make together, with an id for everything.
fn assemble(body: ApplicationBody, current: Option<&Current>) -> ApiResult<Value> {
    let record = current.map(|current| &current.record);
    let known = |pick: fn(&ApplicationRecord) -> &String| record.map(|record| pick(record).clone());
    let name = body.name.or_else(|| known(|record| &record.name));
    let name = name.ok_or_else(|| {
        ApiError::invalid(
            "/name",
            "an application needs a `name`, or a `source` that has one",
        )
    })?;
    let mut renamed = Map::new();
    let models: Vec<Value> = match (body.models, current) {
        (Some(bodies), _) => {
            let mut documents = Vec::new();
            let claimed: Vec<Uuid> = bodies.iter().filter_map(|body| body.id).collect();
            for (index, body) in bodies.into_iter().enumerate() {
                let before = model_before(&body, current, &claimed, index)?;
                if let Some(before) = before
                    && before.name != body.name
                {
                    renamed.insert(before.name.clone(), body.name.clone().into());
                }
                documents.push(model_document(body, before));
            }
            documents
        }
        (None, Some(current)) => current
            .models
            .iter()
            .map(|model| model.document.clone())
            .collect(),
        (None, None) => Vec::new(),
    };
    let kept = kept_relationships(record, &renamed);
    let relationships = match body.relationships {
        Some(given) => with_ids(given, &kept)?,
        None => kept,
    };
    Ok(json!({
        "id": record.map_or_else(Uuid::now_v7, |record| record.id),
        "name": name,
        "label": body.label.or_else(|| known(|record| &record.label)).unwrap_or_default(),
        "description": body.description.or_else(|| known(|record| &record.description)).unwrap_or_default(),
        "models": models,
        "relationships": relationships,
    }))
}

/// A model that another body claims by its id is not found by its name: that body may be renaming it.
fn model_before<'a>(
    body: &ModelBody,
    current: Option<&'a Current>,
    claimed: &[Uuid],
    index: usize,
) -> ApiResult<Option<&'a ModelRecord>> {
    let models = current.map(|current| &*current.models).unwrap_or_default();
    match body.id {
        None => Ok(models
            .iter()
            .find(|model| model.name == body.name && !claimed.contains(&model.id))),
        Some(id) => models.iter().find(|model| model.id == id).map(Some).ok_or_else(|| {
            let message = "this application has no model with this id; leave the id out to make a new one";
            ApiError::invalid(format!("/models/{index}/id"), message)
        }),
    }
}

fn model_document(body: ModelBody, before: Option<&ModelRecord>) -> Value {
    let known = before
        .and_then(|before| before.document.get("fields"))
        .and_then(Value::as_array);
    let known = known.map(Vec::as_slice).unwrap_or_default();
    let stated: Vec<String> = body
        .fields
        .iter()
        .filter_map(|field| field.id.clone())
        .collect();
    let fields: Vec<Field> = body
        .fields
        .into_iter()
        .map(|mut field| {
            let same_name = known.iter().filter(|known| known["name"] == *field.name);
            let mut free = same_name
                .filter_map(|known| known["id"].as_str())
                .filter(|id| !stated.iter().any(|used| used == id));
            let id = field.id.take().or_else(|| free.next().map(str::to_owned));
            field.id = Some(id.unwrap_or_else(|| Uuid::now_v7().to_string()));
            field
        })
        .collect();
    let id = before.map_or_else(
        || Uuid::now_v7().to_string(),
        |before| document_id(before).to_owned(),
    );
    json!({"id": id, "name": body.name, "label": body.label, "fields": fields})
}

fn with_ids(given: Vec<Relationship>, known: &[Value]) -> ApiResult<Vec<Value>> {
    let stated: Vec<String> = given.iter().filter_map(|one| one.id.clone()).collect();
    let complete = given.into_iter().map(|mut one| {
        one.id = one.id.or_else(|| {
            let id = relationship_id(known, &one.source, &one.name, &stated);
            Some(id.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned))
        });
        serde_json::to_value(one).map_err(ApiError::internal)
    });
    complete.collect()
}

/// The id of what this model calls by this name already, unless it is stated for another relationship.
fn relationship_id<'a>(
    known: &'a [Value],
    source: &str,
    name: &str,
    stated: &[String],
) -> Option<&'a str> {
    let same = known
        .iter()
        .filter(|known| known["source"] == *source && known["name"] == *name);
    same.filter_map(|known| known["id"].as_str())
        .find(|id| !stated.iter().any(|stated| stated == id))
}

/// Relationships name their models; a model that is renamed takes them along.
fn kept_relationships(
    record: Option<&ApplicationRecord>,
    renamed: &Map<String, Value>,
) -> Vec<Value> {
    let known = record
        .and_then(|record| record.relationships.as_array())
        .cloned()
        .unwrap_or_default();
    let rename = |mut relationship: Value| {
        for end in ["source", "target"] {
            let new = relationship[end]
                .as_str()
                .and_then(|name| renamed.get(name))
                .cloned();
            if let Some(new) = new {
                relationship[end] = new;
            }
        }
        relationship
    };
    known.into_iter().map(rename).collect()
}

/// Checks a document. An application may be without models for as long as it is being designed.
fn check(document: Value) -> ApiResult<Application> {
    let without_models = document["models"].as_array().is_none_or(Vec::is_empty);
    match Application::from_value(document.clone()) {
        Ok(application) => Ok(application),
        Err(Invalid { mut problems }) => {
            if without_models {
                problems.retain(|problem| problem.path != "/models");
            }
            if problems.is_empty() {
                return serde_json::from_value(document).map_err(ApiError::internal);
            }
            Err(Invalid { problems }.into())
        }
    }
}

fn document_id(model: &ModelRecord) -> &str {
    model
        .document
        .get("id")
        .and_then(Value::as_str)
        .unwrap_or_default()
}
