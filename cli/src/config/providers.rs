//! Services that people log in by: a section of the file for each, or a list in the environment.

use api::{Provider, ProviderSettings};
use serde::Deserialize;
use toml::{Table, Value};

use super::layers::Layers;

const KEY: &str = "accounts.providers";

/// A section, as it is written. Secrets are taken out before: what does not fit is repeated in a complaint.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    id: String,
    #[serde(default)]
    kind: String,
    label: Option<String>,
    issuer: Option<String>,
    api_url: Option<String>,
    #[serde(default)]
    client_id: String,
    client_secret_file: Option<String>,
    scopes: Option<Vec<String>>,
    #[serde(default)]
    allowed_domains: Vec<String>,
    registration: Option<String>,
}

/// All services, or all that is wrong with any of them.
pub(super) fn read(layers: &mut Layers) -> Option<Vec<Provider>> {
    let (tables, origin) = layers.read_tables(KEY)?;
    let mut providers: Vec<Provider> = Vec::new();
    let count = tables.len();
    for (at, table) in tables.into_iter().enumerate() {
        let named = name(&table, at);
        match provider(table) {
            Ok(provider) if providers.iter().any(|other| other.id() == provider.id()) => {
                layers.complain(format!(
                    "{KEY}: two of them have the id `{}` ({origin})",
                    provider.id()
                ));
            }
            Ok(provider) => providers.push(provider),
            Err(complaints) => {
                for complaint in complaints {
                    layers.complain(format!("{KEY}, {named}: {complaint} ({origin})"));
                }
            }
        }
    }
    (providers.len() == count).then_some(providers)
}

/// By which somebody finds it in their file.
fn name(table: &Table, at: usize) -> String {
    match table.get("id").and_then(Value::as_str) {
        Some(id) if !id.is_empty() => format!("`{id}`"),
        _ => format!("number {}", at + 1),
    }
}

fn provider(mut table: Table) -> Result<Provider, Vec<String>> {
    let secret = match table.remove("client_secret") {
        None => None,
        Some(Value::String(secret)) => Some(secret),
        Some(_) => return Err(vec!["client_secret has to be a text".to_owned()]),
    };
    let written: Written = table
        .try_into()
        .map_err(|error: toml::de::Error| vec![error.message().to_owned()])?;
    let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
    let secret = filled(secret);
    let secret = match (secret, filled(written.client_secret_file)) {
        (Some(_), Some(_)) => {
            return Err(vec![
                "client_secret and client_secret_file are both set: one of them says it".to_owned(),
            ]);
        }
        (None, Some(path)) => {
            let text = std::fs::read_to_string(&path).map_err(|error| {
                vec![format!("client_secret_file {path} cannot be read: {error}")]
            })?;
            Some(text.trim().to_owned())
        }
        (secret, None) => secret,
    };
    Provider::new(ProviderSettings {
        id: written.id,
        kind: written.kind,
        label: written.label,
        issuer: filled(written.issuer),
        api_url: filled(written.api_url),
        client_id: written.client_id,
        client_secret: secret,
        scopes: written.scopes,
        allowed_domains: written.allowed_domains,
        registration: filled(written.registration),
    })
}
