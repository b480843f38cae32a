//! Values between JSON and the database: conversion first, then the rules of the field.

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, Utc};
use serde_json::Value as Json;

use crate::model::Kind;

/// A value in the form both databases share: decimals are scaled integers, times are canonical text.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Text(String),
    Integer(i64),
    Boolean(bool),
    Decimal { scaled: i64, scale: u32 },
}

impl Kind {
    /// Gives `json` the type of this field, or says what was expected instead.
    pub fn convert(&self, json: &Json) -> Result<Value, String> {
        match (self, json) {
            (_, Json::Null) => Ok(Value::Null),
            (Kind::Json, other) => {
                let text = other.to_string();
                if text.contains("\\u0000") {
                    return Err("must not contain the character U+0000".to_owned());
                }
                Ok(Value::Text(text))
            }
            (Kind::Boolean, Json::Bool(flag)) => Ok(Value::Boolean(*flag)),
            (Kind::Integer { .. }, Json::Number(number)) => number
                .as_i64()
                .map(Value::Integer)
                .ok_or_else(|| "must be a whole number".to_owned()),
            (Kind::Decimal { .. }, Json::Number(number)) => self.convert_text(&number.to_string()),
            (Kind::Boolean, _) => Err("must be true or false".to_owned()),
            (Kind::Integer { .. }, _) => Err("must be a whole number".to_owned()),
            (_, Json::String(text)) => self.convert_text(text),
            (Kind::Decimal { .. }, _) => {
                Err("must be a decimal number, such as \"12.50\"".to_owned())
            }
            _ => Err("must be a text".to_owned()),
        }
    }

    /// The same for the text of a query parameter.
    pub fn convert_text(&self, text: &str) -> Result<Value, String> {
        match self {
            Kind::Text { .. } | Kind::LongText { .. } | Kind::Email | Kind::Enum { .. } => {
                if text.contains('\0') {
                    return Err("must not contain the character U+0000".to_owned());
                }
                Ok(Value::Text(text.to_owned()))
            }
            Kind::Json => Err("cannot be compared".to_owned()),
            Kind::Boolean => match text {
                "true" => Ok(Value::Boolean(true)),
                "false" => Ok(Value::Boolean(false)),
                _ => Err("must be true or false".to_owned()),
            },
            Kind::Integer { .. } => text
                .parse()
                .map(Value::Integer)
                .map_err(|_| "must be a whole number".to_owned()),
            Kind::Decimal {
                precision, scale, ..
            } => parse_decimal(text, *precision, *scale),
            Kind::Date { .. } => parse_date(text),
            Kind::Datetime { .. } => parse_datetime(text),
            Kind::Uuid => parse_uuid(text),
        }
    }

    /// Checks the rules that a value of the right type still has to keep. The database keeps the same ones.
    pub fn check(&self, value: &Value, required: bool) -> Result<(), String> {
        match (self, value) {
            (_, Value::Null) if required => Err("is required".to_owned()),
            (_, Value::Null) => Ok(()),
            (Kind::Text { min, max } | Kind::LongText { min, max }, Value::Text(text)) => {
                check_length(text, *min, *max, required)
            }
            (Kind::Integer { min, max }, Value::Integer(number)) => {
                if number < min {
                    Err(format!("must be at least {min}"))
                } else if number > max {
                    Err(format!("must be at most {max}"))
                } else {
                    Ok(())
                }
            }
            (Kind::Decimal { min, max, .. }, Value::Decimal { scaled, .. }) => {
                let bound = |text: &str| match self.convert_text(text) {
                    Ok(Value::Decimal { scaled, .. }) => Some(scaled),
                    _ => None,
                };
                check_bounds(scaled, *min, *max, bound)
            }
            (Kind::Date { min, max } | Kind::Datetime { min, max }, Value::Text(text)) => {
                let bound = |text: &str| match self.convert_text(text) {
                    Ok(Value::Text(canonical)) => Some(canonical),
                    _ => None,
                };
                check_bounds(text, *min, *max, bound)
            }
            (Kind::Enum { values }, Value::Text(text)) => {
                if values.contains(&text.as_str()) {
                    Ok(())
                } else {
                    Err(format!("must be one of {}", values.join(", ")))
                }
            }
            (Kind::Email, Value::Text(text)) => check_email(text),
            _ => Ok(()),
        }
    }

