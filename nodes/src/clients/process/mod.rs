//! Runs a program to its end: in a process group of its own, its output streamed line by line, and nothing
//! of it left behind, however the run ends.

mod group;
mod guard;

use std::ffi::OsStr;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use engine::node::{Context, Failure, LogStream};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::clients::lines::{Tail, stream};

pub use group::end_programs;
pub(crate) use group::{Group, is_alive, kill, moment, started_at, terminate};

/// How long a program may take to end by itself once it was asked to.
const GRACE: Duration = Duration::from_secs(5);
/// How long output is awaited after the program itself ended; what holds it open then is a straggler.
const STRAGGLERS: Duration = Duration::from_secs(2);

pub(crate) struct Program<'a> {
    pub(crate) argv: &'a [String],
    pub(crate) folder: &'a Path,
    pub(crate) stdin: Option<Vec<u8>>,
    pub(crate) timeout: Duration,
    /// How many bytes of the end of each output are kept.
    pub(crate) keep: usize,
    /// Whether a line of the standard output belongs in the log.
    pub(crate) log_stdout: bool,
}

pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs a program. Its environment is what is given, and nothing else.
pub(crate) async fn run<E, K, V>(
    program: Program<'_>,
    environment: E,
    context: &Context,
) -> Result<Finished, Failure>
where
    E: IntoIterator<Item = (K, V)>,
    K: AsRef<OsStr>,
    V: AsRef<OsStr>,
{
    let Some((name, arguments)) = program.argv.split_first() else {
        return Err(Failure::permanent(
            "invalid_parameters",
            "argv is empty: its first item is the program",
        ));
    };
    let mut child = Command::new(name)
        .args(arguments)
        .current_dir(program.folder)
        .env_clear()
        .envs(environment)
        .stdin(if program.stdin.is_some() {
            Stdio::piped()
        } else {
            Stdio::null()
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(|problem| not_started(name, &problem))?;
    let group = Group::of(&child);

    let writing = feed(child.stdin.take(), program.stdin);
    let (stdout_pipe, stderr_pipe) = (child.stdout.take(), child.stderr.take());
    let log = |stream: LogStream| {
        let sink = context.log.clone();
        move |line: &str| sink.line(stream, line)
    };
    let (stdout, stderr) = (Tail::new(program.keep), Tail::new(program.keep));
    let log_stdout = log(LogStream::Stdout);
    let reading = async {
        let reading_stdout = stream(stdout_pipe, &stdout, |line| {
            if program.log_stdout {
                log_stdout(line);
            }
        });
        tokio::join!(
            reading_stdout,
            stream(stderr_pipe, &stderr, log(LogStream::Stderr)),
            writing
        );
    };
    let ending = async {
        tokio::pin!(reading);
        tokio::select! {
            // Whoever closes its outputs early still has to end, so both are awaited either way.
            status = child.wait() => {
                if tokio::time::timeout(STRAGGLERS, &mut reading).await.is_err() {
                    group.kill();
                }
                status
            }
            () = &mut reading => child.wait().await,
        }
    };
    tokio::pin!(ending);
    let interrupted = tokio::select! {
        status = &mut ending => {
            let status = status.map_err(|problem| Failure::transient("process_lost", format!("{name}: {problem}")))?;
            end(&group).await;
            return Ok(Finished { status, stdout: stdout.text(), stderr: stderr.text() });
        }
        () = context.cancellation.cancelled() => Failure::permanent("cancelled", "the run was cancelled"),
        () = tokio::time::sleep(program.timeout) => Failure::transient(
            "timeout",
            format!("{name} did not end within {} s, and was stopped", program.timeout.as_secs_f64()),
        ),
    };
    group.terminate();
    if tokio::time::timeout(GRACE, &mut ending).await.is_err() {
        group.kill();
        let _ = tokio::time::timeout(GRACE, &mut ending).await;
    }
    end(&group).await;
    Err(interrupted)
}

/// The program may have gone before what it started. Whatever is left ends now, and is seen to.
async fn end(group: &Group) {
    group.kill();
    let _ = tokio::time::timeout(GRACE, group.ended()).await;
    group.forget();
}

async fn feed(stdin: Option<tokio::process::ChildStdin>, bytes: Option<Vec<u8>>) {
    if let (Some(mut stdin), Some(bytes)) = (stdin, bytes) {
        // A program that does not read its input to the end is free not to.
        let _ = stdin.write_all(&bytes).await;
    }
}

fn not_started(name: &str, problem: &std::io::Error) -> Failure {
    match problem.kind() {
        std::io::ErrorKind::NotFound => Failure::permanent(
            "program_not_found",
            format!(
                "`{name}` was not found: install it, or give its full path (the folder it runs in must exist, too)"
            ),
        ),
        std::io::ErrorKind::PermissionDenied => Failure::permanent(
            "program_not_executable",
            format!("`{name}` may not be executed: {problem}"),
        ),
        _ => Failure::transient(
            "program_not_started",
            format!("`{name}` could not be started: {problem}"),
        ),
    }
}
