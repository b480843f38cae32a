//! Reads one field into the set of its values, so that the evaluator is given nothing but plain lists.

use super::error::ScheduleError;
use super::expression::Text;

const MONTHS: [&str; 12] = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];
/// From Sunday as 0 to Sunday as 7.
const WEEKDAYS: [&str; 8] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Second,
    Minute,
    Hour,
    DayOfMonth,
    Month,
    DayOfWeek,
}

/// What a field allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Values {
    /// The values by their bits.
    bits: u64,
    /// `L` in the days of the month.
    pub(super) last_day: bool,
    /// Written as `*`: this field leaves the choice of the day to the other one.
    pub(super) any: bool,
    stepped: bool,
}

impl Values {
    pub(super) fn zero() -> Self {
        Self {
            bits: 1,
            ..Self::default()
        }
    }

    pub(super) fn all(self) -> impl Iterator<Item = u32> {
        (0..64).filter(move |value| self.bits >> value & 1 == 1)
    }

    /// Whether hours go on evenly, so that the schedule follows real time.
    pub(super) fn runs_through(self) -> bool {
        self.any || self.stepped || self.bits.count_ones() == 24
    }
}

impl Field {
    pub(super) fn read(self, field: Text<'_>) -> Result<Values, ScheduleError> {
        let mut values = Values::default();
        let mut at = field.at;
        for text in field.text.split(',') {
            let item = Text { text, at };
            self.item(text, &mut values)
                .map_err(|problem| self.refused(item, problem))?;
            at += text.chars().count() + 1;
        }
        Ok(values)
    }

    /// The name of a weekday for the evaluator, which counts them differently.
    pub(super) fn weekday(value: u32) -> &'static str {
        WEEKDAYS.get(value as usize).copied().unwrap_or("SUN")
    }

    fn item(self, text: &str, values: &mut Values) -> Result<(), String> {
        if text.is_empty() {
            return Err("is missing: take away the comma that is too many".to_owned());
        }
        if self == Self::DayOfMonth && text.eq_ignore_ascii_case("L") {
            values.last_day = true;
            return Ok(());
        }
        let (span, step) = match text.split_once('/') {
            Some((span, step)) => (span, Some(self.step(step)?)),
            None => (text, None),
        };
        let (first, last) = self.span(span, step.is_some())?;
        let whole = span == "*" || span == "?";
        values.any |= whole && step.unwrap_or(1) == 1;
        values.stepped |= step.is_some();
        for value in (first..=last).step_by(step.unwrap_or(1)) {
            // Sunday is 0 and 7.
            let value = if self == Self::DayOfWeek {
                value % 7
            } else {
                value
            };
            values.bits |= 1 << value;
        }
        Ok(())
    }

    fn step(self, text: &str) -> Result<usize, String> {
        let (first, last) = self.bounds();
        let most = last - first;
        let step = number(text).ok_or_else(|| {
            format!("has no step after the `/`: write a number between 1 and {most}")
        })?;
        if (1..=most).contains(&step) {
            return Ok(step as usize);
        }
        Err(format!(
            "has the step {step}, and it must be between 1 and {most}: steps begin anew with each {}",
            self.around()
        ))
    }

    /// The first and the last value of a span; one value with a step goes on to the end.
    fn span(self, text: &str, stepped: bool) -> Result<(u32, u32), String> {
        let (first, last) = self.bounds();
        let is_day = matches!(self, Self::DayOfMonth | Self::DayOfWeek);
        if text == "*" || (text == "?" && is_day) {
            return Ok((first, last));
        }
        let Some((from, to)) = text.split_once('-') else {
            let value = self.value(text)?;
            return Ok((value, if stepped { last.max(value) } else { value }));
        };
        let (from_value, mut to_value) = (self.value(from)?, self.value(to)?);
        if self == Self::DayOfWeek && to_value == 0 && from_value > 0 {
            // A week that ends with Sunday.
            to_value = 7;
        }
        if from_value <= to_value {
            return Ok((from_value, to_value));
        }
        Err(format!(
            "runs backwards: write `{from}-{last},{first}-{to}` for both ends"
        ))
    }

    fn value(self, text: &str) -> Result<u32, String> {
        let (first, last) = self.bounds();
        let last = if self == Self::DayOfWeek { 7 } else { last };
        let named = |names: &[&str]| {
            names
                .iter()
                .position(|name| name.eq_ignore_ascii_case(text))
        };
        let value = match self {
            Self::Month => named(&MONTHS).map(|index| index as u32 + 1),
            Self::DayOfWeek => named(&WEEKDAYS).map(|index| index as u32),
            _ => None,
        };
        let value = value.or_else(|| number(text)).ok_or_else(|| {
            let names = match self {
                Self::Month => ", or JAN to DEC",
                Self::DayOfWeek => ", or MON to SUN",
                Self::DayOfMonth => ", or L for the last day",
                _ => "",
            };
            format!("is not understood: write numbers between {first} and {last}{names}, as `*`, a list, a range or a step")
        })?;
        if (first..=last).contains(&value) {
            return Ok(value);
        }
        Err(format!("is not between {first} and {last}"))
    }

    fn bounds(self) -> (u32, u32) {
        match self {
            Self::Second | Self::Minute => (0, 59),
            Self::Hour => (0, 23),
            Self::DayOfMonth => (1, 31),
            Self::Month => (1, 12),
            Self::DayOfWeek => (0, 6),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::DayOfMonth => "day of month",
            Self::Month => "month",
            Self::DayOfWeek => "day of week",
        }
    }

    /// What the values of the field count within.
    fn around(self) -> &'static str {
        match self {
            Self::Second => "minute",
            Self::Minute => "hour",
            Self::Hour => "day",
            Self::DayOfMonth => "month",
            Self::Month => "year",
            Self::DayOfWeek => "week",
        }
    }

    fn refused(self, item: Text<'_>, problem: String) -> ScheduleError {
        ScheduleError::Field {
            field: self.name(),
            item: item.text.to_owned(),
            at: item.at,
            problem,
        }
    }
}

/// A number of at most three digits and nothing else: `+5` is none.
fn number(text: &str) -> Option<u32> {
    let fits = (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}
