//! Takes an expression apart into its fields.

use super::error::ScheduleError;
use super::field::{Field, Values};

/// Longer expressions are refused before they are looked at.
pub const LONGEST_EXPRESSION: usize = 200;

const WORDS: [(&str, &str); 7] = [
    ("@hourly", "0 * * * *"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@weekly", "0 0 * * 0"),
    ("@monthly", "0 0 1 * *"),
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
];

/// The values of all fields.
#[derive(Debug)]
pub(super) struct Fields {
    pub(super) second: Values,
    pub(super) minute: Values,
    pub(super) hour: Values,
    pub(super) day_of_month: Values,
    pub(super) month: Values,
    pub(super) day_of_week: Values,
}

pub(super) fn read(expression: &str) -> Result<Fields, ScheduleError> {
    let found = expression.chars().count();
    if found > LONGEST_EXPRESSION {
        return Err(ScheduleError::TooLong { found });
    }
    let trimmed = expression.trim();
    if trimmed.starts_with('@') {
        let known = WORDS
            .iter()
            .find(|(word, _)| word.eq_ignore_ascii_case(trimmed));
        return match known {
            Some((_, meaning)) => read(meaning),
            None => Err(ScheduleError::UnknownWord {
                found: trimmed.to_owned(),
            }),
        };
    }
    let texts = texts(expression);
    match texts[..] {
        [minute, hour, day_of_month, month, day_of_week] => Ok(Fields {
            second: Values::zero(),
            minute: Field::Minute.read(minute)?,
            hour: Field::Hour.read(hour)?,
            day_of_month: Field::DayOfMonth.read(day_of_month)?,
            month: Field::Month.read(month)?,
            day_of_week: Field::DayOfWeek.read(day_of_week)?,
        }),
        [second, minute, hour, day_of_month, month, day_of_week] => Ok(Fields {
            second: Field::Second.read(second)?,
            minute: Field::Minute.read(minute)?,
            hour: Field::Hour.read(hour)?,
            day_of_month: Field::DayOfMonth.read(day_of_month)?,
            month: Field::Month.read(month)?,
            day_of_week: Field::DayOfWeek.read(day_of_week)?,
        }),
        _ => Err(ScheduleError::FieldCount { found: texts.len() }),
    }
}

/// A part of the expression, and the number of its first character, counted from 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

fn texts(expression: &str) -> Vec<Text<'_>> {
    let mut texts = Vec::new();
    let mut at = 1;
    for text in expression.split(char::is_whitespace) {
        if !text.is_empty() {
            texts.push(Text { text, at });
        }
        at += text.chars().count() + 1;
    }
    texts
}
