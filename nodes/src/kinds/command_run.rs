//! # Command
//!
//! Runs a program of the machine that Lathe runs on.
//!
//! ## Inputs
//! `argv` is the program and its arguments, each handed over as it is: no shell reads them, so nothing in
//! them is special. The program starts in the run's own workspace or a folder of it, with an environment of
//! `PATH`, `HOME` and what `env` gives.
//!
//! Programs can do whatever the user can who runs Lathe. So this kind is off until the operator allows it
//! with `LATHE_ALLOW_COMMANDS=true` or `--allow-commands`.
//!
//! ## Output
//! The exit code, and the end of both outputs. All lines go to the step's log as they come. When the program
//! ends, whatever it left running in the background is ended, too; so it is when Lathe itself is killed.
//!
//! ## Failure and retry
//! An exit code other than 0 fails the step (`exit_code`), unless `expect_exit` lists it. When it takes too
//! long or the run is cancelled, the program and all that it started are ended: asked first, killed 5 s later.
//! It is not retried unless its `retry` says so.
//!
//! ## Example
//! ```yaml
//! - id: count
//!   kind: command.run
//!   with:
//!     argv: [wc, -l, "${ nodes.report.output.path }"]
//!     env: { LANG: C.UTF-8 }
//!     timeout: 30s
//! ```

use std::collections::BTreeMap;
use std::path::PathBuf;

use async_trait::async_trait;
use engine::catalog::Effect;
use engine::document::Retry;
use engine::duration::Millis;
use engine::node::{Context, Failure};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::clients::process::{Program, run};
use crate::kind::{ActiveKind, Kind};
use crate::manual::{Manual, manual};
use crate::options::Options;
use crate::workspace::Workspace;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The program and its arguments.
    #[schemars(length(min = 1))]
    argv: Vec<String>,
    /// The program's environment, besides `PATH` and `HOME`.
    #[serde(default)]
    env: BTreeMap<String, String>,
    /// A folder of the run's workspace to start in.
    cwd: Option<String>,
    /// Text for the program to read.
    stdin: Option<String>,
    /// The longest that it may run.
    #[serde(default = "default_timeout")]
    timeout: Millis,
    /// How many bytes of the end of each output are kept in the step's output.
    #[serde(default = "default_max_output")]
    #[schemars(range(max = 1_048_576))]
    max_output: usize,
    /// Exit codes that count as success.
    #[serde(default = "zero")]
    expect_exit: Vec<i32>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Output {
    exit_code: i32,
    /// The end of the standard output.
    stdout: String,
    /// The end of the standard error.
    stderr: String,
}

pub(crate) struct CommandRun {
    allowed: bool,
}

impl CommandRun {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            allowed: options.allow_commands,
        }
    }
}

impl Kind for CommandRun {
    const NAME: &'static str = "command.run";
    const CATEGORY: &'static str = "system";
    const EFFECT: Effect = Effect::Effectful;
    const RETRY: Retry = Retry::NEVER;
    const REPORTS_PROGRESS: bool = true;
    const MANUAL: Manual = manual!("command_run.rs");
    type Config = Config;
    type Output = Output;

    fn disabled_reason(&self) -> Option<String> {
        (!self.allowed).then(|| {
            "command.run is off on this installation, since a program can do whatever Lathe's user can. \
             The operator allows it with LATHE_ALLOW_COMMANDS=true or --allow-commands"
                .to_owned()
        })
    }
}

#[async_trait]
impl ActiveKind for CommandRun {
    async fn run(&self, context: Context, config: Config) -> Result<Output, Failure> {
        let workspace = Workspace::open(&context).await?;
        let folder = match &config.cwd {
            Some(path) => workspace.folder(path).await?,
            None => PathBuf::from(&*context.workspace),
        };
        let program = Program {
            argv: &config.argv,
            folder: &folder,
            stdin: config.stdin.map(String::into_bytes),
            timeout: config.timeout.to_std(),
            keep: config.max_output.min(MOST_OUTPUT),
            log_stdout: true,
        };
        let inherited = ["PATH", "HOME"]
            .into_iter()
            .filter_map(|name| Some((name.into(), std::env::var_os(name)?)));
        let given = config
            .env
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()));
        let environment: Vec<(std::ffi::OsString, std::ffi::OsString)> =
            inherited.chain(given).collect();
        let finished = run(program, environment, &context).await?;
        let code = finished.status.code();
        match code {
            Some(exit_code) if config.expect_exit.contains(&exit_code) => Ok(Output {
                exit_code,
                stdout: finished.stdout,
                stderr: finished.stderr,
            }),
            _ => {
                let name = &config.argv[0];
                let last = finished
                    .stderr
                    .lines()
                    .rev()
                    .find(|line| !line.trim().is_empty())
                    .unwrap_or_default();
                let details = json!({ "exit_code": code, "stdout": finished.stdout, "stderr": finished.stderr });
                Err(Failure::transient(
                    "exit_code",
                    format!("`{name}` ended with {}. {last}", finished.status),
                )
                .with_details(details))
            }
        }
    }
}

