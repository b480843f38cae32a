//! The other way to contain scripts: a process that is handed each as a line of JSON, and answers with one.

use std::io::{BufRead, BufReader, Write, stdin, stdout};
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};

use super::{median, plan_of, resolve};

pub(super) const CHILD: &str = "child";
const SCRIPT: &str = "inputs.row.n * 2";

/// Answers each line of inputs with the script's result.
pub(super) fn answer() -> Result<(), Box<dyn std::error::Error>> {
    let plan = plan_of(SCRIPT)?;
    let mut out = stdout().lock();
    for line in stdin().lock().lines() {
        let inputs: Value = serde_json::from_str(&line?)?;
        let result = resolve(&plan, &inputs).map_err(|error| error.message)?;
        writeln!(out, "{result}")?;
        out.flush()?;
    }
    Ok(())
}

/// The round trip of one expression to a process that is there already, beside the same in this one.
pub(super) fn measure() -> Result<(), Box<dyn std::error::Error>> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg(CHILD)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut to = child.stdin.take().ok_or("no input")?;
    let mut from = BufReader::new(child.stdout.take().ok_or("no output")?);
    let plan = plan_of(SCRIPT)?;
    for bytes in [10, 10_000] {
        let inputs = json!({ "row": { "n": 21, "text": "x".repeat(bytes) } });
        let (mut here, mut there) = (Vec::new(), Vec::new());
        let mut line = String::new();
        for _ in 0..5_000 {
            let start = Instant::now();
            resolve(&plan, &inputs).map_err(|error| error.message)?;
            here.push(start.elapsed().as_secs_f64() * 1e6);
            let start = Instant::now();
            writeln!(to, "{inputs}")?;
            to.flush()?;
            line.clear();
            from.read_line(&mut line)?;
            let _: Value = serde_json::from_str(&line)?;
            there.push(start.elapsed().as_secs_f64() * 1e6);
        }
        let (here, there) = (median(here), median(there));
        let ratio = there / here;
        println!(
            "a process, {bytes} bytes      here {here:>9.1} us   there  {there:>9.1} us   {ratio:.1} x"
        );
    }
    drop(to);
    child.wait()?;
    Ok(())
}
