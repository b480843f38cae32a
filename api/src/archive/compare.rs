//! Whether a thing is as a document wants it, and where it differs.

use serde_json::Value;

use super::kinds::is_nothing;

/// More places than these say nothing more.
pub(super) const MOST: usize = 20;

/// The places at which what there is differs from what is wanted, as JSON pointers. What a document leaves out is wanted as
/// nothing, but for permanent ids, which are kept.
pub(crate) fn differences(wanted: &Value, there: &Value) -> Vec<String> {
    let mut places = Vec::new();
    compare(wanted, there, "", &mut places);
    places.truncate(MOST);
    places
}

fn compare(wanted: &Value, there: &Value, at: &str, places: &mut Vec<String>) {
    match (wanted, there) {
        (Value::Object(wanted), Value::Object(there)) => {
            for (name, value) in wanted {
                let below = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                compare(
                    value,
                    there.get(name).unwrap_or(&Value::Null),
                    &below,
                    places,
                );
            }
            let others = there.iter().filter(|(name, value)| {
                !wanted.contains_key(*name) && *name != "id" && !is_nothing(value)
            });
            places.extend(others.map(|(name, _)| format!("{at}/{name}")));
        }
        (Value::Array(wanted), Value::Array(there)) if wanted.len() == there.len() => {
            for (index, (wanted, there)) in wanted.iter().zip(there).enumerate() {
                compare(wanted, there, &format!("{at}/{index}"), places);
            }
        }
        (wanted, there) => {
            let same = wanted == there || is_nothing(wanted) && is_nothing(there);
            if !same {
                places.push(at.to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn places_are_told_and_what_says_nothing_is_none() {
        let there = json!({"name": "a", "label": "", "fields": [{"id": "x", "name": "t", "required": false}], "n": 1});
        let same = json!({"name": "a", "fields": [{"name": "t"}], "n": 1});
        assert_eq!(differences(&same, &there), Vec::<String>::new());
        let other = json!({"name": "b", "fields": [{"name": "t", "required": true}]});
        assert_eq!(
            differences(&other, &there),
            ["/name", "/fields/0/required", "/n"]
        );
        let more = json!({"fields": []});
        assert_eq!(differences(&more, &there), ["/fields", "/name", "/n"]);
    }
}
