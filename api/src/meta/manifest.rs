//! The system pack as somebody may see it: what they may not read is not in it.

use blueprint::{Field, FieldType, Model, Relationship, label, options};
use store::RecordTable;
use uuid::Uuid;

use super::pack::{Form, Known, Pack, Screen};
use super::sight::{has, may_see};
use crate::access::Caller;
use crate::error::ApiResult;
use crate::schemas::meta::{
    Manifest, MetaAction, MetaField, MetaModel, MetaReferrer, MetaRelation, MetaRights, MetaView,
};

/// `declared` are the fields that the workspace has added.
pub(crate) fn manifest(
    caller: &Caller,
    workspace: Uuid,
    declared: &[Model],
    version: &str,
) -> ApiResult<Manifest> {
    let pack = Pack::get()?;
    let about = Describing {
        pack,
        caller,
        workspace,
        declared,
    };
    let seen = pack
        .all()
        .filter(|known| may_see(caller, known.screen).is_ok());
    Ok(Manifest {
        name: pack.application.name.clone(),
        label: label(&pack.application.label, &pack.application.name),
        version: version.to_owned(),
        models: seen.map(|known| about.model(known)).collect(),
    })
}

struct Describing<'a> {
    pack: &'static Pack,
    caller: &'a Caller,
    workspace: Uuid,
    declared: &'a [Model],
}

impl Describing<'_> {
    fn model(&self, known: Known) -> MetaModel {
        let Known {
            model,
            screen,
            table,
        } = known;
        let own = known.own(self.workspace);
        let extras = self.extras(known);
        let may = |permission: &Option<String>| {
            permission
                .as_deref()
                .is_some_and(|permission| has(self.caller, permission))
        };
        let writes = may(&screen.write);
        let all = &self.pack.application.relationships;
        let own_fields = model
            .fields
            .iter()
            .map(|field| own_field(field, screen, table));
        MetaModel {
            name: model.name.clone(),
            label: label(&model.label, &model.name),
            display: screen.display.clone(),
            address: format!("/api/records/{}", model.name),
            changed_by: screen.changed_by.as_str(),
            page: screen.page.clone(),
            can: MetaRights {
                create: writes && screen.forms.contains(&Form::Create),
                // Where nothing else can be changed by a form, fields of the workspace's own can.
                update: writes && (screen.forms.contains(&Form::Update) || !extras.is_empty()),
                delete: may(&screen.delete),
            },
            fields: own_fields.chain(extras.iter().map(extra_field)).collect(),
            relations: all
                .iter()
                .filter(|one| one.source == model.name && self.sees(&one.target))
                .map(relation)
                .collect(),
            referrers: all
                .iter()
                .filter(|one| one.target == model.name && self.sees(&one.source))
                .map(|one| self.referrer(one))
                .collect(),
            views: screen.views.iter().map(view).collect(),
            actions: screen
                .actions
                .iter()
                .filter(|action| has(self.caller, &action.takes))
                .map(|action| MetaAction {
                    name: action.name.clone(),
                    label: action.label.clone(),
                    method: "POST",
                    path: format!("{own}/{{id}}/{}", action.path),
                    bulk: action.bulk,
                    confirm: action.confirm.clone(),
                    danger: action.danger,
                })
                .collect(),
            history: has_history(screen) && has(self.caller, "audit:read"),
            own,
        }
    }

    fn sees(&self, model: &str) -> bool {
        let known = self.pack.known(model);
        known.is_some_and(|known| has(self.caller, &known.screen.read))
    }

    fn extras(&self, known: Known) -> &[Field] {
        let declared = self
            .declared
            .iter()
            .find(|declared| declared.name == known.model.name);
        declared
            .map(|declared| &*declared.fields)
            .unwrap_or_default()
    }

    fn referrer(&self, relationship: &Relationship) -> MetaReferrer {
        let source = self.pack.known(&relationship.source);
        let stated = source.map_or("", |source| source.model.label.as_str());
        MetaReferrer {
            model: relationship.source.clone(),
            label: label(stated, &relationship.source),
            name: relationship.inverse.clone(),
            key: relationship.key(),
        }
    }
}

/// What can be changed has a history; runs are records of what was done themselves, and so is the log.
pub(crate) fn has_history(screen: &Screen) -> bool {
    screen.write.is_some() || screen.delete.is_some()
}

fn own_field(field: &Field, screen: &Screen, table: &RecordTable) -> MetaField {
    let is_in = |names: &[String]| names.contains(&field.name);
    let column = table.column(&field.name);
    let is_text = matches!(field.field_type, FieldType::Text | FieldType::LongText);
    MetaField {
        help: screen.help.get(&field.name).cloned().unwrap_or_default(),
        read_only: is_in(&screen.read_only),
        hidden: is_in(&screen.hidden) || is_in(&screen.write_only),
        write_only: is_in(&screen.write_only),
        only_where: screen.only_where.get(&field.name).cloned(),
        sort: column.is_some_and(|column| column.sorted()),
        filter: column.is_some_and(|column| column.filtered),
        // Lathe's own texts are empty where nothing stands in them.
        blank: (is_text && !field.required).then_some(""),
        ..plain_field(field)
    }
}

fn extra_field(field: &Field) -> MetaField {
    MetaField {
        extra: true,
        sort: field.field_type != FieldType::Json,
        ..plain_field(field)
    }
}

fn plain_field(field: &Field) -> MetaField {
    MetaField {
        name: field.name.clone(),
        label: label(&field.label, &field.name),
        field_type: field.field_type.as_str(),
        options: options(field),
        required: field.required,
        unique: field.unique,
        default: field.default.clone(),
        help: String::new(),
        read_only: false,
        hidden: false,
        write_only: false,
        only_where: None,
        extra: false,
        sort: true,
        filter: true,
        blank: None,
    }
}

fn relation(relationship: &Relationship) -> MetaRelation {
    MetaRelation {
        name: relationship.name.clone(),
        label: label(&relationship.label, &relationship.name),
        key: relationship.key(),
        target: relationship.target.clone(),
        many: false,
        required: relationship.required,
    }
}

fn view(view: &super::pack::View) -> MetaView {
    MetaView {
        name: view.name.clone(),
        label: view.label.clone(),
        columns: view.columns.clone(),
        filters: view.filters.clone(),
        sort: view.sort.clone(),
    }
}
