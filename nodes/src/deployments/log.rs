//! What a release wrote: the end of its file, or of what the Docker engine keeps of it.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

use blueprint::ports::{LogAsk, LogPlace, ReleaseLine, ReleaseLog, ReleaseStream};
use chrono::DateTime;
use engine::node::Failure;
use rustix::fs::OFlags;

use super::Deployments;
use super::place::log_path;
use super::record::{Place, Record};
use crate::clients::docker::Written;
use crate::home::{Home, failed};
use crate::workspace::blocking;

/// No more than this is read of a file at a time.
const WINDOW: u64 = 256 * 1024;
/// A longer line is cut.
const LONGEST_LINE: usize = 4 * 1024;
/// How far back what an engine keeps can be looked at: it counts from the end only.
const MOST_OF_ENGINE: usize = 2_000;
/// How long an engine may take.
const ANSWER: Duration = Duration::from_secs(10);

impl Deployments {
    /// Part of what a release of this home wrote, or why it can't be read.
    pub(super) async fn log_of(
        &self,
        home: &Home,
        record: &Record,
        ask: LogAsk,
    ) -> Result<ReleaseLog, Failure> {
        let release = ask.before.map_or(record.release, |place| place.release);
        let before = ask.before.map(|place| place.position);
        let read = match &record.place {
            Place::Process { .. } => {
                let path = log_path(home, release);
                let read = move || {
                    end_of_file(&path, before, ask.lines).map_err(|problem| failed(&path, &problem))
                };
                blocking(read).await?
            }
            Place::Container { container } if release == record.release => {
                match self.end_of_container(container, before, ask.lines).await {
                    Ok(read) => read,
                    Err(problem) => return Ok(unreadable(release, problem.error.message)),
                }
            }
            Place::Container { .. } => None,
        };
        Ok(match read {
            Some(End { lines, before }) => ReleaseLog {
                release,
                lines,
                before: before.map(|position| LogPlace { release, position }),
                missing: None,
            },
            None => unreadable(
                release,
                format!(
                    "the log of release {release} is not on this machine: it was removed, or the release runs elsewhere"
                ),
            ),
        })
    }

    async fn end_of_container(
        &self,
        container: &str,
        before: Option<u64>,
        lines: usize,
    ) -> Result<Option<End>, Failure> {
        // What is asked for may lie before lines that come meanwhile.
        let tail = if before.is_some() {
            MOST_OF_ENGINE
        } else {
            lines + 1
        };
        let asked = tokio::time::timeout(ANSWER, self.places.docker.log(container, tail)).await;
        let written = asked.unwrap_or_else(|_| {
            let message = format!("the Docker engine took more than {} s", ANSWER.as_secs());
            Err(Failure::transient("docker_interrupted", message))
        })?;
        Ok(written.map(|written| end_of_engine(written, before, lines)))
    }

    /// The last lines, for whoever looks why it ended.
    pub(super) async fn last_lines(&self, home: &Home, record: &Record) -> Vec<ReleaseLine> {
        let ask = LogAsk {
            lines: 20,
            before: None,
        };
        match self.log_of(home, record, ask).await {
            Ok(log) => log.lines,
            Err(_) => Vec::new(),
        }
    }
}

/// Lines, oldest first, and where what is older ends.
#[derive(Debug, PartialEq, Eq)]
struct End {
    lines: Vec<ReleaseLine>,
    before: Option<u64>,
}

fn unreadable(release: u64, why: String) -> ReleaseLog {
    ReleaseLog {
        release,
        lines: Vec::new(),
        before: None,
        missing: Some(why),
    }
}

