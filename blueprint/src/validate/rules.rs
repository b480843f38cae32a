//! The rules of a field, understood: one meaning, from which database, API, form and test are made.

use chrono::{DateTime, Datelike, Days, NaiveDate, SecondsFormat, TimeDelta, Utc};
use serde_json::Value;

use super::names::is_invisible;
use crate::{Field, FieldType};

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Rules {
    Text {
        min: u32,
        max: u32,
    },
    LongText {
        min: u32,
        max: u32,
    },
    Integer {
        min: i64,
        max: i64,
    },
    /// Bounds are scaled: 12.50 with two digits after the point is 1250.
    Decimal {
        precision: u32,
        scale: u32,
        min: i64,
        max: i64,
    },
    Boolean,
    Date {
        min: Option<String>,
        max: Option<String>,
    },
    Datetime {
        min: Option<String>,
        max: Option<String>,
    },
    Enum {
        values: Vec<String>,
    },
    Email,
    Json,
    Uuid,
}

/// Beyond these JavaScript, and so many a JSON reader, loses digits.
const SAFE_INTEGER: i64 = 9_007_199_254_740_991;
/// The scaled value must fit into 64 bits, the largest whole number of SQLite.
const MAX_PRECISION: u32 = 18;
/// A unique index of Postgres holds keys of some 2,700 bytes; a character takes up to four.
const MAX_UNIQUE_TEXT: u32 = 500;

impl Rules {
    /// Understands the options of a field; `report` takes the option at fault and what is wrong with it.
    pub(crate) fn of(field: &Field, report: &mut impl FnMut(&str, String)) -> Option<Self> {
        check_options(field, report);
        let rules = match field.field_type {
            FieldType::Text => {
                text_bounds(field, 255, 10_000, report).map(|(min, max)| Self::Text { min, max })
            }
            FieldType::LongText => text_bounds(field, 100_000, 1_000_000, report)
                .map(|(min, max)| Self::LongText { min, max }),
            FieldType::Integer => {
                let read = |value: &Value| {
                    let number = value.as_i64().filter(|number| number.abs() <= SAFE_INTEGER);
                    number
                        .ok_or_else(|| format!("must be a whole number of at most {SAFE_INTEGER}"))
                };
                let (min, max) = bounds(field, read, report)?;
                Some(Self::Integer {
                    min: min.unwrap_or(-SAFE_INTEGER),
                    max: max.unwrap_or(SAFE_INTEGER),
                })
            }
            FieldType::Decimal => decimal(field, report),
            FieldType::Boolean => Some(Self::Boolean),
            FieldType::Date => {
                bounds(field, read_date, report).map(|(min, max)| Self::Date { min, max })
            }
            FieldType::Datetime => {
                bounds(field, read_datetime, report).map(|(min, max)| Self::Datetime { min, max })
            }
            FieldType::Enum => enum_values(field, report).map(|values| Self::Enum { values }),
            FieldType::Email => Some(Self::Email),
            FieldType::Json => Some(Self::Json),
            FieldType::Uuid => Some(Self::Uuid),
        }?;
        Some(rules)
    }

    /// A unique field needs room for three records: fewer is a slip, and nothing could be tested with it.
    pub(super) fn can_be_unique(&self, default: Option<&Value>) -> Result<(), String> {
        if default.is_some() {
            return Err("a unique field cannot have a default: the second record would clash; leave one out".into());
        }
        match self {
            Self::Boolean | Self::Json | Self::LongText { .. } => {
                Err("this type cannot be unique; leave `unique` out".to_owned())
            }
            Self::Text { max, .. } if *max > MAX_UNIQUE_TEXT => Err(format!(
                "a unique text has at most {MAX_UNIQUE_TEXT} characters; lower `max`"
            )),
            _ if [(0, 1), (0, 2), (1, 2)]
                .iter()
                .any(|(one, other)| self.sample(*one) == self.sample(*other)) =>
            {
                Err(
                    "a unique field needs room for at least three values; widen its bounds"
                        .to_owned(),
                )
            }
            _ => Ok(()),
        }
    }

    /// A valid value; different for each number where the bounds allow it.
    pub(crate) fn sample(&self, number: u8) -> Value {
        match self {
            Self::Text { min, max } | Self::LongText { min, max } => {
                let text: String = format!("{number} sample")
                    .chars()
                    .take(*max as usize)
                    .collect();
                Value::String(format!("{text:x<width$}", width = *min as usize))
            }
            Self::Integer { min, max } => Value::from(within(*min, *max, number)),
            Self::Decimal {
                scale, min, max, ..
            } => Value::String(format_scaled(within(*min, *max, number), *scale)),
            Self::Boolean => Value::Bool(number.is_multiple_of(2)),
            Self::Date { min, max } => {
                Value::String(sample_date(min.as_deref(), max.as_deref(), number))
            }
            Self::Datetime { min, max } => {
                Value::String(sample_datetime(min.as_deref(), max.as_deref(), number))
            }
            Self::Enum { values } => Value::from(
                values
                    .get(number as usize)
                    .or(values.last())
                    .cloned()
                    .unwrap_or_default(),
            ),
            Self::Email => Value::String(format!("sample{number}@example.org")),
            Self::Json => serde_json::json!({ "sample": number }),
            Self::Uuid => Value::String(format!("0190b3c8-0000-7000-8000-00000000000{number}")),
        }
    }

