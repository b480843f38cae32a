//! The system pack: Lathe's own models in the users' text format, and how they are shown. Both are part of the program.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use blueprint::{Application, Field, Model};
use serde::Deserialize;
use store::{RecordTable, record_table};
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};

const MODELS: &str = include_str!("pack/models.yaml");
const SCREENS: &str = include_str!("pack/screens.yaml");

pub(crate) struct Pack {
    pub(crate) application: Application,
    screens: HashMap<String, Screen>,
}

/// How a model is shown, and what its records take.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Screen {
    pub(crate) display: String,
    pub(crate) own: String,
    #[serde(default)]
    pub(crate) page: Option<String>,
    pub(crate) read: String,
    /// What else looking at them takes, where they are of many kinds.
    #[serde(default)]
    pub(crate) read_besides: Vec<String>,
    #[serde(default)]
    pub(crate) write: Option<String>,
    #[serde(default)]
    pub(crate) delete: Option<String>,
    #[serde(default)]
    pub(crate) forms: Vec<Form>,
    #[serde(default)]
    pub(crate) changed_by: Changing,
    #[serde(default)]
    pub(crate) extended: bool,
    #[serde(default)]
    pub(crate) parts: Vec<String>,
    #[serde(default)]
    pub(crate) read_only: Vec<String>,
    #[serde(default)]
    pub(crate) write_only: Vec<String>,
    /// By field, what others have to hold for it to mean something.
    #[serde(default)]
    pub(crate) only_where: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    pub(crate) hidden: Vec<String>,
    #[serde(default)]
    pub(crate) help: HashMap<String, String>,
    #[serde(default)]
    pub(crate) views: Vec<View>,
    #[serde(default)]
    pub(crate) actions: Vec<Action>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Form {
    Create,
    Update,
}

/// The method that changes a record.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Changing {
    #[default]
    Put,
    Patch,
}

impl Changing {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Put => "PUT",
            Self::Patch => "PATCH",
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct View {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) columns: Vec<String>,
    #[serde(default)]
    pub(crate) filters: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) sort: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Action {
    pub(crate) name: String,
    pub(crate) label: String,
    /// Below the record's own address.
    pub(crate) path: String,
    /// The permission that it takes.
    pub(crate) takes: String,
    #[serde(default)]
    pub(crate) bulk: bool,
    #[serde(default)]
    pub(crate) confirm: Option<String>,
    #[serde(default)]
    pub(crate) danger: bool,
}

/// A model of the pack with all that is known of it.
#[derive(Clone, Copy)]
pub(crate) struct Known {
    pub(crate) model: &'static Model,
    pub(crate) screen: &'static Screen,
    pub(crate) table: &'static RecordTable,
}

static PACK: LazyLock<Result<Pack, String>> = LazyLock::new(read);

fn read() -> Result<Pack, String> {
    let application = Application::parse(MODELS).map_err(|error| error.to_string())?;
    let screens = serde_saphyr::from_str(SCREENS).map_err(|error| error.to_string())?;
    Ok(Pack {
        application,
        screens,
    })
}

impl Pack {
    /// It is part of the program, and a test reads it: whoever sees this error has a program that was never tested.
    pub(crate) fn get() -> ApiResult<&'static Self> {
        PACK.as_ref()
            .map_err(|error| ApiError::internal(format!("the system pack can't be read: {error}")))
    }

    pub(crate) fn known(&'static self, name: &str) -> Option<Known> {
        let model = self
            .application
            .models
            .iter()
            .find(|model| model.name == name)?;
        Some(Known {
            model,
            screen: self.screens.get(name)?,
            table: record_table(name)?,
        })
    }

    pub(crate) fn all(&'static self) -> impl Iterator<Item = Known> {
        let models = self.application.models.iter();
        models.filter_map(move |model| self.known(&model.name))
    }
}

impl Known {
    pub(crate) fn field(self, name: &str) -> Option<&'static Field> {
        self.model.fields.iter().find(|field| field.name == name)
    }

    pub(crate) fn own(self, workspace: Uuid) -> String {
        self.screen
            .own
            .replace("{workspace}", &workspace.to_string())
    }

    /// Where changes of a record are made, as the audit log has them.
    pub(crate) fn addresses(self, id: &str, workspace: Uuid) -> Vec<String> {
        let Self { model, screen, .. } = self;
        let own = format!("{}/{id}", self.own(workspace));
        let parts = screen
            .parts
            .iter()
            .chain(screen.actions.iter().map(|action| &action.path));
        let mut addresses: Vec<String> = parts.map(|part| format!("{own}/{part}")).collect();
        addresses.push(format!("/api/records/{}/{id}/extra", model.name));
        addresses.push(own);
        addresses
    }

    /// What no further field can be called.
    pub(crate) fn taken(self) -> Vec<String> {
        let fields = self.model.fields.iter().map(|field| field.name.clone());
        let columns = self
            .table
            .columns
            .iter()
            .map(|column| column.name.to_owned());
        fields.chain(columns).collect()
    }
}

#[cfg(test)]
mod tests {
    use store::ColumnKind;

    use super::*;
    use crate::access::Permissions;

