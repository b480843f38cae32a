//! The HTTP face: REST, OpenAPI, WebSocket and the web app.
//!
//! Handlers are thin: extractors, one call into store, launcher or blueprint, a typed reply. Every
//! failure leaves in one envelope; see `error`.

mod access;
mod accounts;
mod answers;
mod archive;
mod components;
mod config;
mod definitions;
mod departed;
mod designs;
mod documents;
mod doors;
mod environments;
mod error;
mod events;
mod extract;
mod foresight;
mod in_process;
mod launch;
mod layers;
mod letters;
mod limits;
mod live;
mod meta;
mod metrics;
mod moves;
mod notices;
mod oauth;
mod openapi;
mod outgoing;
mod prompt_text;
mod prompts;
mod provided;
mod proxy;
mod realtime;
mod replies;
mod rerun;
#[allow(
    unused_qualifications,
    reason = "utoipa writes the paths of what it generates in full"
)]
mod routes;
mod schedules;
mod schemas;
mod serve;
mod settings;
mod state;
mod steps;
mod uses;
mod validation;
mod values;
mod wait;
mod web;
mod webhooks;

pub use accounts::mail::{Mail, MailError};
pub use accounts::password::hash_password;
pub use accounts::registration::Registration;
pub use accounts::secret::MachineToken;
pub use archive::archive_kinds;
pub use config::{Config, ConnectionLimits, InsecureListen, RequestLimits, check_listen};
pub use doors::{
    Acme, AcmeError, AcmeSettings, AcmeState, Certificate, CertificateError, Doors, Tls,
};
pub use error::Code;
pub use in_process::{Answered, AskError, Asked, InProcess};
pub use metrics::{Metrics, MetricsError};
pub use oauth::provider::{Provider, ProviderKind, ProviderSettings};
pub use openapi::{openapi, openapi_json};
pub use serve::{router, serve};
pub use state::{Backend, State};
