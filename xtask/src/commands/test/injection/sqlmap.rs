//! sqlmap: found or installed, run on one request after another, and what it says of each parameter.
//!
//! Level 2 is the first that closes `LIKE '%…%'`; risk 3 adds the OR that shows something where nothing is found otherwise.
//! Of its techniques these ask for content: boolean, error, UNION and inline queries. Those that go by the clock (stacked
//! queries and delays) would multiply the time, and a machine that runs other tests has no even clock.

use std::{
    collections::HashMap,
    fmt, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use anyhow::{Context, Result, anyhow};

use super::targets::Target;
use crate::{interrupt::Interrupt, process, services::packages, tools};

/// In seconds, for one request's parameters.
const PATIENCE: &str = "300";

const SETTINGS: [&str; 12] = [
    "--batch",
    "--disable-coloring",
    "--flush-session",
    "--fresh-queries",
    "--skip-waf",
    "--ignore-proxy",
    "--ignore-code=*",
    "--keep-alive",
    "--technique=BEUQ",
    "--level=2",
    "--risk=3",
    "--timeout=30",
];

/// Installs Debian's when there is none; otherwise the part fails with what to do.
pub(super) fn find_or_install(interrupt: &Interrupt) -> Result<PathBuf> {
    if let Some(program) = tools::find("sqlmap") {
        return Ok(program);
    }
    packages::install(interrupt, &["sqlmap"])
        .context("sqlmap is not installed and can't be, so that NOTHING WAS TRIED")?;
    tools::find("sqlmap").context("sqlmap was installed, but is in no folder of PATH")
}

pub(super) struct Sqlmap<'a> {
    pub(super) interrupt: &'a Interrupt,
    pub(super) program: &'a Path,
    pub(super) database: &'a str,
    pub(super) folder: &'a Path,
}

/// What became of one request.
pub(super) struct Tried<'a> {
    pub(super) target: &'a Target,
    /// One for each of its parameters.
    pub(super) findings: Vec<Finding>,
    /// How often the server failed, in sqlmap's words.
    pub(super) errors: Option<String>,
    pub(super) log: PathBuf,
}

#[derive(Debug, PartialEq)]
pub(super) enum Finding {
    Clean,
    /// With the technique by which it showed.
    Injectable(String),
    /// sqlmap said nothing of it, as when it ends early.
    NotTried,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clean => formatter.write_str("clean"),
            Self::Injectable(how) => write!(formatter, "SQL CAN BE INJECTED ({how})"),
            Self::NotTried => formatter.write_str("was not tried"),
        }
    }
}

impl Sqlmap<'_> {
    /// One process for each request, because within one it skips what looks alike; as many at a time as there are cores.
    pub(super) fn try_all<'t>(&self, port: u16, targets: &'t [Target]) -> Result<Vec<Tried<'t>>> {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut tried = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(target) = targets.get(at) else {
                    return Ok(tried);
                };
                self.interrupt.check()?;
                tried.push((at, self.try_one(port, at, target)?));
            }
        };
        let workers = thread::available_parallelism().map_or(2, usize::from);
        let results: Vec<Result<Vec<_>>> = thread::scope(|scope| {
            let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
            let ended = threads.into_iter().map(|thread| {
                let failed = |_| Err(anyhow!("a thread that watched sqlmap has failed"));
                thread.join().unwrap_or_else(failed)
            });
            ended.collect()
        });
        let mut all = HashMap::new();
        for result in results {
            all.extend(result?);
        }
        Ok((0..targets.len())
            .filter_map(|at| all.remove(&at))
            .collect())
    }

    fn try_one<'t>(&self, port: u16, at: usize, target: &'t Target) -> Result<Tried<'t>> {
        let folder = self.folder.join(format!("{port}-{at}"));
        fs::create_dir_all(&folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
        // One that hangs has tried nothing, and is told of as that.
        let mut command = Command::new("timeout");
        command
            .args(["--kill-after=10", PATIENCE])
            .arg(self.program)
            .args(SETTINGS)
            .arg(format!("--dbms={}", self.database))
            .arg("--output-dir")
            .arg(&folder)
            .args(["-u", &format!("http://127.0.0.1:{port}{}", target.path)])
            // What it keeps between two runs goes along.
            .env("HOME", &folder)
            .env("XDG_DATA_HOME", &folder)
            .current_dir(&folder);
        for header in &target.headers {
            command.args(["-H", header]);
        }
        if let Some(body) = &target.body {
            command.args(["-H", "Content-Type: application/json", "--data", body]);
        }
        let said = process::capture(&mut command)?;
        let log = folder.join("said.log");
        fs::write(&log, &said).with_context(|| format!("cannot write {}", log.display()))?;
        let findings = (1..=target.parameters.len())
            .map(|number| finding(&said, &target.mark(number)))
            .collect();
        Ok(Tried {
            target,
            findings,
            errors: errors(&said),
            log,
        })
    }
}

/// What is said of a parameter, which it calls by its mark.
fn finding(said: &str, mark: &str) -> Finding {
    if let Some((_, rest)) = said.split_once(&format!("Parameter: {mark} (")) {
        let title = rest.split_once("Title: ").map_or("", |(_, title)| title);
        return Finding::Injectable(title.lines().next().unwrap_or_default().to_owned());
    }
    if said.contains(&format!(
        "parameter '{mark}' does not seem to be injectable"
    )) {
        return Finding::Clean;
    }
    Finding::NotTried
}

/// `500 (Internal Server Error) - 7 times`, among the others of its kind; or 401, by which nothing was tried any more.
fn errors(said: &str) -> Option<String> {
    let counted = said.lines().flat_map(|line| line.split(", ")).find(|part| {
        (part.starts_with("500 (") || part.starts_with("401 (")) && part.ends_with("times")
    });
    counted.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As sqlmap 1.7 says it.
    #[test]
    fn what_it_says_is_read() {
        let said = "[12:00:00] [WARNING] URI parameter '#1*' does not seem to be injectable\n\
            Parameter: JSON #2* ((custom) POST)\n    Type: boolean-based blind\n    Title: AND boolean\n    Payload: x\n\
            [12:00:00] [WARNING] HTTP error codes detected during run:\n\
            400 (Bad Request) - 32 times, 500 (Internal Server Error) - 7 times\n";
        assert_eq!(finding(said, "#1*"), Finding::Clean);
        assert_eq!(
            finding(said, "JSON #2*"),
            Finding::Injectable("AND boolean".to_owned())
        );
        assert_eq!(finding(said, "#3*"), Finding::NotTried);
        assert_eq!(
            errors(said).as_deref(),
            Some("500 (Internal Server Error) - 7 times")
        );
        assert_eq!(errors("400 (Bad Request) - 500 times"), None);
    }
}