const MOST_OUTPUT: usize = 1024 * 1024;

fn default_timeout() -> Millis {
    Millis(600_000)
}

fn default_max_output() -> usize {
    64 * 1024
}

fn zero() -> Vec<i32> {
    vec![0]
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::clients::process::started_at;
    use crate::tests::Surroundings;

    async fn run(surroundings: &Surroundings, with: Value) -> Result<Value, Failure> {
        let options = Options {
            allow_commands: true,
            ..Options::default()
        };
        surroundings.run(CommandRun::new(&options), with).await
    }

    #[tokio::test]
    async fn hands_over_arguments_untouched_and_a_clean_environment() {
        let surroundings = Surroundings::new();
        let hostile = "$(touch pwned); `id` && rm -rf / | ' \" \n *";
        let output = run(&surroundings, json!({ "argv": ["printf", "%s", hostile] }))
            .await
            .unwrap();
        assert_eq!(
            output,
            json!({ "exit_code": 0, "stdout": hostile, "stderr": "" })
        );

        let output = run(
            &surroundings,
            json!({ "argv": ["env"], "env": { "GIVEN": "1" } }),
        )
        .await
        .unwrap();
        let mut names: Vec<_> = output["stdout"]
            .as_str()
            .unwrap()
            .lines()
            .filter_map(|line| Some(line.split_once('=')?.0))
            .collect();
        names.sort_unstable();
        assert_eq!(names, ["GIVEN", "HOME", "PATH"]);
    }

    #[tokio::test]
    async fn streams_lines_reads_input_and_keeps_the_end() {
        let surroundings = Surroundings::new();
        let output = run(
            &surroundings,
            json!({ "argv": ["cat"], "stdin": "one\ntwo\n", "max_output": 4 }),
        )
        .await;
        assert_eq!(output.unwrap()["stdout"], "two\n");
        assert_eq!(surroundings.lines(), ["one", "two"]);
    }

    #[tokio::test]
    async fn an_exit_code_fails_unless_it_is_expected() {
        let surroundings = Surroundings::new();
        let with = json!({ "argv": ["sh", "-c", "echo why >&2; exit 3"] });
        let failure = run(&surroundings, with.clone()).await.unwrap_err();
        assert_eq!(failure.error.code, "exit_code");
        assert!(
            failure.error.message.ends_with("why"),
            "{}",
            failure.error.message
        );
        let mut with = with;
        with["expect_exit"] = json!([3]);
        assert_eq!(run(&surroundings, with).await.unwrap()["exit_code"], 3);
    }

    #[tokio::test]
    async fn ends_the_whole_group_at_the_timeout_and_when_cancelled() {
        // The child ignores the polite signal, and has a child of its own.
        let script = "trap '' TERM; sleep 1000 & echo pids $$ $!; wait; wait; sleep 1000";
        for cancel in [false, true] {
            let surroundings = Surroundings::new();
            let timeout = if cancel { "10m" } else { "300ms" };
            let running = run(
                &surroundings,
                json!({ "argv": ["sh", "-c", script], "timeout": timeout }),
            );
            let (outcome, ()) = tokio::join!(running, async {
                surroundings.logged("pids").await;
                if cancel {
                    surroundings.cancel();
                }
            });
            let code = outcome.unwrap_err().error.code;
            assert_eq!(code, if cancel { "cancelled" } else { "timeout" });
            for pid in surroundings.lines()[0].split_whitespace().skip(1) {
                assert_eq!(
                    started_at(pid.parse().unwrap()),
                    None,
                    "process {pid} still runs"
                );
            }
        }
    }

    #[tokio::test]
    async fn what_a_program_leaves_in_the_background_ends_with_it() {
        let surroundings = Surroundings::new();
        let script = "sleep 1000 >/dev/null 2>&1 & echo $!";
        let output = run(&surroundings, json!({ "argv": ["sh", "-c", script] }))
            .await
            .unwrap();
        let pid = output["stdout"].as_str().unwrap().trim().parse().unwrap();
        assert_eq!(started_at(pid), None, "process {pid} still runs");
    }

    #[tokio::test]
    async fn is_off_until_the_operator_allows_it() {
        let node = CommandRun::new(&Options::default());
        let failure = Surroundings::new()
            .run(node, json!({ "argv": ["true"] }))
            .await
            .unwrap_err();
        assert_eq!(failure.error.code, "node_disabled");
        assert!(failure.error.message.contains("LATHE_ALLOW_COMMANDS=true"));
    }

    #[tokio::test]
    async fn names_a_program_that_is_missing() {
        let failure = run(&Surroundings::new(), json!({ "argv": ["no-such-program"] }))
            .await
            .unwrap_err();
        assert_eq!(
            (failure.error.code.as_str(), failure.retryable),
            ("program_not_found", false)
        );
    }
}
