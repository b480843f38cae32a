//! What shipping an application will change, as the API tells it, and how it is asked for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::change::Pin;
use super::version::VersionRef;

/// What shipping an application as it stands will do to its data.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShipPlan {
    pub(crate) basis: PlanBasis,
    /// What is still to be generated.
    pub(crate) changes: Vec<PlannedChange>,
    /// What was generated already and is no part of what is live: an earlier run could not put it live, or an earlier release was
    /// gone back to since, in which case the data has it already. It is part of what goes live, and nobody is asked again.
    pub(crate) pending: Vec<PlannedChange>,
    /// Why it can't be shipped as it stands, whatever is allowed.
    pub(crate) problems: Vec<String>,
    /// What has to be allowed, or the run is refused.
    pub(crate) needs: UnsafeChanges,
    /// The migration that will be generated; null when there is none.
    #[schema(required = true)]
    pub(crate) sql: Option<PlannedSql>,
    /// The workflow that will run; null when there is none of the name that the application states.
    #[schema(required = true)]
    pub(crate) workflow: Option<ShipWorkflow>,
}

/// What an application is compared with: always what was generated last, where there is something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PlanBasis {
    /// Nothing was ever generated: all of it is new.
    Nothing,
    /// What was generated last. Whether just that is live can't be told.
    Generated,
    /// What was generated last. What is live can be told: where it is not just that, `pending` has the difference.
    Live,
}

/// A change of one model, field or relationship.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlannedChange {
    pub(crate) action: ChangeAction,
    pub(crate) part: ChangedPart,
    /// The model, or the one that the field or relationship belongs to.
    pub(crate) model: String,
    /// What it will be called, or was if it is removed; of a model the same as `model`.
    pub(crate) name: String,
    /// Which of its properties differ, or what is worth knowing of something new.
    pub(crate) details: Vec<ChangedProperty>,
    /// What has to be allowed for it; null when nothing has.
    #[schema(required = true)]
    pub(crate) needs: Option<ChangeDecision>,
    /// Why that is so; null when nothing has to be allowed.
    #[schema(required = true)]
    pub(crate) reason: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChangeAction {
    Added,
    Changed,
    Removed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChangedPart {
    Model,
    Field,
    Relationship,
}

/// `drop`: its data goes with it. `tighten`: a record that breaks the new rule stops the run, and nothing is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChangeDecision {
    Drop,
    Tighten,
}

/// One property before and after, written as in the application's document.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangedProperty {
    pub(crate) property: ChangedPropertyName,
    #[schema(required = true)]
    pub(crate) before: Option<String>,
    #[schema(required = true)]
    pub(crate) after: Option<String>,
}

/// `limits` are the least and the greatest value, or the values of an enum; `fields` the names of all fields of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChangedPropertyName {
    Name,
    Type,
    Limits,
    Required,
    Unique,
    Default,
    OnDelete,
    Target,
    Fields,
}

/// The same migration for each database that an application can keep its records in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlannedSql {
    pub(crate) sqlite: String,
    pub(crate) postgres: String,
}

/// The workflow that ships an application.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShipWorkflow {
    /// Null as long as the workspace has none: it is given one when it first ships.
    #[schema(required = true)]
    pub(crate) id: Option<Uuid>,
    pub(crate) name: String,
    /// Which of the changes it can be told to allow, by its inputs `allow_drop` and `allow_tighten`.
    pub(crate) takes: UnsafeChanges,
}

/// Changes of the models that are not safe.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct UnsafeChanges {
    pub(crate) drop: bool,
    pub(crate) tighten: bool,
}

/// How an application is to be shipped.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"inputs": {"target": "process"}}))]
pub(crate) struct ShipRequest {
    /// The version of the workflow to run: the published one unless said, or the newest one of a workflow that was never published.
    #[schema(nullable = false)]
    pub(crate) version: Option<VersionRef>,
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Value>, required = false)]
    pub(crate) inputs: Map<String, Value>,
    #[serde(default)]
    #[schema(required = false)]
    pub(crate) allow: Allow,
    /// Nodes, by id, that give this instead of running.
    #[serde(default)]
    #[schema(required = false)]
    pub(crate) pins: BTreeMap<String, Pin>,
    /// The address of the only step that is wanted: what it does not need is skipped, and with it the run ends.
    #[schema(nullable = false)]
    pub(crate) only: Option<String>,
}

/// Changes of the models that are allowed although they are not safe: the workflow is told so by its inputs `allow_drop` and
/// `allow_tighten`.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"drop": false}))]
pub(crate) struct Allow {
    /// Models, fields and relationships that are gone take their data with them.
    #[serde(default)]
    #[schema(required = false)]
    pub(crate) drop: bool,
    /// Stricter rules are tried: a record that breaks one stops the run, and nothing is changed.
    #[serde(default)]
    #[schema(required = false)]
    pub(crate) tighten: bool,
}

impl From<blueprint::Change> for PlannedChange {
    fn from(change: blueprint::Change) -> Self {
        let (needs, reason) = change.needs.unzip();
        Self {
            action: match change.action {
                blueprint::Action::Added => ChangeAction::Added,
                blueprint::Action::Changed => ChangeAction::Changed,
                blueprint::Action::Removed => ChangeAction::Removed,
            },
            part: match change.part {
                blueprint::Part::Model => ChangedPart::Model,
                blueprint::Part::Field => ChangedPart::Field,
                blueprint::Part::Relationship => ChangedPart::Relationship,
            },
            model: change.model,
            name: change.name,
            details: change.details.into_iter().map(Into::into).collect(),
            needs: needs.map(|decision| match decision {
                blueprint::Decision::Drop => ChangeDecision::Drop,
                blueprint::Decision::Tighten => ChangeDecision::Tighten,
            }),
            reason,
        }
    }
}

impl From<blueprint::Detail> for ChangedProperty {
    fn from(detail: blueprint::Detail) -> Self {
        use blueprint::Property;
        Self {
            property: match detail.property {
                Property::Name => ChangedPropertyName::Name,
                Property::Type => ChangedPropertyName::Type,
                Property::Limits => ChangedPropertyName::Limits,
                Property::Required => ChangedPropertyName::Required,
                Property::Unique => ChangedPropertyName::Unique,
                Property::Default => ChangedPropertyName::Default,
                Property::OnDelete => ChangedPropertyName::OnDelete,
                Property::Target => ChangedPropertyName::Target,
                Property::Fields => ChangedPropertyName::Fields,
            },
            before: detail.before,
            after: detail.after,
        }
    }
}
