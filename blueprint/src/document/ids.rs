//! Permanent ids for what was written by hand: derived from the names, so that the text may stay short.

use sha2::{Digest, Sha256};
use uuid::Builder;

use super::{Application, Model};

/// Gives an id to everything that has none. The same text always yields the same ids.
pub(crate) fn fill_ids(application: &mut Application) {
    fill(&mut application.id, &["application", &application.name]);
    for model in &mut application.models {
        fill_model_ids(&application.id, model);
    }
    for relationship in &mut application.relationships {
        let source = application
            .models
            .iter()
            .find(|model| model.name == relationship.source);
        let owner = source.map_or(relationship.source.as_str(), |model| model.id.as_str());
        fill(
            &mut relationship.id,
            &["relationship", owner, &relationship.name],
        );
    }
}

/// Fields hang on the model's id, not on its name: renaming a model leaves the ids of its fields alone.
pub(crate) fn fill_model_ids(owner: &str, model: &mut Model) {
    fill(&mut model.id, &["model", owner, &model.name]);
    for field in &mut model.fields {
        fill(&mut field.id, &["field", &model.id, &field.name]);
    }
}

fn fill(id: &mut String, path: &[&str]) {
    if !id.is_empty() {
        return;
    }
    let mut hasher = Sha256::new();
    for part in path {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hasher.finalize()[..16]);
    *id = Builder::from_custom_bytes(bytes).into_uuid().to_string();
}

/// The part of an id that names constraints: hashed, because ids of one moment begin alike.
pub(crate) fn short(id: &str) -> String {
    crate::digest::digest_text(id)[..12].to_owned()
}
