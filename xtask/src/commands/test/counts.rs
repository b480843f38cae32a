//! How many tests passed and failed, read from what the test runners say.

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Counts {
    pub(super) passed: u32,
    pub(super) failed: u32,
}

impl Counts {
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
        }
    }
}

/// Adds up the summary lines of vitest (`Tests  1 failed | 5 passed (6)`), cargo (`test result: ok. 5 passed; 0 failed`)
/// and chaos (`20 held, 0 broken, 0 skipped, 98 s`).
#[derive(Default)]
pub(super) struct SummaryLines {
    found: Option<Counts>,
}

impl SummaryLines {
    pub(super) fn read(&mut self, line: &str) {
        let line = without_colours(line);
        let line = line.trim();
        if line.starts_with("Tests ") || line.starts_with("test result:") {
            let counts = Counts {
                passed: number_before(line, "passed"),
                failed: number_before(line, "failed"),
            };
            self.found = Some(self.found.unwrap_or_default().plus(counts));
        } else if line.contains(" held, ") && line.contains(" broken, ") {
            self.found = Some(Counts {
                passed: number_before(line, "held"),
                failed: number_before(line, "broken"),
            });
        }
    }

    pub(super) fn counts(&self) -> Option<Counts> {
        self.found
    }
}

/// Reads the totals at the top of a JUnit report.
pub(super) fn from_junit(report: &str) -> Option<Counts> {
    let start = report.find("<testsuites")?;
    let head = &report[start..start + report[start..].find('>')?];
    let attribute = |name: &str| {
        let value = head.split_once(&format!(" {name}=\""))?.1;
        value.split('"').next()?.parse::<u32>().ok()
    };
    let failed = attribute("failures")? + attribute("errors").unwrap_or(0);
    Some(Counts {
        passed: attribute("tests")?.saturating_sub(failed),
        failed,
    })
}

fn number_before(line: &str, word: &str) -> u32 {
    let words: Vec<&str> = line.split_whitespace().collect();
    let at = words
        .iter()
        .position(|candidate| candidate.trim_end_matches([';', ',']) == word);
    at.and_then(|at| words.get(at.checked_sub(1)?)?.parse().ok())
        .unwrap_or(0)
}

/// Terminal colours are `ESC [ digits m`.
fn without_colours(line: &str) -> String {
    let mut parts = line.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + part.split_once('m').map_or(part, |(_, rest)| rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Option<Counts> {
        let mut summary = SummaryLines::default();
        lines.iter().for_each(|line| summary.read(line));
        summary.counts()
    }

    #[test]
    fn summaries_are_added_up() {
        let vitest = [
            " Test Files  1 failed | 2 passed (3)",
            "\u{1b}[2m      Tests \u{1b}[22m \u{1b}[31m1 failed\u{1b}[39m | \u{1b}[32m5 passed\u{1b}[39m (6)",
        ];
        assert_eq!(
            read(&vitest),
            Some(Counts {
                passed: 5,
                failed: 1
            })
        );
        let cargo = [
            "test result: ok. 3 passed; 0 failed; 0 ignored",
            "test result: FAILED. 2 passed; 4 failed; 0 ignored",
        ];
        assert_eq!(
            read(&cargo),
            Some(Counts {
                passed: 5,
                failed: 4
            })
        );
        assert_eq!(
            read(&["Tests are fun", "1 passed"]),
            Some(Counts::default())
        );
        assert_eq!(
            read(&["17 held, 2 broken, 1 skipped, 98 s"]),
            Some(Counts {
                passed: 17,
                failed: 2
            })
        );
        assert_eq!(read(&["nothing"]), None);
    }

    #[test]
    fn junit_reports_are_read() {
        let report = "<?xml?>\n<testsuites name=\"nextest-run\" tests=\"12\" failures=\"2\" errors=\"1\" uuid=\"x\">";
        assert_eq!(
            from_junit(report),
            Some(Counts {
                passed: 9,
                failed: 3
            })
        );
        assert_eq!(from_junit("<testsuites name=\"a\">"), None);
    }
}