    /// Values of the right type, each of which breaks a rule, with a name for the rule.
    pub(crate) fn breaches(&self, required: bool) -> Vec<(&'static str, Value)> {
        let mut breaches = Vec::new();
        match self {
            Self::Text { min, max } | Self::LongText { min, max } => {
                if *min > 0 || required {
                    breaches.push((
                        "too_short",
                        Value::String("x".repeat((*min).max(1) as usize - 1)),
                    ));
                }
                breaches.push(("too_long", Value::String("x".repeat(*max as usize + 1))));
            }
            Self::Integer { min, max } => {
                breaches.push(("too_small", Value::from(min - 1)));
                breaches.push(("too_large", Value::from(max + 1)));
            }
            Self::Decimal {
                precision,
                scale,
                min,
                max,
            } => {
                let limit = power_of_ten(*precision) - 1;
                if *min > -limit {
                    breaches.push(("too_small", Value::String(format_scaled(min - 1, *scale))));
                }
                if *max < limit {
                    breaches.push(("too_large", Value::String(format_scaled(max + 1, *scale))));
                }
            }
            Self::Date { min, max } => {
                let shifted = |text: &Option<String>, days: i64| {
                    let date = NaiveDate::parse_from_str(text.as_deref()?, "%Y-%m-%d").ok()?;
                    Some(Value::String(
                        (date + TimeDelta::days(days))
                            .format("%Y-%m-%d")
                            .to_string(),
                    ))
                };
                breaches.extend(shifted(min, -1).map(|value| ("too_early", value)));
                breaches.extend(shifted(max, 1).map(|value| ("too_late", value)));
            }
            Self::Datetime { min, max } => {
                let shifted = |text: &Option<String>, millis: i64| {
                    let time = DateTime::parse_from_rfc3339(text.as_deref()?)
                        .ok()?
                        .with_timezone(&Utc);
                    Some(Value::String(show_time(
                        time + TimeDelta::milliseconds(millis),
                    )))
                };
                breaches.extend(shifted(min, -1).map(|value| ("too_early", value)));
                breaches.extend(shifted(max, 1).map(|value| ("too_late", value)));
            }
            Self::Enum { .. } => breaches.push(("unlisted", Value::from("no such value"))),
            Self::Email => breaches.push(("malformed", Value::from("nobody"))),
            Self::Boolean | Self::Json | Self::Uuid => {}
        }
        breaches
    }

    /// A value of another type than this one, for the types that do not take everything.
    pub(crate) fn wrong_type(&self) -> Option<Value> {
        match self {
            Self::Json => None,
            Self::Text { .. } | Self::LongText { .. } | Self::Enum { .. } | Self::Email => {
                Some(Value::from(7))
            }
            _ => Some(Value::from("neither fish nor flesh")),
        }
    }
}