/// The last lines of a file that stand before a place in it; `None` when there is no such file.
fn end_of_file(path: &Path, before: Option<u64>, most: usize) -> std::io::Result<Option<End>> {
    // A program of somebody's may have put anything else in its place, which is not followed or waited for.
    let found = match std::fs::symlink_metadata(path) {
        Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        found => found?,
    };
    if !found.is_file() {
        return Ok(None);
    }
    let Some(mut file) = open(path)? else {
        return Ok(None);
    };
    let length = file.metadata()?.len();
    let end = before.map_or(length, |place| place.min(length));
    let begin = end.saturating_sub(WINDOW);
    file.seek(SeekFrom::Start(begin))?;
    let mut bytes = Vec::new();
    file.take(end - begin).read_to_end(&mut bytes)?;
    // The window may begin amid a line, which then belongs to what is older; unless it is all there is in it.
    let cut = match bytes.iter().position(|byte| *byte == b'\n') {
        Some(at) if begin > 0 && at + 1 < bytes.len() => at + 1,
        _ => 0,
    };
    let mut place = begin + cut as u64;
    let mut lines = Vec::new();
    for line in bytes[cut..].split_inclusive(|byte| *byte == b'\n') {
        lines.push((place, line));
        place += line.len() as u64;
    }
    let shown = &lines[lines.len().saturating_sub(most)..];
    let first = shown.first().map_or(0, |(place, _)| *place);
    Ok(Some(End {
        lines: shown.iter().map(|(_, line)| read_line(line)).collect(),
        before: (first > 0).then_some(first),
    }))
}

/// Opens a file, and nothing that was put in its place since it was looked at: a link is refused, and a pipe is not waited for.
fn open(path: &Path) -> std::io::Result<Option<File>> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = File::options()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)?;
    let is_file = file.metadata()?.is_file();
    Ok(is_file.then_some(file))
}

