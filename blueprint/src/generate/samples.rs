//! Valid documents for the tests of the generated application: three per model, different in unique fields.

use serde_json::{Map, Value};

use super::pretty;
use crate::validate::Resolved;

pub(super) fn document(resolved: &Resolved) -> String {
    let models = resolved.models.iter().map(|model| {
        let samples = (0..3).map(|number| {
            let fields = model
                .fields
                .iter()
                .map(|field| (field.name.clone(), field.rules.sample(number)));
            Value::Object(fields.collect())
        });
        (model.name.clone(), Value::Array(samples.collect()))
    });
    pretty(&Value::Object(models.collect::<Map<_, _>>()))
}
