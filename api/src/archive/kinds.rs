//! What an archive holds, kind by kind: how a thing becomes a document, and a document a request.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{contents, environments};
use crate::schemas::settings::WorkspaceSettings;

/// What the one document of settings is called.
pub(super) const SETTINGS: &str = "workspace";

/// A kind of thing. Its name is its folder in an archive, and its list below `/api`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// There is one of a workspace.
    Settings,
    Role,
    Variable,
    Secret,
    /// There is one list of them, without the bytes.
    File,
    Prompt,
    Model,
    Application,
    Workflow,
    Schedule,
    Webhook,
}

/// In the order in which they need each other.
pub(super) const KINDS: [Kind; 11] = [
    Kind::Settings,
    Kind::Role,
    Kind::Variable,
    Kind::Secret,
    Kind::File,
    Kind::Prompt,
    Kind::Model,
    Kind::Workflow,
    Kind::Application,
    Kind::Schedule,
    Kind::Webhook,
];

/// What the folders of an archive are called.
pub fn archive_kinds() -> [&'static str; 11] {
    KINDS.map(Kind::folder)
}

impl Kind {
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Role => "roles",
            Self::Variable => "variables",
            Self::Secret => "secrets",
            Self::File => "files",
            Self::Prompt => "prompts",
            Self::Model => "models",
            Self::Application => "applications",
            Self::Workflow => "workflows",
            Self::Schedule => "schedules",
            Self::Webhook => "webhooks",
        }
    }

    pub(crate) fn of_folder(folder: &str) -> Option<Self> {
        KINDS.into_iter().find(|kind| kind.folder() == folder)
    }

    /// Where the things of a workspace are.
    pub(super) fn list(self, workspace: Uuid) -> String {
        match self {
            Self::Settings | Self::Role => format!("/api/workspaces/{workspace}/{}", self.folder()),
            _ => format!("/api/{}", self.folder()),
        }
    }

    /// Where a thing is put that is made and changed in the same way.
    pub(super) fn place(self, workspace: Uuid, name: &str) -> Option<String> {
        let list = self.list(workspace);
        match self {
            Self::Settings => Some(list),
            Self::Role => Some(format!("{list}/{name}")),
            _ => None,
        }
    }

    /// Whether what an archive does not hold can go: who may do what is not taken away by leaving it out.
    pub(super) fn can_go(self) -> bool {
        !matches!(self, Self::Settings | Self::Role)
    }

    /// Whether a document says nothing that would not hold without it.
    pub(super) fn is_usual(self, document: &Value) -> bool {
        let mut usual = json!({ "name": SETTINGS });
        self.complete(&mut usual);
        self == Self::Settings && *document == usual
    }

    /// Whether a list shows all that a document holds.
    pub(super) fn is_whole_in_list(self) -> bool {
        !matches!(self, Self::Prompt | Self::Application | Self::Workflow)
    }

    /// Whether a thing has a document of its own: models of an application are part of that.
    pub(super) fn stands_alone(self, thing: &Value) -> bool {
        match self {
            Self::Model => thing["application_id"].is_null(),
            // Every workspace has the others.
            Self::Role => thing["built_in"] != true,
            _ => true,
        }
    }

    /// The fields of a document, in their order.
    pub(super) fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Settings => &[
                "name",
                "time_zone",
                "keep_executions_days",
                "notify_failures",
            ],
            Self::Role => &["name", "permissions"],
            Self::Variable => &["name", "value", "description"],
            Self::Secret => &["name", "kind", "description"],
            Self::File => &contents::FIELDS,
            Self::Prompt => &["name", "description", "content", "variables", "labels"],
            Self::Model => &["name", "label", "fields"],
            Self::Application => &[
                "name",
                "label",
                "description",
                "configuration",
                "models",
                "relationships",
                "components",
                environments::FIELD,
            ],
            Self::Workflow => &[],
            Self::Schedule => &[
                "name", "workflow", "cron", "timezone", "catch_up", "overlap", "inputs", "enabled",
            ],
            Self::Webhook => &[
                "name",
                "workflow",
                "verification",
                "methods",
                "headers",
                "inputs",
                "reply",
                "wait",
                "enabled",
            ],
        }
    }

    /// A field that is read and written by a route of its own. Without it, a document leaves what there is as it is.
    pub(super) fn apart(self) -> Option<&'static str> {
        match self {
            Self::Prompt => Some("labels"),
            Self::Application => Some(environments::FIELD),
            _ => None,
        }
    }

    /// The document of a thing as its route shows it.
    pub(super) fn document(self, mut thing: Value) -> Value {
        match self {
            Self::Workflow => return thing["document"].take(),
            Self::Prompt => {
                let mut shown = thing["shown"].take();
                thing["content"] = shown["content"].take();
                thing["variables"] = shown["variables"].take();
            }
            Self::Schedule | Self::Webhook => thing["workflow"] = thing["workflow_name"].take(),
            Self::Role => sort_permissions(&mut thing),
            _ => {}
        }
        let fields = self.fields().iter().filter_map(|field| {
            let value = thing.get_mut(*field)?.take();
            // That something is off says much where it is on unless said, and that an environment is empty where none is left as it is.
            let speaks = value.is_boolean() || ["value", environments::FIELD].contains(field);
            let says_something = (speaks && !value.is_null()) || !is_nothing(&value);
            says_something.then(|| ((*field).to_owned(), value))
        });
        Value::Object(fields.collect())
    }

    /// What a document means that leaves something out: it is then as its route makes it.
    pub(super) fn complete(self, document: &mut Value) {
        if self == Self::Role {
            sort_permissions(document);
        }
        let Value::Object(fields) = document else {
            return;
        };
        let defaults = match self {
            Self::Variable | Self::Prompt => json!({ "description": "" }),
            Self::Secret => json!({ "kind": "text", "description": "" }),
            Self::Model => json!({ "label": "" }),
            Self::Application => json!({
                "label": "", "description": "", "configuration": {}, "relationships": [], "components": []
            }),
            Self::Schedule => json!({
                "timezone": "UTC", "catch_up": "latest", "overlap": "skip", "inputs": {}, "enabled": true
            }),
            Self::Webhook => json!({
                "methods": ["POST"], "inputs": "request", "reply": "accepted", "wait": "30s", "enabled": true
            }),
            Self::Settings => {
                serde_json::to_value(WorkspaceSettings::default()).unwrap_or_default()
            }
            Self::Workflow | Self::Role | Self::File => return,
        };
        for (name, value) in defaults.as_object().into_iter().flatten() {
            fields.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }

    /// Faults of a document that its route could not tell.
    pub(super) fn fault(self, name: &str, document: &Value) -> Option<String> {
        let Value::Object(fields) = document else {
            return Some("this is no mapping of names to values".to_owned());
        };
        if fields.get("name").and_then(Value::as_str) != Some(name) {
            return Some(format!("its `name` has to be `{name}`, as the file's"));
        }
        if self == Self::Workflow {
            return None;
        }
        if self == Self::Settings && name != SETTINGS {
            return Some(format!(
                "a workspace has one file of settings: settings/{SETTINGS}.yaml"
            ));
        }
        let unknown = fields
            .keys()
            .find(|field| !self.fields().contains(&field.as_str()))?;
        Some(format!(
            "there is no field `{unknown}` here: there are {}",
            self.fields().join(", ")
        ))
    }

    /// The workflow that a document names and its request has to name by id.
    pub(super) fn workflow(self, document: &Value) -> Option<&str> {
        match self {
            Self::Schedule | Self::Webhook => document["workflow"].as_str(),
            _ => None,
        }
    }

    /// The body that makes a thing.
    pub(super) fn creation(
        self,
        document: &Value,
        layout: Option<&Value>,
        workflow: Option<&str>,
    ) -> Value {
        let mut body = self.body(document, layout);
        if let (Some(workflow), Value::Object(fields)) = (workflow, &mut body) {
            fields.insert("workflow_id".to_owned(), workflow.into());
        }
        body
    }

    /// The body that changes a thing: of what can't be changed, nothing.
    pub(super) fn change(self, document: &Value, layout: Option<&Value>) -> Value {
        let mut body = self.body(document, layout);
        if let Value::Object(fields) = &mut body {
            match self {
                Self::Webhook => drop(fields.shift_remove("verification")),
                Self::Secret => drop(fields.shift_remove("kind")),
                _ => {}
            }
        }
        body
    }

    fn body(self, document: &Value, layout: Option<&Value>) -> Value {
        if self == Self::Workflow {
            let mut body = json!({ "document": document });
            if let Some(layout) = layout {
                body["layout"] = layout.clone();
            }
            return body;
        }
        let mut fields: Map<String, Value> = document.as_object().cloned().unwrap_or_default();
        fields.shift_remove("workflow");
        if matches!(self, Self::Settings | Self::Role) {
            fields.shift_remove("name");
        }
        // What has a route of its own: labels are pointed one by one, when the texts are there.
        if let Some(apart) = self.apart() {
            fields.shift_remove(apart);
        }
        Value::Object(fields)
    }
}

/// In an order that does not depend on who wrote them down.
fn sort_permissions(role: &mut Value) {
    if let Some(Value::Array(permissions)) = role.get_mut("permissions") {
        permissions.sort_by_key(|name| name.as_str().unwrap_or_default().to_owned());
    }
}

/// Whether a value says no more than its absence.
pub(super) fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(yes) => !yes,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Number(_) => false,
    }
}