    /// The JSON form of a value that came out of the database.
    pub fn render(&self, value: Value) -> Json {
        match (self, value) {
            (Kind::Json, Value::Text(text)) => {
                serde_json::from_str(&text).unwrap_or(Json::String(text))
            }
            (_, value) => value.into_json(),
        }
    }
}

impl Value {
    pub fn into_json(self) -> Json {
        match self {
            Value::Null => Json::Null,
            Value::Text(text) => Json::String(text),
            Value::Integer(number) => Json::from(number),
            Value::Boolean(flag) => Json::Bool(flag),
            Value::Decimal { scaled, scale } => Json::String(format_decimal(scaled, scale)),
        }
    }
}

/// Parses exactly: no rounding, so what was sent is what is stored.
pub fn parse_decimal(text: &str, precision: u32, scale: u32) -> Result<Value, String> {
    let malformed = || "must be a decimal number, such as \"12.50\"".to_owned();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let numeric = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !numeric(whole) || !numeric(fraction) {
        return Err(malformed());
    }
    let (whole, fraction) = (
        whole.trim_start_matches('0'),
        fraction.trim_end_matches('0'),
    );
    if fraction.len() > scale as usize {
        return Err(format!("must have at most {scale} digits after the point"));
    }
    if whole.len() > (precision - scale) as usize {
        return Err(format!(
            "must have at most {} digits before the point",
            precision - scale
        ));
    }
    let padded = format!("{whole}{fraction:0<width$}", width = scale as usize);
    let scaled: i64 = if padded.is_empty() {
        0
    } else {
        padded.parse().map_err(|_| malformed())?
    };
    Ok(Value::Decimal {
        scaled: if negative { -scaled } else { scaled },
        scale,
    })
}

pub fn format_decimal(scaled: i64, scale: u32) -> String {
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

pub fn format_datetime(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn parse_date(text: &str) -> Result<Value, String> {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    date.filter(|date| (1..=9999).contains(&date.year()))
        .map(|date| Value::Text(date.format("%Y-%m-%d").to_string()))
        .ok_or_else(|| "must be a date, such as \"2026-05-17\"".to_owned())
}

fn parse_datetime(text: &str) -> Result<Value, String> {
    let time = DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|time| time.with_timezone(&Utc));
    time.filter(|time| (1..=9999).contains(&time.year()))
        .map(|time| Value::Text(format_datetime(time)))
        .ok_or_else(|| "must be a time, such as \"2026-05-17T09:30:00Z\"".to_owned())
}

pub fn parse_uuid(text: &str) -> Result<Value, String> {
    match uuid::Uuid::try_parse(text) {
        Ok(id) => Ok(Value::Text(id.hyphenated().to_string())),
        Err(_) => Err("must be a UUID".to_owned()),
    }
}

fn check_length(text: &str, min: u32, max: u32, required: bool) -> Result<(), String> {
    let length = text.chars().count();
    if required && length == 0 {
        Err("is required".to_owned())
    } else if length < min as usize {
        Err(format!("must have at least {min} characters"))
    } else if length > max as usize {
        Err(format!("must have at most {max} characters"))
    } else {
        Ok(())
    }
}

fn check_bounds<T: PartialOrd>(
    value: &T,
    min: Option<&str>,
    max: Option<&str>,
    bound: impl Fn(&str) -> Option<T>,
) -> Result<(), String> {
    if let Some(min) = min
        && bound(min).is_some_and(|bound| *value < bound)
    {
        return Err(format!("must be at least {min}"));
    }
    if let Some(max) = max
        && bound(max).is_some_and(|bound| *value > bound)
    {
        return Err(format!("must be at most {max}"));
    }
    Ok(())
}

/// Deliberately simple: only a delivered message proves an address. The database has the same rule.
fn check_email(text: &str) -> Result<(), String> {
    let well_formed = text.chars().count() <= 254
        && !text.contains(' ')
        && text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && !domain.is_empty() && !domain.contains('@')
        });
    if well_formed {
        Ok(())
    } else {
        Err("must be an e-mail address".to_owned())
    }
}
