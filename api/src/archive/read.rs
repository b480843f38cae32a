//! A workspace as documents.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::files::Files;
use super::inside::Inside;
use super::kinds::{KINDS, Kind};
use crate::error::ApiResult;

/// Which things are wanted: all, those of a kind, or one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Only {
    pub(crate) kind: Option<Kind>,
    pub(crate) name: Option<String>,
}

/// A thing that is there.
pub(super) struct Known {
    pub(super) id: String,
    pub(super) document: Value,
    /// Of a workflow, where its nodes stand.
    pub(super) layout: Option<Value>,
}

/// Things of one kind, by name.
pub(super) type ByName = BTreeMap<String, Known>;

/// The files of a workspace.
pub(crate) async fn whole(inside: &Inside, only: &Only) -> ApiResult<Files> {
    let mut files = Files::new();
    for kind in KINDS.into_iter().filter(|kind| only.wants(*kind)) {
        for (name, known) in things(inside, kind, only).await? {
            let folder = kind.folder();
            files.insert(format!("{folder}/{name}.yaml"), known.document);
            if let Some(layout) = known.layout {
                files.insert(format!("{folder}/{name}.layout.yaml"), layout);
            }
        }
    }
    Ok(files)
}

impl Only {
    fn wants(&self, kind: Kind) -> bool {
        self.kind.is_none_or(|wanted| wanted == kind)
    }

    fn wants_named(&self, thing: &Value) -> bool {
        let name = thing["name"].as_str();
        self.name
            .as_deref()
            .is_none_or(|wanted| name == Some(wanted))
    }
}

/// Everything of a kind that there is.
pub(super) async fn things(inside: &Inside, kind: Kind, only: &Only) -> ApiResult<ByName> {
    let list = format!("/api/{}", kind.folder());
    let mut found = ByName::new();
    for thing in inside.all(&list).await? {
        if !kind.stands_alone(&thing) || !only.wants_named(&thing) {
            continue;
        }
        let id = thing["id"].as_str().unwrap_or_default().to_owned();
        let name = thing["name"].as_str().unwrap_or_default().to_owned();
        let mut thing = match kind.is_whole_in_list() {
            true => thing,
            false => inside.get(&format!("{list}/{id}")).await?,
        };
        if kind == Kind::Application {
            let models = inside
                .all(&format!("/api/models?application_id={id}"))
                .await?;
            let models = models.into_iter().map(|model| Kind::Model.document(model));
            thing["models"] = models.collect();
        }
        let layout = thing.get_mut("layout").map(Value::take);
        let layout = layout.filter(|layout| *layout != json!({}) && !layout.is_null());
        let known = Known {
            id,
            document: kind.document(thing),
            layout,
        };
        found.insert(name, known);
    }
    Ok(found)
}
