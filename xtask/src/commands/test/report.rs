//! What each part of the tests came to, and the table at the end.

use std::time::Instant;

use anyhow::Result;

use super::counts::Counts;
use crate::{console, interrupt::Interrupted};

#[derive(Default)]
pub(super) struct Report {
    rows: Vec<Row>,
    is_interrupted: bool,
}

struct Row {
    part: &'static str,
    result: Ended,
    counts: Option<Counts>,
    seconds: f64,
}

#[derive(Clone, Copy, PartialEq)]
enum Ended {
    Passed,
    Failed,
    Interrupted,
}

impl Report {
    /// Runs one part, whatever became of those before it: one run should show all that is wrong. After an interruption no
    /// further part starts.
    pub(super) fn part(
        &mut self,
        part: &'static str,
        work: impl FnOnce() -> Result<Option<Counts>>,
    ) -> bool {
        if self.is_interrupted {
            return false;
        }
        console::line(&format!("{part}: begins"));
        let start = Instant::now();
        let (result, counts) = match work() {
            Ok(counts) if counts.is_some_and(|counts| counts.failed > 0) => (Ended::Failed, counts),
            Ok(counts) => (Ended::Passed, counts),
            Err(error) if error.is::<Interrupted>() => (Ended::Interrupted, None),
            Err(error) => {
                console::error(&error);
                (
                    Ended::Failed,
                    error.downcast_ref::<FailedTests>().map(|tests| tests.0),
                )
            }
        };
        self.is_interrupted |= result == Ended::Interrupted;
        let seconds = start.elapsed().as_secs_f64();
        console::line(&format!("{part}: {} after {seconds:.1} s", result.word()));
        self.rows.push(Row {
            part,
            result,
            counts,
            seconds,
        });
        result == Ended::Passed
    }

    /// One for parts that run beside others: nothing starts there either once this was interrupted.
    pub(super) fn beside(&self) -> Self {
        Self {
            rows: Vec::new(),
            is_interrupted: self.is_interrupted,
        }
    }

    /// Takes up what ran beside this.
    pub(super) fn append(&mut self, beside: Self) {
        self.rows.extend(beside.rows);
        self.is_interrupted |= beside.is_interrupted;
    }

    pub(super) fn is_green(&self) -> bool {
        self.rows.iter().all(|row| row.result == Ended::Passed)
    }

    /// Ends with a line of totals that a program can read. A part that does not count tests counts as one.
    pub(super) fn print(&self) {
        let mut total = Counts::default();
        console::plain(&format!(
            "\n{:<24}{:<14}{:>8}{:>8}{:>10}",
            "part", "result", "passed", "failed", "seconds"
        ));
        for row in &self.rows {
            let counts = row.counts();
            let Counts { passed, failed } = counts;
            let (word, seconds) = (row.result.word(), row.seconds);
            console::plain(&format!(
                "{:<24}{word:<14}{passed:>8}{failed:>8}{seconds:>10.1}",
                row.part
            ));
            total = total.plus(counts);
        }
        console::plain(&format!(
            "\n{} passed, {} failed",
            total.passed, total.failed
        ));
    }
}

impl Row {
    /// A part that failed although none of its tests did, for instance while compiling, has still failed once.
    fn counts(&self) -> Counts {
        let counts = self.counts.unwrap_or_default();
        match self.result {
            Ended::Passed if self.counts.is_none() => Counts {
                passed: 1,
                failed: 0,
            },
            Ended::Failed | Ended::Interrupted if counts.failed == 0 => Counts {
                failed: 1,
                ..counts
            },
            _ => counts,
        }
    }
}

impl Ended {
    fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "FAILED",
            Self::Interrupted => "interrupted",
        }
    }
}

/// The error of a test runner that told how many of its tests failed.
#[derive(Debug)]
pub(super) struct FailedTests(pub(super) Counts);

impl std::fmt::Display for FailedTests {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} tests failed", self.0.failed)
    }
}

impl std::error::Error for FailedTests {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_fails_without_counting_is_one_failure() {
        let mut report = Report::default();
        assert!(report.part("one", || Ok(None)));
        assert!(report.part("two", || Ok(Some(Counts {
            passed: 5,
            failed: 0
        }))));
        assert!(report.is_green());
        assert!(!report.part("three", || Err(anyhow::anyhow!("does not compile"))));
        assert!(!report.part("four", || {
            Err(FailedTests(Counts {
                passed: 2,
                failed: 3,
            })
            .into())
        }));
        assert!(!report.is_green());
        let total = report
            .rows
            .iter()
            .fold(Counts::default(), |total, row| total.plus(row.counts()));
        assert_eq!(
            total,
            Counts {
                passed: 8,
                failed: 4
            }
        );
    }

    #[test]
    fn nothing_starts_after_an_interruption() {
        let mut report = Report::default();
        assert!(!report.part("one", || Err(Interrupted.into())));
        assert!(!report.part("two", || panic!("must not start")));
        let mut beside = report.beside();
        assert!(!beside.part("three", || panic!("must not start")));
        assert_eq!(report.rows.len(), 1);
    }
}