    fn pack() -> &'static Pack {
        PACK.as_ref().unwrap()
    }

    /// The keys of what a model refers to, each with what that is.
    fn keys(model: &Model) -> Vec<(String, &'static str)> {
        let relationships = pack().application.relationships.iter();
        let own = relationships.filter(|relationship| relationship.source == model.name);
        own.map(|relationship| (relationship.key(), relationship.target.as_str()))
            .collect()
    }

    #[test]
    fn every_model_has_a_screen_and_a_table_that_fit_it() {
        let pack = pack();
        assert_eq!(pack.all().count(), pack.application.models.len());
        assert_eq!(pack.screens.len(), pack.application.models.len());
        assert_eq!(RecordTable::all().count(), pack.application.models.len());
        for known in pack.all() {
            let Known {
                model,
                screen,
                table,
            } = known;
            let name = &model.name;
            for field in &model.fields {
                let column = table.column(&field.name);
                let is_written_only = screen.write_only.contains(&field.name);
                assert_eq!(column.is_none(), is_written_only, "{name}.{}", field.name);
                let Some(column) = column else { continue };
                use blueprint::FieldType::{
                    Boolean, Datetime, Email, Enum, Integer, Json, LongText, Text,
                };
                let fits = match column.kind {
                    ColumnKind::Text => matches!(field.field_type, Text | LongText | Enum | Email),
                    ColumnKind::Integer | ColumnKind::Big => field.field_type == Integer,
                    ColumnKind::Flag | ColumnKind::Truth => field.field_type == Boolean,
                    ColumnKind::Time => field.field_type == Datetime,
                    ColumnKind::Json => field.field_type == Json,
                    ColumnKind::Uuid => false,
                };
                assert!(fits, "{name}.{}: {:?}", field.name, column.kind);
            }
            let keys = keys(model);
            for column in table.columns {
                let is_field = known.field(column.name).is_some();
                let is_key = keys.iter().any(|(key, _)| key == column.name);
                let is_stamp = matches!(column.name, "created_at" | "updated_at");
                assert!(is_field || is_key || is_stamp, "{name}.{}", column.name);
                assert!(
                    !is_key || column.kind == ColumnKind::Uuid,
                    "{name}.{}",
                    column.name
                );
            }
            for (key, target) in keys {
                assert!(table.column(&key).is_some(), "{name}.{key}");
                assert!(pack.known(target).is_some(), "{name}: {target}");
            }
        }
    }

    /// A path without the names of its places.
    fn nameless(path: &str) -> String {
        let parts = path.split('/').map(|part| match part.starts_with('{') {
            true => "{}",
            false => part,
        });
        parts.collect::<Vec<_>>().join("/")
    }

    #[test]
    fn forms_and_actions_ask_what_routes_answer() {
        let document = serde_json::to_value(crate::openapi()).unwrap();
        let mut routes = std::collections::HashSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            let methods = item.as_object().unwrap().keys();
            routes.extend(methods.map(|method| (method.to_uppercase(), nameless(path))));
        }
        for known in pack().all() {
            let screen = known.screen;
            let one = format!("{}/{{id}}", screen.own);
            let mut asked = Vec::new();
            if screen.forms.contains(&Form::Create) {
                asked.push(("POST", screen.own.clone()));
            }
            if screen.forms.contains(&Form::Update) {
                asked.push((screen.changed_by.as_str(), one.clone()));
            }
            if screen.delete.is_some() {
                asked.push(("DELETE", one.clone()));
            }
            let paths = screen.actions.iter().map(|action| &action.path);
            asked.extend(paths.map(|path| ("POST", format!("{one}/{path}"))));
            for (method, path) in asked {
                let route = (method.to_owned(), nameless(&path));
                assert!(routes.contains(&route), "{route:?}");
            }
        }
    }

    #[test]
    fn screens_name_what_there_is() {
        for known in pack().all() {
            let screen = known.screen;
            let name = &known.model.name;
            let fields = [&screen.read_only, &screen.write_only, &screen.hidden];
            let helped = screen.help.keys().chain(screen.only_where.keys());
            let others = screen.only_where.values().flat_map(BTreeMap::keys);
            for field in fields
                .into_iter()
                .flatten()
                .chain(helped)
                .chain(others)
                .chain([&screen.display])
            {
                assert!(known.field(field).is_some(), "{name}.{field}");
            }
            let permissions = [
                Some(&screen.read),
                screen.write.as_ref(),
                screen.delete.as_ref(),
            ];
            let taken = screen.actions.iter().map(|action| &action.takes);
            for permission in permissions
                .into_iter()
                .flatten()
                .chain(taken)
                .chain(&screen.read_besides)
            {
                assert!(
                    Permissions::one(permission).is_some(),
                    "{name}: {permission}"
                );
            }
            assert!(screen.write.is_some() || !screen.extended, "{name}");
            for view in &screen.views {
                let filters = view.filters.keys().map(|filter| filter.split("__").next());
                let columns = view.columns.iter().map(|column| Some(column.as_str()));
                let sort = Some(view.sort.trim_start_matches('-'));
                for column in filters.chain(columns).chain([sort]).flatten() {
                    assert!(known.table.column(column).is_some(), "{name}.{column}");
                }
            }
        }
    }
}
