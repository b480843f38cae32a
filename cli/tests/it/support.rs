//! What the tests share: the binary in a clean environment, and what it said.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

/// The longest that anything here may take before the test is called broken.
pub(crate) const DEADLINE: Duration = Duration::from_secs(90);

/// What a finished command said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// What the operator shows to the servers of the tests.
pub(crate) const TOKEN: &str = "machine_token_of_the_command_line_tests";

/// The binary, working in this folder, with none of the settings of whoever runs the tests.
pub(crate) fn lathe(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lathe"));
    command.current_dir(folder).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("LATHE_") || ["DATABASE_URL", "REDIS_URL", "RUST_LOG"].contains(&&*text)
        {
            command.env_remove(&name);
        }
    }
    // What servers write down for commands stays among those of this test.
    let state = std::env::temp_dir().join(format!("lathe-tests-{}", std::process::id()));
    command
        .env("XDG_STATE_HOME", state)
        .env("LATHE_MACHINE_TOKEN", TOKEN)
        .env("LATHE_MASTER_KEY", "c1".repeat(32))
        // What workflows of the tests call is on this machine.
        .env("LATHE_ALLOW_ADDRESSES", "127.0.0.1");
    command
}

/// Runs it to its end.
pub(crate) fn say(folder: &Path, arguments: &[&str]) -> Result<Said> {
    finish(lathe(folder).args(arguments))
}

/// Runs a command to its end.
pub(crate) fn finish(command: &mut Command) -> Result<Said> {
    let output = command.output().context("start lathe")?;
    Ok(Said {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout)?,
        stderr: String::from_utf8(output.stderr)?,
    })
}

/// A folder with these files in it.
pub(crate) fn folder_with(files: &[(&str, &str)]) -> Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text)?;
    }
    Ok(folder)
}

/// A workflow without effects, done in a moment.
pub(crate) const HELLO: &str = r#"lathe: 1
name: hello
inputs:
  name: { type: string, default: world }
  times: { type: integer, default: 1 }
nodes:
  - id: greet
    kind: data.set
    with: { values: { text: "Hello, ${ inputs.name }!", times: "${ inputs.times }" } }
  - id: shout
    kind: script.run
    with: { script: "nodes.greet.output.text.to_upper()" }
edges: [greet -> shout]
output: { text: "${ nodes.shout.output }", times: "${ nodes.greet.output.times }" }
"#;