/// All that a file holds; nothing when it is none.
pub(super) fn whole(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(mut file) = open(path)? {
        file.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// The last of what an engine keeps, as far as it was written before a moment.
fn end_of_engine(written: Vec<Written>, before: Option<u64>, most: usize) -> End {
    let lines = written.into_iter().map(|written| {
        let text = String::from_utf8_lossy(&written.bytes).into_owned();
        let (stamp, rest) = text.split_once(' ').unwrap_or(("", &text));
        let at = DateTime::parse_from_rfc3339(stamp).ok();
        let place = at.and_then(|at| at.timestamp_nanos_opt()).unwrap_or(0);
        let line = ReleaseLine {
            at: at.map(|_| stamp.to_owned()),
            stream: Some(if written.is_error {
                ReleaseStream::Stderr
            } else {
                ReleaseStream::Stdout
            }),
            line: plain(if at.is_some() { rest } else { &text }),
        };
        (u64::try_from(place).unwrap_or(0), line)
    });
    let mut lines: Vec<_> = lines
        .filter(|(place, _)| before.is_none_or(|before| *place < before))
        .collect();
    let older = lines.len().saturating_sub(most);
    let lines = lines.split_off(older);
    let first = lines.first().map(|(place, _)| *place);
    End {
        lines: lines.into_iter().map(|(_, line)| line).collect(),
        before: first.filter(|_| older > 0),
    }
}

fn read_line(bytes: &[u8]) -> ReleaseLine {
    let text = String::from_utf8_lossy(bytes);
    ReleaseLine {
        at: stated_time(&text),
        stream: None,
        line: plain(&text),
    }
}

/// When a line says that it was written: in front of it, or as `time` of a line of JSON, as generated applications write them.
fn stated_time(line: &str) -> Option<String> {
    let time = if line.starts_with('{') {
        let value: serde_json::Value = serde_json::from_str(line).ok()?;
        value.get("time")?.as_str()?.to_owned()
    } else {
        line.split_whitespace().next()?.to_owned()
    };
    DateTime::parse_from_rfc3339(&time).ok().map(|_| time)
}

/// A line without its end, colours and other control characters, and not too long.
fn plain(line: &str) -> String {
    let mut text = String::new();
    let mut letters = line.trim_end_matches(['\n', '\r']).chars().peekable();
    while let Some(letter) = letters.next() {
        if text.len() >= LONGEST_LINE {
            text.push('…');
            break;
        }
        match letter {
            '\u{1b}' if letters.next_if_eq(&'[').is_some() => {
                // Of a sequence, the first letter from @ to ~ is the last one.
                for inner in letters.by_ref() {
                    if ('@'..='~').contains(&inner) {
                        break;
                    }
                }
            }
            '\t' => text.push('\t'),
            letter if letter.is_control() => {}
            letter => text.push(letter),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(end: &End) -> Vec<&str> {
        end.lines.iter().map(|line| line.line.as_str()).collect()
    }

    #[test]
    fn a_file_is_read_backwards_page_by_page() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("1.log");
        assert_eq!(end_of_file(&path, None, 2).unwrap(), None);
        std::fs::write(&path, "one\ntwo\nthree\nfour\nfi").unwrap();
        let newest = end_of_file(&path, None, 2).unwrap().unwrap();
        assert_eq!(texts(&newest), ["four", "fi"]);
        // What comes meanwhile does not move what is older.
        std::fs::write(&path, "one\ntwo\nthree\nfour\nfive\nsix\n").unwrap();
        let older = end_of_file(&path, newest.before, 2).unwrap().unwrap();
        assert_eq!(texts(&older), ["two", "three"]);
        let oldest = end_of_file(&path, older.before, 2).unwrap().unwrap();
        assert_eq!((texts(&oldest), oldest.before), (vec!["one"], None));
        std::fs::write(&path, "").unwrap();
        let empty = end_of_file(&path, Some(12), 2).unwrap().unwrap();
        assert_eq!((texts(&empty), empty.before), (vec![], None));
    }

    #[test]
    fn no_log_is_too_long_and_every_byte_of_it_is_passed_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("1.log");
        let long = "x".repeat(3 * usize::try_from(WINDOW).unwrap());
        std::fs::write(&path, format!("first\n{long}\nlast\n")).unwrap();
        let newest = end_of_file(&path, None, 100).unwrap().unwrap();
        assert_eq!(texts(&newest), ["last"], "the rest is older");
        let mut before = newest.before;
        let mut seen = Vec::new();
        while let Some(place) = before {
            let page = end_of_file(&path, Some(place), 100).unwrap().unwrap();
            assert!(page.before < before, "it goes on");
            before = page.before;
            seen.extend(page.lines.into_iter().rev().map(|line| line.line));
        }
        assert_eq!(seen.last().map(String::as_str), Some("first"));
        assert!(
            seen.iter()
                .all(|line| line.len() <= LONGEST_LINE + '…'.len_utf8())
        );
        // Neither a link nor a pipe is followed.
        let link = folder.path().join("2.log");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert_eq!(end_of_file(&link, None, 1).unwrap(), None);
        assert!(open(&link).is_err());
        let pipe = folder.path().join("3.log");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        assert_eq!(end_of_file(&pipe, None, 1).unwrap(), None);
        assert!(open(&pipe).unwrap().is_none());
    }

    #[test]
    fn a_line_is_shown_without_what_would_act_on_a_terminal() {
        let line = "\u{1b}[2m2026-11-30T12:00:00Z\u{1b}[0m \u{1b}[32m INFO\u{1b}[0m a\tb\u{7}\r\n";
        assert_eq!(plain(line), "2026-11-30T12:00:00Z  INFO a\tb");
        for (line, at) in [
            (
                "{\"time\":\"2026-11-30T12:00:00.000Z\",\"event\":\"started\"}\n",
                Some("2026-11-30T12:00:00.000Z"),
            ),
            (
                "2026-11-30T12:00:00Z INFO ready\n",
                Some("2026-11-30T12:00:00Z"),
            ),
            ("{\"time\":7}\n", None),
            ("ready\n", None),
            ("", None),
        ] {
            assert_eq!(stated_time(line).as_deref(), at, "{line}");
        }
    }

    #[test]
    fn what_an_engine_keeps_is_paged_by_its_times() {
        let written = |count: u8| -> Vec<Written> {
            let lines = (0..count).map(|number| Written {
                is_error: number == 1,
                bytes: format!("2026-11-30T12:00:0{number}.5Z line {number}\n").into_bytes(),
            });
            lines.collect()
        };
        let newest = end_of_engine(written(4), None, 2);
        assert_eq!(texts(&newest), ["line 2", "line 3"]);
        assert_eq!(
            newest.lines[0].at.as_deref(),
            Some("2026-11-30T12:00:02.5Z")
        );
        let older = end_of_engine(written(9), newest.before, 2);
        assert_eq!(
            (texts(&older), older.before),
            (vec!["line 0", "line 1"], None)
        );
        assert_eq!(older.lines[1].stream, Some(ReleaseStream::Stderr));
    }
}
