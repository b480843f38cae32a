//! What unquoted words of YAML mean: the core schema of YAML 1.2, in which `yes` and `on` are plain text.

use serde_json::{Number, Value};

pub(super) fn plain(text: &str) -> Result<Value, String> {
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => match number(text) {
            Some(number) => Value::Number(number?),
            None => Value::String(text.to_owned()),
        },
    })
}

/// The number that a word is; `None` when it is none, an error when JSON cannot hold it.
fn number(text: &str) -> Option<Result<Number, String>> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some(Err(format!(
            "`{text}` is no number that JSON can hold; quote it if it is text"
        )));
    }
    if let Some(integer) = based(text) {
        return Some(
            integer
                .map(Number::from)
                .ok_or_else(|| format!("`{text}` is too large")),
        );
    }
    if !is_decimal(unsigned) {
        return None;
    }
    let integer = unsigned.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('+').unwrap_or(text);
    if integer {
        if let Ok(number) = text.parse::<i64>() {
            return Some(Ok(number.into()));
        }
        if let Ok(number) = text.parse::<u64>() {
            return Some(Ok(number.into()));
        }
    }
    let number = text.parse::<f64>().ok().and_then(Number::from_f64);
    Some(number.ok_or_else(|| format!("`{text}` is too large a number; quote it if it is text")))
}

/// `0x1F` and `0o17`; the inner `None` when it does not fit.
fn based(text: &str) -> Option<Option<u64>> {
    let (digits, radix) = match (text.strip_prefix("0x"), text.strip_prefix("0o")) {
        (Some(digits), _) => (digits, 16),
        (_, Some(digits)) => (digits, 8),
        _ => return None,
    };
    let sound = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
    sound.then(|| u64::from_str_radix(digits, radix).ok())
}

/// `[0-9]+ ( . [0-9]* )? ( [eE] [-+]? [0-9]+ )?`, or the same with digits only after the point.
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (
            mantissa,
            Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)),
        ),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !(whole.is_empty() && fraction.is_empty())
        && digits(whole)
        && digits(fraction)
        && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent))
}
