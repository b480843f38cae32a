//! Adapters that fill the ports of engine and blueprint: SQLite and Postgres, memory and Redis, disk and S3.
//!
//! [`Store`] is the database: it implements the engine's ports that keep things, and has plain methods
//! for what people list and edit. [`queue`] and [`bus`] deliver; they may lose everything at any moment.

mod accounts;
mod applications;
mod audit;
mod blobs;
pub mod bus;
mod by_name;
mod components;
mod config;
mod cursor;
mod database;
mod definitions;
mod environments;
mod error;
mod executions;
mod files;
mod idempotency;
pub mod limits;
mod logs;
mod models;
mod notifications;
mod outgoing_webhooks;
mod page;
mod pattern;
mod private;
mod prompts;
pub mod queue;
mod records;
mod redesign;
mod redis_client;
mod releases;
mod revision;
mod rising;
mod run_history;
mod runners;
mod schedules;
mod schema;
mod scope;
mod secrets;
mod step_cache;
mod store;
mod trash;
mod variables;
mod vault;
mod versions;
mod webhooks;
mod workflows;
mod workspace_secrets;

pub use accounts::{
    Admission, ApiToken, DeletedWorkspace, Identity, Invitation, Link, Linking, Member,
    MemberSettings, Membership, NewApiToken, NewIdentity, NewInvitation, NewSession, NewUser,
    OwnedWorkspace, Purpose, Refreshed, Role, Session, SigningKey, User, UserChange, UserRights,
    Workspace, WorkspaceChange, second_factor_place,
};
pub use applications::{ApplicationRecord, NewApplication};
pub use audit::{AuditEntry, AuditFilter, AuditHead, AuditVerdict, NewAuditEntry};
pub use blobs::{BlobPlace, BlobStore};
pub use components::ComponentKind;
pub use config::{Config, DatabaseConfig};
pub use environments::{EnvironmentEntry, EnvironmentRecord, Held, secret_and_field};
pub use error::{StoreError, StoreResult};
pub use executions::{
    ExecutionFilter, ExecutionRecord, ExecutionSummary, Starter, StoredStep, StoredWait,
};
pub use files::{
    FileError, FileLimits, FileNameError, FileRecord, KeptFile, NewFile, WorkspaceFiles, file_name,
    given_file_name,
};
pub use idempotency::{Created, Once};
pub use logs::LogFilter;
pub use models::{ModelFilter, ModelName, ModelRecord, NewModel};
pub use notifications::{Letter, NewNotification, Notification, NotificationHead};
pub use outgoing_webhooks::{
    NewOutgoingWebhook, OutgoingAttempt, OutgoingDelivery, OutgoingHeaders, OutgoingOutcome,
    OutgoingStatus, OutgoingTarget, OutgoingWebhookChange, OutgoingWebhookRecord,
};
pub use page::{Page, Paging};
pub use private::private_folder;
pub use prompts::{NewPrompt, NewPromptVersion, PromptLabel, PromptSummary, PromptVersion};
pub use records::{
    ColumnKind, Comparison, Extension, ExtraField, ExtraValue, MadeAt, NewSavedView, Record,
    RecordColumn, RecordPlace, RecordQuery, RecordSort, RecordTable, RecordTest, RecordValue,
    SavedView, record_table,
};
pub use redesign::ModelChange;
pub use releases::{ReleaseFilter, ReleaseRecord, ReleaseStatus};
pub use run_history::HistoryPoint;
pub use schedules::{NewSchedule, ScheduleRecord, Tick, TickStatus};
pub use schema::SchemaStep;
pub use scope::{FIRST_WORKSPACE, Scope};
pub use store::Store;
pub use trash::Trashed;
pub use variables::{NewVariable, Variable};
pub use vault::{KeySource, KeysError, Vault, VaultError};
pub use versions::{VersionSummary, WorkflowVersion};
pub use webhooks::{
    ClaimedDelivery, Delivery, NewRefusal, NewWebhook, Refusal, WebhookChange, WebhookRecord,
    WebhookSecrets,
};
pub use workflows::{
    Mention, NewWorkflow, WorkflowFilter, WorkflowPins, WorkflowRecord, WorkflowSummary,
};
pub use workspace_secrets::{NewSecret, SecretChange, SecretFields, SecretSummary};
