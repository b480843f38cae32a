//! A workspace as documents.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use super::contents;
use super::covers::{COVERAGE, Coverage};
use super::environments;
use super::files::{Files, LeftOut};
use super::inside::Inside;
use super::kinds::{KINDS, Kind, SETTINGS};
use super::labels;
use crate::error::{ApiResult, Code};

/// After the name of a workflow: its newest version, where another one is published.
pub(super) const DRAFT: &str = ".draft";

/// Which things are wanted: all, those of a kind, or one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Only {
    pub(crate) kind: Option<Kind>,
    pub(crate) name: Option<String>,
}

/// A thing that is there.
pub(super) struct Known {
    pub(super) id: String,
    /// As it is at its newest version.
    pub(super) document: Value,
    /// Of a workflow, what is published, where that differs from the newest version.
    pub(super) published: Option<Value>,
    pub(super) is_published: bool,
    /// Of a workflow, where its nodes stand.
    pub(super) layout: Option<Value>,
    /// What its document does not hold, since it could not be made anywhere.
    left_out: Vec<String>,
}

/// Things of one kind, by name.
pub(super) type ByName = BTreeMap<String, Known>;

/// The files of a workspace, and what was left out of them.
pub(crate) async fn whole(
    inside: &Inside,
    workspace: Uuid,
    only: &Only,
) -> ApiResult<(Files, LeftOut)> {
    let (mut files, mut left_out) = (Files::new(), LeftOut::new());
    let mut covered = Vec::new();
    for kind in KINDS.into_iter().filter(|kind| only.wants(*kind)) {
        let there = match things(inside, workspace, kind, only).await {
            // Whoever keeps copies of what a workspace makes need not be who sees its people, or its files.
            Err(error)
                if only.kind.is_none()
                    && matches!(kind, Kind::Role | Kind::Settings | Kind::File)
                    && error.is(Code::Forbidden) =>
            {
                continue;
            }
            there => there?,
        };
        covered.push(kind);
        if kind == Kind::File {
            files.extend(contents::lists(there));
            continue;
        }
        for (name, known) in there {
            if kind.is_usual(&known.document) {
                continue;
            }
            let folder = kind.folder();
            let path = format!("{folder}/{name}.yaml");
            if !known.left_out.is_empty() {
                left_out.insert(path.clone(), known.left_out);
            }
            let document = match known.published {
                Some(published) => {
                    files.insert(format!("{folder}/{name}{DRAFT}.yaml"), known.document);
                    published
                }
                None => known.document,
            };
            files.insert(path, document);
            if let Some(layout) = known.layout {
                files.insert(format!("{folder}/{name}.layout.yaml"), layout);
            }
        }
    }
    let covers = Coverage::of(covered, only.name.as_deref());
    files.insert(COVERAGE.to_owned(), covers.document());
    Ok((files, left_out))
}

impl Known {
    /// The version of a workflow that is published; none, if none is.
    pub(super) fn published(&self) -> Option<&Value> {
        let newest = Some(&self.document).filter(|_| self.is_published);
        self.published.as_ref().or(newest)
    }
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
pub(super) async fn things(
    inside: &Inside,
    workspace: Uuid,
    kind: Kind,
    only: &Only,
) -> ApiResult<ByName> {
    let list = kind.list(workspace);
    let mut found = ByName::new();
    let there = match kind {
        Kind::Settings => {
            let mut settings = inside.get(&list).await?;
            settings["name"] = SETTINGS.into();
            vec![settings]
        }
        _ => inside.all(&list).await?,
    };
    for thing in there {
        if !kind.stands_alone(&thing) || !only.wants_named(&thing) {
            continue;
        }
        let id = thing["id"].as_str().unwrap_or_default().to_owned();
        let name = thing["name"].as_str().unwrap_or_default().to_owned();
        let mut thing = match kind.is_whole_in_list() {
            true => thing,
            false => inside.get(&format!("{list}/{id}")).await?,
        };
        let mut left_out = Vec::new();
        if kind == Kind::Application {
            let components = format!("{list}/{id}/components");
            left_out = leave_out_gone(&mut thing, inside.all(&components).await?);
            match environments::read(inside, &format!("{list}/{id}")).await? {
                Some(variables) => thing[environments::FIELD] = variables,
                None => {
                    left_out.push("its environment, which takes `applications:deploy`".to_owned());
                }
            }
            let models = inside
                .all(&format!("/api/models?application_id={id}"))
                .await?;
            let models = models.into_iter().map(|model| Kind::Model.document(model));
            thing["models"] = models.collect();
        }
        if kind == Kind::Prompt {
            thing["labels"] = labels::read(inside, &format!("{list}/{id}"), &thing).await?;
        }
        let is_published = !thing["published_version"].is_null();
        let published = published(inside, &format!("{list}/{id}"), &thing).await?;
        let layout = thing.get_mut("layout").map(Value::take);
        let layout = layout.filter(|layout| *layout != json!({}) && !layout.is_null());
        let known = Known {
            id,
            document: kind.document(thing),
            published,
            is_published,
            layout,
            left_out,
        };
        found.insert(name, known);
    }
    Ok(found)
}

/// The published version of a workflow, where it differs from the newest one. It is called as that is.
async fn published(inside: &Inside, path: &str, thing: &Value) -> ApiResult<Option<Value>> {
    let (number, newest) = (&thing["published_version"], &thing["version"]);
    if number.is_null() || number == newest {
        return Ok(None);
    }
    let mut version = inside.get(&format!("{path}/versions/{number}")).await?;
    let mut document = version["document"].take();
    if let Value::Object(fields) = &mut document {
        fields.insert("name".to_owned(), thing["name"].clone());
    }
    Ok((document != thing["document"]).then_some(document))
}

/// Takes components out of an application whose workflow or prompt is gone: no application can be made that has them. Gives
/// what these were.
fn leave_out_gone(application: &mut Value, found: Vec<Value>) -> Vec<String> {
    let gone: Vec<Value> = found
        .into_iter()
        .filter(|component| component["id"].is_null())
        .collect();
    let Some(components) = application["components"].as_array_mut() else {
        return Vec::new();
    };
    components.retain(|component| gone.iter().all(|gone| gone["name"] != component["name"]));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    gone.iter()
        .map(|gone| {
            let [name, kind, uses] = [&gone["name"], &gone["kind"], &gone["uses"]].map(text);
            format!("the component `{name}`: there is no {kind} `{uses}` any more")
        })
        .collect()
}