/// Checks a value against the rules and gives its canonical form, the one in which the API returns it.
pub(crate) fn canonical(rules: &Rules, value: &Value, required: bool) -> Result<Value, String> {
    match (rules, value) {
        (Rules::Text { min, max } | Rules::LongText { min, max }, Value::String(text)) => {
            let length = text.chars().count();
            let least = (*min).max(u32::from(required));
            if length < least as usize || length > *max as usize {
                return Err(format!("must have from {least} to {max} characters"));
            }
            if text.contains('\0') {
                return Err("must not contain the character U+0000".to_owned());
            }
            Ok(value.clone())
        }
        (Rules::Integer { min, max }, Value::Number(number)) => match number.as_i64() {
            Some(whole) if (*min..=*max).contains(&whole) => Ok(value.clone()),
            Some(_) => Err(format!("must be from {min} to {max}")),
            None => Err("must be a whole number".to_owned()),
        },
        (
            Rules::Decimal {
                precision,
                scale,
                min,
                max,
            },
            Value::Number(_) | Value::String(_),
        ) => {
            let scaled = read_decimal(value, *precision, *scale)?;
            if (*min..=*max).contains(&scaled) {
                return Ok(Value::String(format_scaled(scaled, *scale)));
            }
            Err(format!(
                "must be from {} to {}",
                format_scaled(*min, *scale),
                format_scaled(*max, *scale)
            ))
        }
        (Rules::Boolean, Value::Bool(_)) => Ok(value.clone()),
        (Rules::Date { min, max }, _) => in_order(read_date(value)?, min.as_ref(), max.as_ref()),
        (Rules::Datetime { min, max }, _) => {
            in_order(read_datetime(value)?, min.as_ref(), max.as_ref())
        }
        (Rules::Enum { values }, Value::String(text)) if values.contains(text) => Ok(value.clone()),
        (Rules::Enum { values }, _) => Err(format!("must be one of {}", values.join(", "))),
        (Rules::Email, Value::String(text)) => {
            let (local, domain) = text.split_once('@').unwrap_or_default();
            let odd =
                text.contains([' ', '\0']) || domain.contains('@') || text.chars().count() > 254;
            if local.is_empty() || domain.is_empty() || odd {
                return Err("must be an e-mail address".to_owned());
            }
            Ok(value.clone())
        }
        (Rules::Uuid, Value::String(text)) => match uuid::Uuid::try_parse(text) {
            Ok(id) => Ok(Value::String(id.to_string())),
            Err(_) => Err("must be a UUID".to_owned()),
        },
        (Rules::Json, _) if value.to_string().contains("\\u0000") => {
            Err("must not contain the character U+0000".to_owned())
        }
        (Rules::Json, _) => Ok(value.clone()),
        _ => Err("has the wrong type".to_owned()),
    }
}

