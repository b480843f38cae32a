//! Values of single fields: checked, described to screens, and given something to be compared by.

use serde_json::{Value, json};

use crate::validate::{Rules, canonical};
use crate::{Field, FieldType};

/// What a value is compared and ordered by: texts by their characters, everything else as whole numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparable {
    Words(String),
    Number(i64),
    /// JSON has no order.
    Nothing,
}

/// Whether values of this type are compared as whole numbers; decimals by all their digits, and true is one.
pub fn is_number(field_type: FieldType) -> bool {
    matches!(
        field_type,
        FieldType::Integer | FieldType::Decimal | FieldType::Boolean
    )
}

/// Checks a value against the rules of its field and gives its canonical form. Null is no value.
pub fn check_value(field: &Field, value: &Value) -> Result<Value, String> {
    if value.is_null() {
        return match field.required {
            true => Err("is required".to_owned()),
            false => Ok(Value::Null),
        };
    }
    canonical(&rules(field)?, value, field.required)
}

/// Reads the text of a filter as a value of this field. Bounds do not matter: to ask for what can't be there is no fault.
pub fn read_text(field: &Field, text: &str) -> Result<Value, String> {
    let value = match field.field_type {
        FieldType::Text | FieldType::LongText | FieldType::Email if text.contains('\0') => {
            return Err("must not contain the character U+0000".to_owned());
        }
        FieldType::Text | FieldType::LongText | FieldType::Email => return Ok(text.into()),
        FieldType::Json => return Err("has no such comparison; use null".to_owned()),
        FieldType::Integer => {
            let number: Result<i64, _> = text.parse();
            return number
                .map(Value::from)
                .map_err(|_| "must be a whole number".to_owned());
        }
        FieldType::Boolean => match text {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => return Err("must be true or false".to_owned()),
        },
        FieldType::Decimal
        | FieldType::Date
        | FieldType::Datetime
        | FieldType::Enum
        | FieldType::Uuid => Value::String(text.to_owned()),
    };
    let unbounded = Field {
        min: None,
        max: None,
        ..field.clone()
    };
    canonical(&rules(&unbounded)?, &value, false)
}

/// What a canonical value is compared by.
pub fn comparable(field: &Field, value: &Value) -> Comparable {
    match (field.field_type, value) {
        (FieldType::Json, _) => Comparable::Nothing,
        (FieldType::Integer, value) => value
            .as_i64()
            .map_or(Comparable::Nothing, Comparable::Number),
        (FieldType::Boolean, value) => value.as_bool().map_or(Comparable::Nothing, |truth| {
            Comparable::Number(truth.into())
        }),
        // All values of a field have the same number of digits after the point.
        (FieldType::Decimal, Value::String(text)) => text
            .replace('.', "")
            .parse()
            .map_or(Comparable::Nothing, Comparable::Number),
        (_, Value::String(text)) => Comparable::Words(text.clone()),
        _ => Comparable::Nothing,
    }
}

/// The options of a field as screens read them: its bounds, also where they were not stated.
pub fn options(field: &Field) -> Value {
    match rules(field) {
        Ok(Rules::Text { min, max } | Rules::LongText { min, max }) => {
            json!({ "min": min, "max": max })
        }
        Ok(Rules::Integer { min, max }) => json!({ "min": min, "max": max }),
        Ok(Rules::Decimal {
            precision,
            scale,
            min,
            max,
        }) => json!({
            "precision": precision,
            "scale": scale,
            "min": crate::validate::format_scaled(min, scale),
            "max": crate::validate::format_scaled(max, scale),
        }),
        Ok(Rules::Date { min, max } | Rules::Datetime { min, max }) => {
            json!({ "min": min, "max": max })
        }
        Ok(Rules::Enum { values }) => json!({ "values": values }),
        Ok(Rules::Boolean | Rules::Email | Rules::Json | Rules::Uuid) | Err(_) => json!({}),
    }
}

/// The label of a model or field: the stated one, or its name as people write it.
pub fn label(label: &str, name: &str) -> String {
    crate::document::label_of(label, name)
}

fn rules(field: &Field) -> Result<Rules, String> {
    let mut fault = None;
    let rules = Rules::of(field, &mut |_: &str, message: String| {
        fault.get_or_insert(message);
    });
    rules.ok_or_else(|| fault.unwrap_or_else(|| "has rules that can't be read".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(text: &str) -> Field {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn values_are_checked_and_compared_by_their_type() {
        let price = field(
            r#"{"name": "price", "type": "decimal", "precision": 6, "scale": 2, "max": "100"}"#,
        );
        let value = check_value(&price, &json!("7.5")).unwrap();
        assert_eq!(value, "7.50");
        assert_eq!(comparable(&price, &value), Comparable::Number(750));
        assert!(check_value(&price, &json!("100.01")).is_err());
        assert_eq!(
            read_text(&price, "100.01"),
            Ok(json!("100.01")),
            "to ask is no fault"
        );
        let size = field(
            r#"{"name": "size", "type": "enum", "values": ["small", "large"], "required": true}"#,
        );
        assert_eq!(
            check_value(&size, &Value::Null),
            Err("is required".to_owned())
        );
        assert!(read_text(&size, "huge").is_err());
        assert_eq!(options(&size), json!({"values": ["small", "large"]}));
        let notes = field(r#"{"name": "notes", "type": "json"}"#);
        assert_eq!(comparable(&notes, &json!("x")), Comparable::Nothing);
        assert!(read_text(&notes, "x").is_err());
    }
}
