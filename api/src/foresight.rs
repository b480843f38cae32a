//! What saving an application would be refused for, and what it would change, found without saving it.

use serde_json::{Value, json};
use store::{ApplicationRecord, ModelRecord, NewApplication};
use uuid::Uuid;

use crate::access::Scoped;
use crate::archive::differences;
use crate::components;
use crate::designs::{Current, Design, design};
use crate::error::{ApiResult, Faults};
use crate::schemas::application::{ApplicationBody, ApplicationPlan, PlannedAction};

/// With an id, of what takes the place of this application. Every fault is told, where saving tells the first kind of them only.
pub(crate) async fn plan(
    app: &Scoped,
    body: ApplicationBody,
    id: Option<Uuid>,
) -> ApiResult<ApplicationPlan> {
    let current = match id {
        Some(id) => Some(Current::read(app, id).await?),
        None => None,
    };
    let mut faults = Faults::default();
    let components = components::check(app, body.components.as_deref()).await;
    faults.note(components)?;
    let stated = body.name.clone();
    let designed = faults.note(design(body, current.as_ref()))?;
    let name = designed.as_ref().map(|designed| designed.new.name.clone());
    let record = current.as_ref().map(|current| &current.record);
    if let Some(name) = name.or(stated)
        && let Some(message) = name_fault(app, &name, record).await?
    {
        faults.add("/name", message);
    }
    faults.end("the application is not valid")?;
    let changes = match (&designed, &current) {
        (Some(designed), Some(current)) => changes(designed, current),
        _ => Vec::new(),
    };
    let action = match current {
        None => PlannedAction::Create,
        Some(_) if changes.is_empty() => PlannedAction::Unchanged,
        Some(_) => PlannedAction::Update,
    };
    Ok(ApplicationPlan {
        valid: true,
        action,
        changes,
    })
}

/// Why an application can't have this name, as far as that depends on others and on what runs.
async fn name_fault(
    app: &Scoped,
    name: &str,
    current: Option<&ApplicationRecord>,
) -> ApiResult<Option<&'static str>> {
    if current.is_some_and(|current| current.name == name) {
        return Ok(None);
    }
    let taken = app.store.application_named(app.scope(), name).await?;
    if taken.is_some() {
        return Ok(Some(
            "there is an application with this name already: choose another one",
        ));
    }
    let is_live = match current {
        Some(current) => app.live.is_live(app.workspace(), &current.name).await?,
        None => false,
    };
    Ok(is_live.then_some(
        "it is deployed, and would go on under its old name: stop it first, then rename it and ship it again",
    ))
}

/// Where it differs from what is kept, as pointers into what it is to be.
fn changes(designed: &Design, current: &Current) -> Vec<String> {
    let models: Vec<&Value> = designed
        .models
        .iter()
        .map(|change| &change.model.document)
        .collect();
    let NewApplication {
        name,
        label,
        description,
        configuration,
        relationships,
        components,
    } = &designed.new;
    let mut wanted = json!({
        "name": name, "label": label, "description": description, "configuration": configuration,
        "models": models, "relationships": relationships, "components": components,
    });
    forget_ids(&mut wanted);
    let record = &current.record;
    let there = json!({
        "name": record.name, "label": record.label, "description": record.description,
        "configuration": record.configuration, "models": opposite(designed, current),
        "relationships": record.relationships, "components": record.components,
    });
    differences(&wanted, &there)
}

/// The models that there are, each at the place of what becomes of it, since they may be sent in any order.
fn opposite<'a>(designed: &Design, current: &'a Current) -> Vec<&'a Value> {
    let is_kept =
        |model: &ModelRecord| designed.models.iter().any(|kept| kept.id == Some(model.id));
    let mut gone = current.models.iter().filter(|model| !is_kept(model));
    let mut opposite = Vec::new();
    for change in &designed.models {
        let model = match change.id {
            Some(id) => current.models.iter().find(|model| model.id == id),
            None => gone.next(),
        };
        opposite.extend(model.map(|model| &model.document));
    }
    opposite.extend(gone.map(|model| &model.document));
    opposite
}

/// Ids are kept or made by the server: they are nothing that anybody changes.
fn forget_ids(document: &mut Value) {
    for list in ["models", "relationships"] {
        for part in parts(document, list) {
            forget_id(part);
            for field in parts(part, "fields") {
                forget_id(field);
            }
        }
    }
}

fn forget_id(part: &mut Value) {
    if let Value::Object(fields) = part {
        fields.shift_remove("id");
    }
}

fn parts<'a>(of: &'a mut Value, list: &str) -> impl Iterator<Item = &'a mut Value> {
    of.get_mut(list)
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
}