pub(crate) fn format_scaled(scaled: i64, scale: u32) -> String {
    let sign = if scaled < 0 { "-" } else { "" };
    let digits = format!(
        "{:0>width$}",
        scaled.unsigned_abs(),
        width = scale as usize + 1
    );
    let (whole, fraction) = digits.split_at(digits.len() - scale as usize);
    if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

fn check_options(field: &Field, report: &mut impl FnMut(&str, String)) {
    use FieldType::{Date, Datetime, Decimal, Enum, Integer, LongText, Text};
    let kind = field.field_type;
    let bounded = matches!(kind, Text | LongText | Integer | Decimal | Date | Datetime);
    let options = [
        ("min", field.min.is_some(), bounded),
        ("max", field.max.is_some(), bounded),
        ("values", field.values.is_some(), kind == Enum),
        ("precision", field.precision.is_some(), kind == Decimal),
        ("scale", field.scale.is_some(), kind == Decimal),
    ];
    for (option, given, fits) in options {
        if given && !fits {
            report(
                option,
                format!(
                    "`{option}` means nothing for the type {}; leave it out",
                    kind.as_str()
                ),
            );
        }
    }
}

/// Reads both bounds and compares them; `None` when one of them is at fault.
fn bounds<T: PartialOrd>(
    field: &Field,
    read: impl Fn(&Value) -> Result<T, String>,
    report: &mut impl FnMut(&str, String),
) -> Option<(Option<T>, Option<T>)> {
    let mut sound = true;
    let mut one = |option: &str, value: &Option<Value>| {
        let outcome = value.as_ref().map(&read).transpose();
        outcome.unwrap_or_else(|message| {
            sound = false;
            report(option, format!("`{option}` {message}"));
            None
        })
    };
    let (min, max) = (one("min", &field.min), one("max", &field.max));
    if let (Some(least), Some(most)) = (&min, &max)
        && least > most
    {
        report("min", "`min` is greater than `max`; swap them".to_owned());
        sound = false;
    }
    sound.then_some((min, max))
}

fn text_bounds(
    field: &Field,
    usual: u32,
    limit: u32,
    report: &mut impl FnMut(&str, String),
) -> Option<(u32, u32)> {
    let read = |value: &Value| {
        let length = value.as_u64().and_then(|length| u32::try_from(length).ok());
        length
            .filter(|length| *length <= limit)
            .ok_or_else(|| format!("must be a length from 0 to {limit}"))
    };
    let (min, max) = bounds(field, read, report)?;
    let least = min.unwrap_or(0);
    let most = max.unwrap_or(usual.max(least));
    if most == 0 {
        report(
            "max",
            "`max` leaves no room for any text; raise it".to_owned(),
        );
        return None;
    }
    Some((least, most))
}

fn decimal(field: &Field, report: &mut impl FnMut(&str, String)) -> Option<Rules> {
    let (Some(precision), Some(scale)) = (field.precision, field.scale) else {
        report(
            "type",
            "a decimal needs `precision` (all digits) and `scale` (those after the point)"
                .to_owned(),
        );
        return None;
    };
    if !(1..=MAX_PRECISION).contains(&precision) || scale > precision {
        let message =
            format!("`precision` is from 1 to {MAX_PRECISION}, and `scale` at most as large");
        report("precision", message);
        return None;
    }
    let (min, max) = bounds(field, |value| read_decimal(value, precision, scale), report)?;
    let limit = power_of_ten(precision) - 1;
    Some(Rules::Decimal {
        precision,
        scale,
        min: min.unwrap_or(-limit),
        max: max.unwrap_or(limit),
    })
}

fn enum_values(field: &Field, report: &mut impl FnMut(&str, String)) -> Option<Vec<String>> {
    let values = field.values.clone().unwrap_or_default();
    if values.is_empty() {
        report(
            "values",
            "an enum needs `values`, such as [small, large]".to_owned(),
        );
        return None;
    }
    let odd = |value: &String| {
        value.is_empty()
            || value.chars().count() > 100
            || value
                .chars()
                .any(|letter| letter.is_control() || is_invisible(letter))
    };
    if let Some(value) = values.iter().find(|value| odd(value)) {
        let message = format!("the value {value:?} is not one line of 1 to 100 visible characters");
        report("values", message);
        return None;
    }
    let mut folded: Vec<String> = values.iter().map(|value| value.to_lowercase()).collect();
    folded.sort();
    folded.dedup();
    if folded.len() < values.len() {
        report(
            "values",
            "two values are the same but for capitals; remove one".to_owned(),
        );
        return None;
    }
    Some(values)
}

fn read_decimal(value: &Value, precision: u32, scale: u32) -> Result<i64, String> {
    let fault = || {
        format!(
            "must be a decimal number with at most {scale} digits after the point and {precision} in all"
        )
    };
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => return Err(fault()),
    };
    let (negative, digits) = text
        .strip_prefix('-')
        .map_or((false, text.as_str()), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let numeric = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (short_whole, short_fraction) = (
        whole.trim_start_matches('0'),
        fraction.trim_end_matches('0'),
    );
    let fits =
        short_fraction.len() <= scale as usize && short_whole.len() <= (precision - scale) as usize;
    if !numeric(whole) || !numeric(fraction) || !fits {
        return Err(fault());
    }
    let padded = format!(
        "0{short_whole}{short_fraction:0<width$}",
        width = scale as usize
    );
    let scaled: i64 = padded.parse().map_err(|_| fault())?;
    Ok(if negative { -scaled } else { scaled })
}

fn read_date(value: &Value) -> Result<String, String> {
    let date = value
        .as_str()
        .and_then(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok());
    date.filter(|date| (2..=9998).contains(&date.year()))
        .map(|date| date.format("%Y-%m-%d").to_string())
        .ok_or_else(|| "must be a date, such as 2026-05-17".to_owned())
}

fn read_datetime(value: &Value) -> Result<String, String> {
    let time = value
        .as_str()
        .and_then(|text| DateTime::parse_from_rfc3339(text).ok());
    time.map(|time| time.with_timezone(&Utc))
        .filter(|time| (2..=9998).contains(&time.year()))
        .map(show_time)
        .ok_or_else(|| "must be a time, such as 2026-05-17T09:30:00Z".to_owned())
}

fn show_time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Canonical dates and times of four-digit years sort as text.
fn in_order(text: String, min: Option<&String>, max: Option<&String>) -> Result<Value, String> {
    if min.is_some_and(|min| text < *min) || max.is_some_and(|max| text > *max) {
        return Err("lies outside of `min` and `max`".to_owned());
    }
    Ok(Value::String(text))
}

fn power_of_ten(exponent: u32) -> i64 {
    10_i64.pow(exponent)
}

/// A number inside the bounds, counted from zero when that is inside, or else from the nearest bound.
fn within(min: i64, max: i64, number: u8) -> i64 {
    let start = 1.clamp(min, max);
    let value = start.saturating_add(i64::from(number));
    if value <= max {
        value
    } else {
        start.saturating_sub(i64::from(number)).max(min)
    }
}

fn sample_date(min: Option<&str>, max: Option<&str>, number: u8) -> String {
    let read = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap_or_default();
    let days = Days::new(u64::from(number));
    let date = match (min.map(read), max.map(read)) {
        (Some(min), Some(max)) => (min + days).min(max),
        (Some(min), None) => min + days,
        (None, Some(max)) => max - days,
        (None, None) => read("2024-05-17") + days,
    };
    date.format("%Y-%m-%d").to_string()
}

fn sample_datetime(min: Option<&str>, max: Option<&str>, number: u8) -> String {
    let read = |text: &str| {
        DateTime::parse_from_rfc3339(text)
            .unwrap_or_default()
            .with_timezone(&Utc)
    };
    let step = TimeDelta::seconds(i64::from(number));
    show_time(match (min.map(read), max.map(read)) {
        (Some(min), Some(max)) => (min + step).min(max),
        (Some(min), None) => min + step,
        (None, Some(max)) => max - step,
        (None, None) => read("2024-05-17T09:30:00Z") + step,
    })
}
